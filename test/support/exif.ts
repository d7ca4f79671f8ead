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

/** A TIFF file whose directory has a thumbnail besides: in the place of the next directory's address. */
export function tiffWithThumbnail(tiff: Buffer, thumbnail: Buffer): Buffer {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const at = u32(4) + 2 + 12 * u16(u32(4));
  const directory = Buffer.alloc(2 + 24 + 4);
  const put16 = (value: number, to: number) =>
    isLittle ? directory.writeUInt16LE(value, to) : directory.writeUInt16BE(value, to);
  const put32 = (value: number, into: Buffer, to: number) =>
    isLittle ? into.writeUInt32LE(value, to) : into.writeUInt32BE(value, to);
  put16(2, 0);
  const start = tiff.length + (tiff.length % 2);
  for (const [i, [tag, value]] of [
    [0x0201, start + directory.length],
    [0x0202, thumbnail.length],
  ].entries()) {
    put16(tag!, 2 + 12 * i);
    put16(4, 4 + 12 * i);
    put32(1, directory, 6 + 12 * i);
    put32(value!, directory, 10 + 12 * i);
  }
  const whole = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2), directory, thumbnail]);
  put32(start, whole, at);
  return whole;
}

/**
 * The fixture `heic/scene-01.heic` with an EXIF item that has a thumbnail (ISO/IEC 23008-12, A.2.1): its structure comes
 * after `Exif\0\0`, as cameras write it, or at once.
 */
export function heicWithThumbnail(heic: Buffer, thumbnail: Buffer, isBare = false): Buffer {
  const words = (...values: number[]) => {
    const out = Buffer.alloc(values.length * 2);
    values.forEach((value, i) => {
      out.writeUInt16BE(value, 2 * i);
    });
    return out;
  };
  const long = (value: number) => words(value >>> 16, value & 0xffff);
  const item = Buffer.concat([
    long(isBare ? 0 : 6),
    Buffer.from(isBare ? '' : 'Exif\0\0'),
    tiffOf(thumbnail, false),
  ]);
  const entries = { location: 20, information: 21, reference: 14 };
  const added = Object.values(entries).reduce((sum, size) => sum + size);
  const place = heic.length + added + 8;
  // Item 3 for the item of number 2: where it lies, what it is, what it describes.
  const parts: readonly (readonly [string, number, Buffer])[] = [
    ['iloc', 6, Buffer.concat([words(3, 0, 0), long(place), words(1), long(0), long(item.length)])],
    ['iinf', 4, Buffer.concat([long(21), Buffer.from('infe\x02\0\0\0'), words(3, 0), Buffer.from('Exif\0')])],
    ['iref', -1, Buffer.concat([long(14), Buffer.from('cdsc'), words(3, 1, 2)])],
  ];
  let whole = Buffer.from(heic);
  const start = whole.indexOf('iloc', 0, 'latin1') + 12;
  whole.writeUInt32BE(whole.readUInt32BE(start + 6) + added, start + 6); // where item 1 lies
  for (const [name, count, bytes] of parts) {
    const at = whole.indexOf(name, 0, 'latin1');
    const end = at - 4 + whole.readUInt32BE(at - 4);
    whole.writeUInt32BE(whole.readUInt32BE(at - 4) + bytes.length, at - 4);
    const counter = at + 4 + count;
    if (count > 0) whole.writeUInt16BE(whole.readUInt16BE(counter) + 1, counter);
    whole = Buffer.concat([whole.subarray(0, end), bytes, whole.subarray(end)]);
  }
  const meta = whole.indexOf('meta', 0, 'latin1') - 4;
  whole.writeUInt32BE(whole.readUInt32BE(meta) + added, meta);
  return Buffer.concat([whole, long(item.length + 8), Buffer.from('mdat'), item]);
}
