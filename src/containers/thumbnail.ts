import { type Inside, StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import type { Container } from './types.js';

/** Bytes at the beginning of a JPEG file in which EXIF data is searched: it stands before the picture. */
const headOfJpeg = 1 << 20;
/**
 * The most TIFF structures of one picture, directories of one structure, and entries of one directory. No camera writes
 * half as many.
 */
const mostStructures = 64;
const mostDirectories = 16;
const mostEntries = 512;
/** The most thumbnails that are yielded from one picture. */
const mostThumbnails = 4;

const tags = { offset: 0x0201, length: 0x0202 };

/** Yields every JPEG thumbnail that the directories of a TIFF structure point at (TIFF 6.0, EXIF 2.3 § 4.6.2). Pure. */
function* thumbnailsOf(tiff: Buffer): Generator<Buffer> {
  const order = tiff.toString('latin1', 0, 2);
  const isLittle = order === 'II';
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  if (tiff.length < 8 || (!isLittle && order !== 'MM') || u16(2) !== 42) return;
  const seen = new Set<number>();
  for (let at = u32(4); at !== 0 && at + 2 <= tiff.length && seen.size < mostDirectories; ) {
    if (seen.has(at)) return;
    seen.add(at);
    const entries = u16(at);
    const end = at + 2 + 12 * entries;
    if (entries > mostEntries || end > tiff.length) return;
    const found = { offset: 0, length: 0 };
    for (let entry = at + 2; entry < end; entry += 12) {
      const tag = u16(entry);
      if (tag === tags.offset) found.offset = u32(entry + 8);
      if (tag === tags.length) found.length = u32(entry + 8);
    }
    const jpeg = tiff.subarray(found.offset, found.offset + found.length);
    if (found.offset > 0 && jpeg.length > 4 && jpeg.readUInt16BE(0) === 0xffd8) yield jpeg;
    at = end + 4 <= tiff.length ? u32(end) : 0;
  }
}

/** How a TIFF structure begins. */
const heads = ['II*\0', 'MM\0*'];

/** Yields all bytes from each place on where a TIFF structure may begin. JPEG and HEIF files carry such structures. */
function* structuresIn(bytes: Buffer): Generator<Buffer> {
  for (const head of heads)
    for (let at = bytes.indexOf(head, 0, 'latin1'); at >= 0; at = bytes.indexOf(head, at + 1, 'latin1'))
      yield bytes.subarray(at);
}

async function* thumbnails(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const head = Buffer.from(await store.read(0, 4));
  const isJpeg = head.length === 4 && head.readUInt16BE(0) === 0xffd8;
  const isTiff = heads.includes(head.toString('latin1'));
  const all = await store.read(0, isJpeg ? headOfJpeg : store.size);
  const bytes = Buffer.from(all.buffer, all.byteOffset, all.length);
  let found = 0;
  let structures = 0;
  for (const structure of isTiff ? [bytes] : structuresIn(bytes)) {
    budget.checkTime();
    structures += 1;
    if (structures > mostStructures)
      throw new StageError('decode', 'archive-limit', `more than ${mostStructures} beginnings of EXIF data`);
    for (const jpeg of thumbnailsOf(structure)) {
      found += 1;
      if (found > mostThumbnails) return;
      budget.member();
      yield { part: found === 1 ? 'thumbnail' : `thumbnail~${found}`, bytes: jpeg };
    }
  }
}

/**
 * Reads the small copies that cameras put into EXIF data. Programs that crop or edit a picture often leave them
 * unchanged.
 */
export const thumbnailContainer: Container = {
  kind: 'thumbnails',
  mediaTypes: ['image/jpeg', 'image/tiff', 'image/heic', 'image/heif', 'image/avif'],
  isPicture: true,
  open: thumbnails,
};
