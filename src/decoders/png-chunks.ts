import { crc32 } from 'node:zlib';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** One chunk of a PNG; `isCut` where the file ends inside it. */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly isCut: boolean;
}

/** The chunks of a PNG up to its end, or to the first thing that is none. CRCs are not looked at. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = signature.length; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return;
    yield { type, data: bytes.subarray(at + 8, at + 8 + length), isCut: at + 12 + length > bytes.length };
    if (type === 'IEND') return;
    at += 12 + length;
  }
}

/** True when a PNG says, before its pixels, that it is animated (PNG 3rd edition, acTL). */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  for (const { type } of chunksOf(bytes)) {
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** A PNG of these chunks, with an end and right CRCs. */
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
