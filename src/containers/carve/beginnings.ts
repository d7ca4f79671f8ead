import { crc32 } from 'node:zlib';
import { isTarHeader } from '../../core/index.js';
import { boxesAt, endOfImage } from '../behind-jpeg.js';
import { isAt, isCredibleLocal, lengths, signatures } from '../zip-records.js';
import { inBase64 } from './base64.js';
import { bmpAt } from './bmp.js';
import { gifAt } from './gif.js';
import type { Extent, Kind } from './kinds.js';
import { pngAt } from './png.js';
import { riffAt } from './riff.js';
import { isTiff } from './tiff.js';

const always = () => true;
/** Makes a kind that `extentOf` recognises by the header and whose end it finds. */
const sized = (magic: string, extentOf: (all: Buffer) => Extent | undefined): Kind => ({
  magic,
  isCredible: (head) => extentOf(head) !== undefined,
  extentOf: (all) => {
    const extent = extentOf(all);
    return extent && { end: extent.end };
  },
});
const plain = (magic: string, isCredible: Kind['isCredible'] = always): Kind => ({ magic, isCredible });

/**
 * Follows the markers of a JPEG from its beginning to its pixels. `at` is where the chain ends, in bytes. `isJpeg` is
 * true if it leads to pixels, false if it is none of a JPEG, and undefined if the bytes end before that shows.
 */
function chainOf(all: Buffer, step: () => void) {
  let hasFrame = false;
  let hasTables = false;
  let at = 2;
  while (at + 4 <= all.length && all[at] === 0xff) {
    step();
    const marker = all[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) return { at, isJpeg: hasFrame && hasTables };
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return { at, isJpeg: false };
    if (marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const isSized = at + 9 < all.length && all.readUInt16BE(at + 7) > 0 && all[at + 9]! <= 4;
      if (!isSized && at + 9 < all.length) return { at, isJpeg: false };
      hasFrame = true;
    }
    hasTables ||= marker === 0xdb;
    const length = all.readUInt16BE(at + 2);
    if (length < 2) return { at, isJpeg: false };
    at += 2 + length;
  }
  // The chain goes on behind these bytes, or somebody cut the file before its pixels.
  return { at, isJpeg: at >= all.length ? undefined : false };
}

const jpeg: Kind = {
  magic: '\xff\xd8\xff',
  isCredible: (head, step) => chainOf(head, step).isJpeg !== false,
  extentOf(all, step) {
    const { at, isJpeg } = chainOf(all, step);
    if (isJpeg !== true) return undefined;
    const end = all.indexOf(endOfImage, at, 'latin1');
    // A picture without an end must not hide others.
    return { end: end < 0 ? all.length : end + 2, next: at };
  },
};

const boxes: Kind = {
  magic: 'ftyp',
  offset: 4,
  isCredible: (head) => head.length >= 16 && head.readUInt32BE(0) >= 16 && head.readUInt32BE(0) <= 1024,
  extentOf(all, step) {
    const end = boxesAt(all, 0, step)?.until;
    return end === undefined ? undefined : { end };
  },
};

const tiff = (magic: string): Kind => ({
  magic,
  isCredible: (head) => head.length >= 8,
  extentOf: (all) => (isTiff(all) ? { end: all.length } : undefined),
});

/**
 * Where the zip file ends with which `all` begins: behind the first end record that leads back to its beginning.
 * Without such a record it takes all bytes: its reader accounts for every byte itself.
 */
function endOfZip(all: Buffer): number {
  for (let at = all.indexOf(signatures.end, 0, 'latin1'); at >= 0; ) {
    const end = at + lengths.end + (at + lengths.end <= all.length ? all.readUInt16LE(at + 20) : 0);
    if (at + lengths.end > all.length) break;
    const start = at - all.readUInt32LE(at + 12) - all.readUInt32LE(at + 16);
    if (start === 0 && end <= all.length && isAt(all, signatures.entry, at - all.readUInt32LE(at + 12)))
      return end;
    at = all.indexOf(signatures.end, at + 4, 'latin1');
  }
  return all.length;
}

/** Where a tar file ends: behind its last member and the zeros that follow. */
function endOfTar(all: Buffer): number {
  let at = 0;
  while (isTarHeader(all.subarray(at, at + 512))) {
    const size = Number.parseInt(all.toString('latin1', at + 124, at + 136), 8);
    at += 512 + 512 * Math.ceil((Number.isNaN(size) ? all.length : size) / 512);
  }
  while (at + 512 <= all.length && all.subarray(at, at + 512).every((byte) => byte === 0)) at += 512;
  return Math.min(at, all.length);
}

