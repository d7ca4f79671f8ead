import { StageError } from '../core/errors.js';
import type { CompiledColumn } from '../core/hash-list.js';
import type { PackedHashes, Screening } from '../core/hashes.js';

interface Column extends Pick<CompiledColumn, 'bits' | 'search'> {
  readonly screen?: CompiledColumn['screen'] | undefined;
}

/**
 * Looks many assets' hashes up at once, all of one algorithm together: what indexes read for one query is still in the
 * processor's cache for the next.
 * @param columns listed hashes by algorithm, of all lists.
 * @param thresholds bits by algorithm.
 */
export function createScreening(
  columns: ReadonlyMap<string, readonly Column[]>,
  thresholds: Readonly<Record<string, number>>,
): Screening {
  return (assets) => {
    const maybe = new Array<boolean>(assets.length).fill(false);
    for (const [algorithm, { hashes, owners }] of gather(assets, columns)) {
      const marks = new Uint8Array(owners.length);
      for (const column of columns.get(algorithm)!) mark(column, hashes.bytes, thresholds[algorithm]!, marks);
      for (let at = 0; at < marks.length; at++) if (marks[at] === 1) maybe[owners[at]!] = true;
    }
    return maybe;
  };
}

interface Gathered {
  readonly hashes: Bytes;
  /** Number of the asset that each hash is of. */
  readonly owners: number[];
}

/** The hashes of all assets, by algorithm; a hash of another width than the listed ones is left for `match` to refuse. */
function gather(assets: readonly PackedHashes[], columns: ReadonlyMap<string, readonly Column[]>) {
  const gathered = new Map<string, Gathered>();
  const widths = new Map<string, number>();
  for (const [algorithm, [column]] of columns) {
    gathered.set(algorithm, { hashes: new Bytes(), owners: [] });
    widths.set(algorithm, column!.bits / 8);
  }
  assets.forEach((asset, owner) => {
    asset.each((algorithm, bytes, at, length) => {
      const of = gathered.get(algorithm);
      if (!of) return;
      if (length !== widths.get(algorithm))
        throw new TypeError(`a stored ${algorithm} hash has ${length} bytes`);
      of.hashes.push(bytes, at, length);
      of.owners.push(owner);
    });
  });
  return gathered;
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

/** Bytes that are added to, in memory that grows. */
class Bytes {
  #room = new Uint8Array(4096);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  push(from: Uint8Array, at: number, length: number): void {
    if (this.#length + length > this.#room.length) {
      const larger = new Uint8Array(this.#room.length * 2);
      larger.set(this.#room);
      this.#room = larger;
    }
    const [room, start] = [this.#room, this.#length];
    for (let i = 0; i < length; i++) room[start + i] = from[at + i]!;
    this.#length += length;
  }
}
