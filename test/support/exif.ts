/** A JPEG file with a thumbnail in its EXIF data; `little` decides the order of bytes. */
export function withThumbnail(jpg: Buffer, thumbnail: Buffer, little = true): Buffer {
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiffOf(thumbnail, little)]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 4);
  return Buffer.concat([head, exif, jpg.subarray(2)]);
}

/** An empty first directory, and one that points at the thumbnail. */
export function tiffOf(thumbnail: Buffer, little = true): Buffer {
  const tiff = Buffer.alloc(8 + 6 + 2 + 24 + 4);
  const u16 = (value: number, at: number) =>
    little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at);
  tiff.write(little ? 'II' : 'MM', 'latin1');
  u16(42, 2);
  u32(8, 4);
  u32(14, 10); // after no entries, the next directory
  u16(2, 14);
  for (const [i, [tag, value]] of [
    [0x0201, tiff.length],
    [0x0202, thumbnail.length],
  ].entries()) {
    u16(tag!, 16 + 12 * i);
    u16(4, 18 + 12 * i);
    u32(1, 20 + 12 * i);
    u32(value!, 24 + 12 * i);
  }
  return Buffer.concat([tiff, thumbnail]);
}
