import { monotonic, StageError } from '../core/index.js';

/** What looking into one asset may cost, all that is inside it included. */
export interface InsideLimits {
  /** Bytes of one asset inside another: it is held in memory. */
  readonly maxBytes: number;
  /** Pixels of a picture that is decoded where it lies. */
  readonly maxPixels: number;
  /** Seconds for reading one asset inside another. */
  readonly timeoutSeconds: number;
  /** Containers inside one another, the outermost counted. */
  readonly maxDepth: number;
  /** Assets inside, at all depths. */
  readonly maxMembers: number;
  /** Bytes of all that is inside for each byte of the container, once they are more than `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
  /** Bytes of all that is inside, at all depths. */
  readonly maxTotalBytes: number;
  /** Seconds of reading the container; what its members take besides is theirs. */
  readonly seconds: number;
}

/** What the levels of one container spend together. */
interface Spent {
  members: number;
  bytes: number;
  /** Milliseconds of reading that are over. */
  time: number;
  /** When reading began that goes on; milliseconds. */
  since: number | undefined;
}

/** What is left for looking into one asset. Its methods raise StageError('decode', 'archive-limit'). */
export class Budget {
  private constructor(
    readonly limits: InsideLimits,
    readonly depth: number,
    private readonly size: number,
    private readonly spent: Spent,
  ) {}

  /** @param size bytes of the outermost container. */
  static of(limits: InsideLimits, size: number): Budget {
    return new Budget(limits, 1, size, { members: 0, bytes: 0, time: 0, since: undefined });
  }

  /** The same budget, one level deeper. */
  deeper(): Budget {
    return new Budget(this.limits, this.depth + 1, this.size, this.spent);
  }

  checkDepth(): void {
    const { maxDepth } = this.limits;
    if (this.depth > maxDepth) throw limit(`it is inside ${maxDepth} others: deeper is not looked`);
  }

  /** To be called for every member. */
  member(): void {
    this.spent.members += 1;
    if (this.spent.members > this.limits.maxMembers)
      throw limit(`more than ${this.limits.maxMembers} members`);
    this.checkTime();
  }

  /** To be called for bytes that were unpacked, before they are kept. */
  spend(bytes: number): void {
    const { maxTotalBytes, maxRatio, freeBytes } = this.limits;
    this.spent.bytes += bytes;
    if (this.spent.bytes > maxTotalBytes) throw limit(`unpacks to more than ${maxTotalBytes} bytes`);
    if (this.spent.bytes > Math.max(freeBytes, maxRatio * this.size))
      throw limit(`unpacks to more than ${maxRatio} times its size`);
    this.checkTime();
  }

  /** Time runs while the container is read, and stands still while what was found is looked at. */
  async *clocked<T>(contents: AsyncIterable<T>): AsyncGenerator<T> {
    const { spent } = this;
    const iterator = contents[Symbol.asyncIterator]();
    try {
      for (;;) {
        spent.since = monotonic();
        const next = await iterator.next().finally(() => {
          spent.time += monotonic() - spent.since!;
          spent.since = undefined;
        });
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** To be called now and then by what reads without unpacking. */
  checkTime(): void {
    const { time, since } = this.spent;
    const now = since === undefined ? time : time + monotonic() - since;
    if (now > this.limits.seconds * 1000) throw limit(`reading it took longer than ${this.limits.seconds} s`);
  }
}

const limit = (message: string) => new StageError('decode', 'archive-limit', message);
