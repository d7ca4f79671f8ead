import { boxOf } from './heic.js';

/** A value of a TIFF entry: a number, or where a piece of the file or another directory begins. */
type Value = number | { readonly piece: number } | { readonly directory: number };
/** Tag, type (3 short, 4 long), value. */
type Entry = readonly [number, number, Value];

/** A TIFF file (TIFF 6.0, 2) with this header, pieces and directories, each of which is the next of the one before if `chained`. */
function tiffLike(
  header: Buffer,
  pieces: readonly Buffer[],
  directories: readonly { readonly entries: readonly Entry[]; readonly next?: number }[],
): Buffer {
  const isLittle = header.toString('latin1', 0, 2) === 'II';
  const place = (before: number, all: readonly { length: number }[], index: number) =>
    all.slice(0, index).reduce((sum, { length }) => sum + length, before);
  const even = pieces.map((piece) => Buffer.concat([piece, Buffer.alloc(piece.length % 2)]));
  const start = place(header.length, even, even.length);
  const lengths = directories.map(({ entries }) => ({ length: 2 + 12 * entries.length + 4 }));
  const directoryAt = (index: number) => place(start, lengths, index);
  const written = directories.map(({ entries, next }) => {
    const out = Buffer.alloc(2 + 12 * entries.length + 4);
    const u16 = (value: number, at: number) =>
      (isLittle ? out.writeUInt16LE : out.writeUInt16BE).call(out, value, at);
    const u32 = (value: number, at: number) =>
      (isLittle ? out.writeUInt32LE : out.writeUInt32BE).call(out, value, at);
    u16(entries.length, 0);
    for (const [i, [tag, type, value]] of entries.entries()) {
      const at = 2 + 12 * i;
      u16(tag, at);
      u16(type, at + 2);
      u32(1, at + 4);
      if (typeof value !== 'number')
        u32(
          'piece' in value ? place(header.length, even, value.piece) : directoryAt(value.directory),
          at + 8,
        );
      else if (type === 3) u16(value, at + 8);
      else u32(value, at + 8);
    }
    if (next !== undefined) u32(directoryAt(next), out.length - 4);
    return out;
  });
  const head = Buffer.from(header);
  if (isLittle) head.writeUInt32LE(start, 4);
  else head.writeUInt32BE(start, 4);
  return Buffer.concat([head, ...even, ...written]);
}

/** Entries of a directory whose picture is piece `piece`, packed in a way that only cameras have unless said otherwise. */
const stored = (piece: number, length: number, packing: number): Entry[] => [
  [256, 4, 640],
  [257, 4, 480],
  [258, 3, 14],
  [259, 3, packing],
  [262, 3, 32803],
  [273, 4, { piece }],
  [277, 3, 1],
  [278, 4, 480],
  [279, 4, length],
];

/** Entries of a directory that points at a JPEG picture (TIFF 6.0, 22), as EXIF data do. */
const pointing = (piece: number, length: number): Entry[] => [
  [259, 3, 6],
  [513, 4, { piece }],
  [514, 4, length],
];

const header = (magic: string, ...more: readonly number[]) =>
  Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.alloc(4), Buffer.from(more)]);

/**
 * Files as cameras write them, by the ending of their name: what a sensor saw (`sensor`, here noise, which nothing can read) and
 * a preview of it. Made by what is known of these formats, because no file of a camera may be kept here.
 */
export const cameraRaw: Readonly<Record<string, (preview: Buffer, sensor: Buffer) => Buffer>> = {
  // Canon: the first directory stores the preview, the last one the sensor's samples as lossless JPEG.
  cr2: (preview, sensor) =>
    tiffLike(
      header('II*\0', ...Buffer.from('CR\x02\0\0\0\0\0', 'latin1')),
      [preview, sensor],
      [
        { entries: stored(0, preview.length, 6).filter(([tag]) => tag !== 262 && tag !== 258), next: 1 },
        { entries: stored(1, sensor.length, 6) },
      ],
    ),
  // Canon: boxes; the preview in one of its own, the sensor's samples in the data of a track.
  cr3: (preview, sensor) => {
    const size = Buffer.alloc(16);
    size.writeUInt16BE(1, 4);
    size.writeUInt16BE(160, 6);
    size.writeUInt16BE(120, 8);
    size.writeUInt16BE(1, 10);
    size.writeUInt32BE(preview.length, 12);
    const id = Buffer.from('eaf42b5e1c984b88b9fbb7dc406e4d16', 'hex');
    return Buffer.concat([
      boxOf('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1')),
      boxOf('moov', boxOf('free', Buffer.alloc(64))),
      boxOf('uuid', id, Buffer.alloc(8), boxOf('PRVW', Buffer.alloc(4), size, preview)),
      boxOf('mdat', sensor),
    ]);
  },
  // Nikon: a directory below the first points at the preview, another one holds the sensor's samples.
  nef: (preview, sensor) =>
    tiffLike(
      header('MM\0*'),
      [preview, sensor],
      [
        { entries: [...stored(1, sensor.length, 34713), [330, 4, { directory: 1 }]] },
        { entries: pointing(0, preview.length) },
      ],
    ),
  // Sony: the first directory points at the preview, one below it holds the sensor's samples.
  arw: (preview, sensor) =>
    tiffLike(
      header('II*\0'),
      [preview, sensor],
      [
        { entries: [[254, 4, 1], ...pointing(0, preview.length), [330, 4, { directory: 1 }]] },
        { entries: stored(1, sensor.length, 32767) },
      ],
    ),
  // Adobe: the sensor's samples first, and below them the preview, stored as JPEG.
  dng: (preview, sensor) =>
    tiffLike(
      header('II*\0'),
      [preview, sensor],
      [
        { entries: [...stored(1, sensor.length, 7), [330, 4, { directory: 1 }]] },
        { entries: stored(0, preview.length, 7).filter(([tag]) => tag !== 262 && tag !== 258) },
      ],
    ),
  // Fujifilm: a header of its own that says where the preview lies.
  raf: (preview, sensor) => {
    const head = Buffer.alloc(148);
    head.write('FUJIFILMCCD-RAW 0201FF383501', 'latin1');
    head.writeUInt32BE(148, 84);
    head.writeUInt32BE(preview.length, 88);
    head.writeUInt32BE(148 + preview.length, 100);
    head.writeUInt32BE(sensor.length, 104);
    return Buffer.concat([head, preview, sensor]);
  },
  // Olympus: TIFF with another mark; the preview where the maker's note points.
  orf: (preview, sensor) =>
    tiffLike(header('IIRO'), [preview, sensor], [{ entries: stored(1, sensor.length, 1) }]),
  // Panasonic: TIFF with another mark; the preview in an entry of its own.
  rw2: (preview, sensor) =>
    tiffLike(
      header('IIU\0'),
      [preview, sensor],
      [
        {
          entries: [
            [46, 4, { piece: 0 }],
            [280, 4, { piece: 1 }],
          ],
        },
      ],
    ),
};