/** Whether a frame of zstd begins there that needs no dictionary and has a valid first block (RFC 8878, 3.1.1). */
function isZstd(head: Buffer): boolean {
  if (head.length < 18 || (head[4]! & 0x0b) !== 0) return false;
  const isSingle = (head[4]! & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][head[4]! >> 6]!;
  const block = head.readUIntLE(5 + (isSingle ? 0 : 1) + sizeBytes, 3);
  return (isSingle || head[5]! >> 3 <= 21) && ((block >> 1) & 3) !== 3 && block >> 3 <= 1 << 17;
}

const sevenZip: Kind = {
  magic: '7z\xbc\xaf\x27\x1c',
  isCredible: (head) => head.length >= 32 && crc32(head.subarray(12, 32)) === head.readUInt32LE(8),
  extentOf: (all) => ({
    end: Math.min(all.length, 32 + Number(all.readBigUInt64LE(12)) + Number(all.readBigUInt64LE(20))),
  }),
};

/** The kinds that the search finds as plain bytes, not as base64. */
const plainly: readonly Kind[] = [
  jpeg,
  sized('\x89PNG\r\n\x1a\n', (all) => pngAt(all, 0)),
  sized('GIF87a', (all) => gifAt(all, 0)),
  sized('GIF89a', (all) => gifAt(all, 0)),
  sized('RIFF????WEBP', (all) => riffAt(all, 'WEBP')),
  sized('RIFF????AVI ', (all) => riffAt(all, 'AVI ')),
  sized('BM?', (all) => bmpAt(all, 0)),
  boxes,
  tiff('II*\0'),
  tiff('MM\0*'),
  { ...plain('JXL \r\n\x87\n', (head) => head.readUInt32BE(0) === 12), offset: 4 },
  { ...plain('jP  \r\n\x87\n', (head) => head.readUInt32BE(0) === 12), offset: 4 },
  plain('\xff\x4f\xff\x51\0', (head) => head.length > 40 && head.readUInt16BE(4) < 0x4000),
  plain('8BPS\0?\0\0\0\0\0\0', (head) => head[5] === 1 || head[5] === 2),
  plain('II\xbc\x01????', (head) => head.length > 8 && head.readUInt32LE(4) < 65536),
  plain('AT&TFORM'),
  plain('gimp xcf '),
  plain('%PDF-?.?', (head) => /^%PDF-\d\.\d/.test(head.toString('latin1', 0, 8))),
  plain('%!PS-Adobe-'),
  plain('\xc5\xd0\xd3\xc6??\0\0'),
  {
    magic: signatures.local,
    isCredible: (head) => isCredibleLocal(head, Number.POSITIVE_INFINITY),
    extentOf(all) {
      const end = endOfZip(all);
      return { end, next: end };
    },
  },
  plain('\x1f\x8b\x08', (h) => h.length > 18 && h[3]! < 32 && [0, 2, 4].includes(h[8]!) && isSystem(h[9]!)),
  plain('BZh?1AY&SY', (head) => head[3]! > 0x30 && head[3]! < 0x3a),
  plain('\xfd7zXZ\0\0'),
  plain('\x28\xb5\x2f\xfd', isZstd),
  plain(
    '\x04\x22\x4d\x18',
    (head) => head.length > 9 && (head[4]! & 0xc2) === 0x40 && (head[5]! & 0xcf) === 0x40,
  ),
  plain('LZIP\x01'),
  sevenZip,
  plain('Rar!\x1a\x07\0'),
  plain('Rar!\x1a\x07\x01\0'),
  plain('MSCF\0\0\0\0'),
  plain('!<arch>\n'),
  plain('\xed\xab\xee\xdb\x03?\0?'),
  plain('xar!\0\x1c\0\x01'),
  plain('MSWIM\0\0\0'),
  plain('hsqs????', (head) => head.length > 32 && head.readUInt16LE(28) === 4),
  plain('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  {
    magic: 'ustar',
    offset: 257,
    isCredible: isTarHeader,
    extentOf(all) {
      const end = endOfTar(all);
      return { end, next: end };
    },
  },
  plain('\x1a\x45\xdf\xa3', (head) => /webm|matroska/.test(head.toString('latin1', 0, 64))),
  plain('FLV\x01?\0\0\0\x09'),
  plain('\x30\x26\xb2\x75\x8e\x66\xcf\x11'),
  plain('SQLite format 3\0'),
];

/**
 * Every kind that the search finds. Files of other kinds stay unknown bytes, and unknown bytes make a run incomplete.
 */
export const kinds: readonly Kind[] = [...plainly, ...inBase64(plainly)];

/** Whether a byte is an operating system of RFC 1952, or `unknown`. */
const isSystem = (byte: number) => byte <= 13 || byte === 255;
