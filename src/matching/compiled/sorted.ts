import { sortByPrefix } from '../exact.js';

/** Sorted hashes, without duplicates. */
export interface SortedHashes {
  /** `rows * rowBytes` bytes. */
  readonly rows: Uint8Array;
  /** The first row of each value of the first 16 bits, a big-endian number; 65 537 row numbers. */
  readonly starts: Uint32Array;
  /** The row of each hash that was given. */
  readonly rowOf: Uint32Array;
}

/** Sorts hashes of `rowBytes` bytes (2, or at least 4) bytewise and merges equal ones. */
export function sortHashes(hashes: Uint8Array, rowBytes: number): SortedHashes {
  const size = hashes.length / rowBytes;
  const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  const bytesOf = (hash: number) => hashes.subarray(hash * rowBytes, (hash + 1) * rowBytes);
  const prefixOf = (hash: number) =>
    rowBytes < 4 ? view.getUint16(hash * rowBytes) * 65536 : view.getUint32(hash * rowBytes);
  const { prefixes, rows: order } = sortByPrefix(size, prefixOf);
  for (let from = 0, to = 0; from < size; from = to) {
    while (to < size && prefixes[to] === prefixes[from]) to++;
    if (to - from > 1)
      order.subarray(from, to).sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)) || a - b);
  }
  const rows = new Uint8Array(hashes.length);
  const starts = new Uint32Array(65537);
  const rowOf = new Uint32Array(size);
  let count = 0;
  for (const hash of order) {
    const bytes = bytesOf(hash);
    const isNew =
      count === 0 || Buffer.compare(rows.subarray((count - 1) * rowBytes, count * rowBytes), bytes) !== 0;
    if (isNew) {
      rows.set(bytes, count * rowBytes);
      starts[bytes[0]! * 256 + bytes[1]! + 1]! += 1;
      count++;
    }
    rowOf[hash] = count - 1;
  }
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  return { rows: rows.subarray(0, count * rowBytes), starts, rowOf };
}
