/** What a PNG begins with. */
export const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

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
