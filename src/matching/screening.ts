import { type CompiledColumn, type HashPlaces, type Screening, StageError } from '../core/index.js';

interface Column extends Pick<CompiledColumn, 'bits' | 'search'> {
  readonly screen?: CompiledColumn['screen'] | undefined;
}

/**
 * Looks up the hashes of many assets at once, all of one algorithm together: what an index reads for one query is then
 * still in the processor's cache for the next.
 * @param columns listed hashes by algorithm, of all lists.
 * @param thresholds bits by algorithm; a call may give narrower ones.
 */
export function createScreening(
  columns: ReadonlyMap<string, readonly Column[]>,
  thresholds: Readonly<Record<string, number>>,
): (assets: Parameters<Screening>[0], narrower?: Readonly<Record<string, number>>) => ReturnType<Screening> {
  const gathered = new Map<string, Gathered>();
  for (const [algorithm, [column]] of columns) gathered.set(algorithm, new Gathered(column!.bits / 8));

  /** `match` refuses a hash whose width differs from that of the listed ones. */
  const take = ({ algorithm, width, offsets }: HashPlaces, bytes: Uint8Array, start: number) => {
    const of = gathered.get(algorithm);
    if (!of) return;
    if (width !== of.width) throw new TypeError(`a stored ${algorithm} hash has ${width} bytes`);
    of.add(bytes, start, offsets);
  };
  return (assets, narrower = thresholds) => {
    for (const of of gathered.values()) of.clear();
    for (const asset of assets) {
      asset.each(take);
      for (const of of gathered.values()) of.ends.push(of.size);
    }
    const maybe = new Array<boolean>(assets.length).fill(false);
    for (const [algorithm, { hashes, size, ends }] of gathered) {
      if (size === 0) continue;
      const marks = new Uint8Array(size);
      for (const column of columns.get(algorithm)!) mark(column, hashes, narrower[algorithm]!, marks);
      for (let at = 0, asset = 0; at < size; at++) {
        while (at >= ends[asset]!) asset++;
        if (marks[at] === 1) maybe[asset] = true;
      }
    }
    return maybe;
  };
}

/** The hashes of one algorithm from many assets, without gaps. It uses its memory again and again. */
class Gathered {
  /** For each asset, how many hashes there are up to and including its last. */
  readonly ends: number[] = [];
  #room = new Uint8Array(65536);
  #length = 0;

  /** @param width bytes of a hash. */
  constructor(readonly width: number) {}

  get hashes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  /** The number of hashes. */
  get size(): number {
    return this.#length / this.width;
  }

  clear(): void {
    this.ends.length = 0;
    this.#length = 0;
  }

  add(bytes: Uint8Array, start: number, offsets: readonly number[]): void {
    const length = this.#length + offsets.length * this.width;
    if (length > this.#room.length) this.#grow(length);
    // A loop, because a call to copy so few bytes takes longer than the loop.
    const [room, width] = [this.#room, this.width];
    let to = this.#length;
    for (const offset of offsets) {
      const from = start + offset;
      for (let i = 0; i < width; i++) room[to + i] = bytes[from + i]!;
      to += width;
    }
    this.#length = length;
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.#room.length));
    larger.set(this.#room);
    this.#room = larger;
  }
}

function mark(column: Column, queries: Uint8Array, threshold: number, marks: Uint8Array): void {
  try {
    if (column.screen) column.screen(queries, threshold, marks);
    else {
      const width = column.bits / 8;
      for (let at = 0; at < marks.length; at++) {
        const query = queries.subarray(at * width, (at + 1) * width);
        if (marks[at] === 0 && column.search(query, threshold).length > 0) marks[at] = 1;
      }
    }
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    marks.fill(1);
  }
}
