import { monotonic, StageError } from '../core/index.js';

/** What hashsieve may spend on looking into one asset and everything inside it. */
export interface InsideLimits {
  /** The most bytes of one asset inside another. A reader keeps it in memory. */
  readonly maxBytes: number;
  /** The most pixels of a picture that a container decodes itself, such as a PDF document. */
  readonly maxPixels: number;
  /** Seconds for reading one asset inside another. */
  readonly timeoutSeconds: number;
  /** How many containers may lie inside one another, the outermost included. */
  readonly maxDepth: number;
  /** The most assets inside, at all depths together. */
  readonly maxMembers: number;
  /**
   * The most unpacked bytes for each byte of the outermost container. It counts once they are more than `freeBytes`.
   */
  readonly maxRatio: number;
  /** Unpacked bytes that are allowed whatever the ratio. */
  readonly freeBytes: number;
  /** The most unpacked bytes, at all depths together. */
  readonly maxTotalBytes: number;
  /** Seconds for reading the container. The time in which the caller works on its members does not count. */
  readonly seconds: number;
}

/** What all levels of one container have spent together. */
interface Spent {
  members: number;
  bytes: number;
  /** Milliseconds that finished readings took. */
  time: number;
  /** When the present reading began, in milliseconds of `monotonic`; undefined while nobody reads. */
  since: number | undefined;
}

/** What is left for looking into one asset. The methods that check raise StageError('decode', 'archive-limit'). */
export class Budget {
  private constructor(
    /** The limits for the asset and everything inside it. */
    readonly limits: InsideLimits,
    /** The level of this container; 1 for the outermost. */
    readonly depth: number,
    private readonly size: number,
    private readonly spent: Spent,
  ) {}

  /** Makes the budget of an outermost container. @param size its bytes. */
  static of(limits: InsideLimits, size: number): Budget {
    return new Budget(limits, 1, size, { members: 0, bytes: 0, time: 0, since: undefined });
  }

  /** The same budget, one level deeper. */
  deeper(): Budget {
    return new Budget(this.limits, this.depth + 1, this.size, this.spent);
  }

  /** Raises if this level is deeper than `maxDepth`. */
  checkDepth(): void {
    const { maxDepth } = this.limits;
    if (this.depth > maxDepth) throw limit(`it is inside ${maxDepth} others: deeper is not looked`);
  }

  /** Counts a member. Readers call it before they yield one; raises if there are too many, or if the time is over. */
  member(): void {
    this.spent.members += 1;
    if (this.spent.members > this.limits.maxMembers)
      throw limit(`more than ${this.limits.maxMembers} members`);
    this.checkTime();
  }

  /**
   * Counts unpacked bytes. Readers call it before they keep them; raises if there are too many, or if the time is over.
   */
  spend(bytes: number): void {
    const { maxTotalBytes, maxRatio, freeBytes } = this.limits;
    this.spent.bytes += bytes;
    if (this.spent.bytes > maxTotalBytes) throw limit(`unpacks to more than ${maxTotalBytes} bytes`);
    if (this.spent.bytes > Math.max(freeBytes, maxRatio * this.size))
      throw limit(`unpacks to more than ${maxRatio} times its size`);
    this.checkTime();
  }

  /** Passes the contents on, and counts the time of reading them: not the time in which the caller works on each. */
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

  /** Raises if the time is over. Readers call it now and then while they read without unpacking. */
  checkTime(): void {
    const { time, since } = this.spent;
    const now = since === undefined ? time : time + monotonic() - since;
    if (now > this.limits.seconds * 1000) throw limit(`reading it took longer than ${this.limits.seconds} s`);
  }
}

const limit = (message: string) => new StageError('decode', 'archive-limit', message);
