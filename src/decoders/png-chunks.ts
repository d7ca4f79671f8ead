/** The eight bytes that a PNG begins with. */
export const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** One chunk of a PNG. */
export interface Chunk {
  /** Its four letters, such as `IDAT`. */
  readonly type: string;
  /** Its contents, as far as the file holds them: a view of the bytes of the file. */
  readonly data: Uint8Array;
  /** True where the file ends inside the chunk. */
  readonly isCut: boolean;
}

/** Yields the chunks of a PNG up to IEND, or up to bytes that are no chunk. It ignores the CRCs. */
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

/** True where a PNG declares before its pixels that it is animated (PNG 3rd edition, acTL). */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  for (const { type } of chunksOf(bytes)) {
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}
