const headerLength = 12;
const chunkHeaderLength = 8;

/**
 * The most zeros that the repair adds, in bytes. No picture within the pixel limit needs more, and the declared length
 * may be false.
 */
const mostPadding = 64 * 1024 * 1024;

const tagAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** A copy of the file of this length, cut or filled with zeros. Its header declares that length. */
function withLength(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  new DataView(out.buffer).setUint32(4, length - chunkHeaderLength, true);
  return out;
}

/**
 * Repairs a truncated WebP, so that libwebp decodes what is left of it: libwebp refuses a file that is shorter than its
 * container declares. It ends a cut animation after the last whole frame, and fills a cut still picture or a cut first
 * frame with zeros. Undefined where the file is not truncated, or holds nothing of a picture. Source: RFC 9649 (WebP
 * container).
 */
export function repairWebp(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let wholeFrames = 0;
  for (let at = headerLength; at + chunkHeaderLength <= bytes.length; ) {
    const tag = tagAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    const end = at + chunkHeaderLength + size + (size % 2);
    if (end > bytes.length) {
      if (wholeFrames > 0) return withLength(bytes, at);
      const isPicture = ['VP8 ', 'VP8L', 'ALPH', 'ANMF'].includes(tag);
      return isPicture && end - bytes.length <= mostPadding ? withLength(bytes, end) : undefined;
    }
    if (tag === 'ANMF') wholeFrames += 1;
    at = end;
  }
  const isCut = bytes.length >= headerLength && view.getUint32(4, true) + chunkHeaderLength > bytes.length;
  return isCut && wholeFrames > 0 ? withLength(bytes, bytes.length - (bytes.length % 2)) : undefined;
}
