import type { HashIndex, Hit } from './types.js';

/**
 * An index that finds equal hashes only (threshold 0): it sorts rows by their first 32 bits and searches by bisection.
 * It needs 8 bytes an entry besides the hashes.
 * @param hashes `rows * bits / 8` bytes, at least 32 bits a row; kept, not copied.
 */
export function exactIndex(hashes: Uint8Array, bits: number): HashIndex {
  const rowBytes = bits / 8;
  const size = hashes.length / rowBytes;
  const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  const { prefixes, rows } = sortByPrefix(size, (row) => view.getUint32(row * rowBytes));

  /** Calls `found` for each row that equals the query at `at`. */
  const find = (queries: Uint8Array, at: number, found: (row: number) => void) => {
    const prefix = bigEndian(queries, at);
    for (let place = lowerBound(prefixes, prefix); place < size && prefixes[place] === prefix; place++) {
      const row = rows[place]!;
      let same = 4;
      while (same < rowBytes && queries[at + same] === hashes[row * rowBytes + same]) same++;
      if (same === rowBytes) found(row);
    }
  };
  return {
    bits,
    size,
    search(query, threshold) {
      if (threshold !== 0) throw new RangeError('an exact index answers threshold 0 only');
      const hits: Hit[] = [];
      find(query, 0, (row) => hits.push({ row, distance: 0 }));
      return hits;
    },
    screen(queries, _threshold, marks) {
      let query = 0;
      const mark = () => {
        marks[query] = 1;
      };
      for (; query < marks.length; query++) find(queries, query * rowBytes, mark);
    },
  };
}

const bigEndian = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/**
 * Sorts the numbers 0…size-1 by prefix, then by row. Both go into one 64-bit number, which the engine sorts without a
 * callback.
 */
export function sortByPrefix(size: number, prefixOf: (row: number) => number) {
  const keys = new BigUint64Array(size);
  const halves = new Uint32Array(keys.buffer);
  const low = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
  for (let row = 0; row < size; row++) {
    halves[2 * row + low] = row;
    halves[2 * row + 1 - low] = prefixOf(row);
  }
  keys.sort();
  const prefixes = new Uint32Array(size);
  const rows = new Uint32Array(size);
  for (let at = 0; at < size; at++) {
    rows[at] = halves[2 * at + low]!;
    prefixes[at] = halves[2 * at + 1 - low]!;
  }
  return { prefixes, rows };
}

/** The first position whose value is not less than `wanted`. */
function lowerBound(sorted: Uint32Array, wanted: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}
