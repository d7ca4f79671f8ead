import type { ByteStore } from '../../core/types.js';
import { endOfImage, firstScan } from '../behind-jpeg.js';
import type { Span, Unaccounted } from '../types.js';
import { bmpAt } from './bmp.js';
import { boxesOf } from './boxes.js';
import { gifAt } from './gif.js';
import { blocksOfGif, packedInPng } from './in-pieces.js';
import { seriesOfJpeg } from './jpeg-segments.js';
import { pngAt } from './png.js';
import { riffOf } from './riff.js';
import { bufferOf, without } from './spans.js';
import { tiffAt } from './tiff.js';

/**
 * The records of a picture, and as strays all bytes behind its end. Without `found`, all bytes but the first are
 * records.
 */
const upTo = (size: number, found?: { end: number; records: readonly Span[] }): Unaccounted =>
  found
    ? { records: found.records, strays: [{ from: found.end, to: size }] }
    : { records: [{ from: 1, to: size }] };

/** JPEG. Decoders stop at the first end of an image (EOI) behind the beginning of the pixels, at the latest. */
function ofJpeg(all: Buffer): Unaccounted {
  const scan = firstScan(all);
  if (scan === undefined) return { records: [{ from: 2, to: all.length }] };
  const end = all.indexOf(endOfImage, scan, 'latin1');
  const series = seriesOfJpeg(all);
  const pieces = series.flatMap(({ spans }) => spans);
  return {
    records: without({ from: 2, to: scan }, pieces),
    strays: end < 0 ? [] : [{ from: end + 2, to: all.length }],
    joined: () => series.map(({ joined }) => joined),
  };
}

function ofTiff(all: Buffer): Unaccounted {
  const walked = tiffAt(all, 0);
  if (!walked) return { records: [{ from: 8, to: all.length }] };
  return {
    records: without({ from: 8, to: walked.end }, walked.pixels),
    strays: [{ from: walked.end, to: all.length }],
  };
}

/** Icons: the bytes at which no entry of the directory points. */
function ofIcon(all: Buffer): Unaccounted {
  const count = all.length < 6 ? 0 : all.readUInt16LE(4);
  const pictures: Span[] = [{ from: 0, to: 6 + 16 * count }];
  for (let at = 6; at + 16 <= all.length && at < 6 + 16 * count; at += 16) {
    const from = all.readUInt32LE(at + 12);
    pictures.push({ from, to: from + all.readUInt32LE(at + 8) });
  }
  return { strays: without({ from: 0, to: all.length }, pictures) };
}

/**
 * JPEG 2000 (ISO/IEC 15444-1, annex I): the bytes outside the boxes `jp2c`, which hold the pixels. The search looks
 * through a bare stream of pixels.
 */
function ofJpeg2000(all: Buffer): Unaccounted {
  if (all[0] === 0xff) return upTo(all.length);
  const pixels: Span[] = [];
  let at = 0;
  while (at + 8 <= all.length) {
    const [short, type] = [all.readUInt32BE(at), all.toString('latin1', at + 4, at + 8)];
    const isLong = short === 1 && at + 16 <= all.length;
    const size = short === 0 ? all.length - at : isLong ? Number(all.readBigUInt64BE(at + 8)) : short;
    if (size < (isLong ? 16 : 8) || !/^[\x20-\x7e]{4}$/.test(type)) break;
    // A box `ftyp` is how videos begin, too.
    if (type === 'jp2c' || type === 'ftyp') pixels.push({ from: at, to: Math.min(at + size, all.length) });
    at += size;
  }
  const end = Math.min(at, all.length);
  return {
    records: without({ from: Math.min(12, end), to: end }, pixels),
    strays: [{ from: end, to: all.length }],
  };
}

/** JNG (libpng's JNG 1.0): the chunks without pixels, and the bytes behind the last. `JDAT` holds pixels as JPEG. */
function ofJng(all: Buffer): Unaccounted {
  const [records, pixels]: Span[][] = [[], []];
  let at = 8;
  while (at + 12 <= all.length) {
    const type = all.toString('latin1', at + 4, at + 8);
    const chunk = { from: at, to: Math.min(at + 12 + all.readUInt32BE(at), all.length) };
    (/^(JDAT|JDAA|IDAT)$/.test(type) ? pixels! : records!).push(chunk);
    at = chunk.to;
    if (type === 'IEND') break;
  }
  return { records: records!, strays: [{ from: at, to: all.length }] };
}

/** PNG. The search looks through the pixels too, because no decoder looks at bytes behind the end of their stream. */
const ofPng = (all: Buffer): Unaccounted => ({
  ...upTo(all.length, pngAt(all, 0)),
  joined: (budget) => packedInPng(all, budget),
});

/** Functions for pictures by their media type, which need all bytes in memory. */
const pictures: Readonly<Record<string, (all: Buffer) => Unaccounted>> = {
  'image/jpeg': ofJpeg,
  'image/png': ofPng,
  'image/apng': ofPng,
  'image/gif': (all) => ({ ...upTo(all.length, gifAt(all, 0)), joined: () => blocksOfGif(all) }),
  'image/bmp': (all) => upTo(all.length, bmpAt(all, 0)),
  'image/tiff': ofTiff,
  'image/x-icon': ofIcon,
  'image/jp2': ofJpeg2000,
  'image/x-jng': ofJng,
};

/** Functions for pictures and videos by their media type, which may be larger than memory. */
const parted: Readonly<Record<string, (store: ByteStore) => Promise<{ end: number; records: Span[] }>>> = {
  // `mdat` holds items too, some of which no decoder reads.
  'image/avif': (store) => boxesOf(store, []),
  'image/heic': (store) => boxesOf(store, []),
  'image/heif': (store) => boxesOf(store, []),
  'image/webp': (store) => riffOf(store, 'WEBP'),
  'video/mp4': (store) => boxesOf(store),
  'video/quicktime': (store) => boxesOf(store),
  'audio/mp4': (store) => boxesOf(store),
  'video/x-msvideo': (store) => riffOf(store, 'AVI '),
};

/**
 * The bytes of a picture or video at which its decoder does not look. For media types without a function here, these
 * are all bytes but the first, so that the search does not find the file itself.
 */
export async function unaccountedIn(store: ByteStore, mediaType: string): Promise<Unaccounted> {
  const ofAll = pictures[mediaType];
  if (ofAll) return ofAll(bufferOf(await store.read(0, store.size)));
  const ofParts = parted[mediaType];
  if (ofParts) return upTo(store.size, await ofParts(store));
  return { records: [{ from: 1, to: store.size }] };
}
