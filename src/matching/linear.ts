import type { HashIndex, Hit } from './types.js';

/** The number of bits that are set in a 32-bit word (Hacker's Delight, §5-1). */
function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Rows as 32-bit words, each row padded to whole words. The order of bytes in a word is the machine's own. */
function toWords(bytes: Uint8Array, rowBytes: number): Uint32Array {
  const words = Math.ceil(rowBytes / 4);
  const rows = bytes.length / rowBytes;
  if (rowBytes % 4 === 0 && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, rows * words);
  }
  const padded = new Uint8Array(rows * words * 4);
  for (let row = 0; row < rows; row++) {
    padded.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * words * 4);
  }
  return new Uint32Array(padded.buffer);
}

/**
 * An index that compares the query with every row: the simplest exact search, against which tests check every other.
 * @param hashes `rows * bits / 8` bytes, bytes in the order of the hex text; kept, not copied.
 */
export function linearIndex(hashes: Uint8Array, bits: number): HashIndex {
  const rowBytes = bits / 8;
  const words = Math.ceil(rowBytes / 4);
  const rows = toWords(hashes, rowBytes);
  const size = hashes.length / rowBytes;
  const distanceTo = (wanted: Uint32Array, first: number, row: number, threshold: number): number => {
    let distance = 0;
    for (let word = 0; word < words && distance <= threshold; word++) {
      distance += popcount(rows[row * words + word]! ^ wanted[first + word]!);
    }
    return distance;
  };
  return {
    bits,
    size,
    search(query, threshold) {
      const wanted = toWords(query, rowBytes);
      const hits: Hit[] = [];
      for (let row = 0; row < size; row++) {
        const distance = distanceTo(wanted, 0, row, threshold);
        if (distance <= threshold) hits.push({ row, distance });
      }
      return hits.sort((a, b) => a.distance - b.distance || a.row - b.row);
    },
    screen(queries, threshold, marks) {
      const wanted = toWords(queries, rowBytes);
      for (let query = 0; query < marks.length; query++)
        for (let row = 0; row < size && marks[query] === 0; row++)
          if (distanceTo(wanted, query * words, row, threshold) <= threshold) marks[query] = 1;
    },
  };
}
