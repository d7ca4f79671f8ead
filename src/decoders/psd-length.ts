/**
 * The least bytes of a Photoshop file by the lengths that it declares: its sections, then the picture of all layers. A
 * file with fewer bytes is cut, and ImageMagick does not always report that. Infinite where the file ends before a
 * length that it should declare. Source: Adobe Photoshop File Formats Specification. Pure.
 */
export function psdLength(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const isLarge = view.getUint16(4) === 2;
    const channels = view.getUint16(12);
    const [height, width, depth] = [view.getUint32(14), view.getUint32(18), view.getUint16(22)];
    let at = 26;
    // The sections of colours, resources and layers.
    for (let section = 0; section < 3; section++) {
      const isLong = isLarge && section === 2;
      at += isLong ? 8 + Number(view.getBigUint64(at)) : 4 + view.getUint32(at);
    }
    const packing = view.getUint16(at);
    at += 2;
    if (packing === 0) return at + channels * height * Math.ceil((width * depth) / 8);
    if (packing !== 1) return at + 1;
    const size = isLarge ? 4 : 2;
    let end = at + channels * height * size;
    for (let row = 0; row < channels * height; row++, at += size)
      end += isLarge ? view.getUint32(at) : view.getUint16(at);
    return end;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
