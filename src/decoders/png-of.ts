import { crc32 } from 'node:zlib';
import { signature } from './png-chunks.js';

/** Writes a PNG of these chunks. It computes the CRCs and adds IEND. Source: PNG 3rd edition, 5. */
export function pngOf(chunks: readonly { readonly type: string; readonly data: Uint8Array }[]): Uint8Array {
  const parts: Uint8Array[] = [signature];
  for (const { type, data } of [...chunks, { type: 'IEND', data: new Uint8Array() }]) {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, 'latin1');
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))));
    parts.push(head, data, tail);
  }
  return Buffer.concat(parts);
}
