import type { ByteStore } from '../../core/types.js';
import { endOfImage, firstScan } from '../behind-jpeg.js';
import type { Span, Unaccounted } from '../types.js';
import { bmpAt } from './bmp.js';
import { boxesOf } from './boxes.js';
import { gifAt } from './gif.js';
import { pngAt } from './png.js';
import { riffOf } from './riff.js';
import { bufferOf, without } from './spans.js';
import { tiffAt } from './tiff.js';

/** Where a picture ends, and its records: all behind belongs to nothing. */
const upTo = (size: number, found?: { end: number; records: readonly Span[] }): Unaccounted =>
  found
    ? { records: found.records, strays: [{ from: found.end, to: size }] }
    : { records: [{ from: 1, to: size }] };

/** Decoders stop at the first end of an image behind the beginning of the pixels, at the latest. */
function ofJpeg(all: Buffer): Unaccounted {
  const scan = firstScan(all);
  if (scan === undefined) return { records: [{ from: 2, to: all.length }] };
  const end = all.indexOf(endOfImage, scan, 'latin1');
  return {
    records: [{ from: 2, to: scan }],
    strays: end < 0 ? [] : [{ from: end + 2, to: all.length }],
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

/** Icons: what no entry of the directory points at. */
function ofIcon(all: Buffer): Unaccounted {
  const count = all.length < 6 ? 0 : all.readUInt16LE(4);
  const pictures: Span[] = [{ from: 0, to: 6 + 16 * count }];
  for (let at = 6; at + 16 <= all.length && at < 6 + 16 * count; at += 16) {
    const from = all.readUInt32LE(at + 12);
    pictures.push({ from, to: from + all.readUInt32LE(at + 8) });
  }
  return { strays: without({ from: 0, to: all.length }, pictures) };
}

/** Pictures by their media type. */
const pictures: Readonly<Record<string, (all: Buffer) => Unaccounted>> = {
  'image/jpeg': ofJpeg,
  'image/png': (all) => upTo(all.length, pngAt(all, 0)),
  'image/apng': (all) => upTo(all.length, pngAt(all, 0)),
  'image/gif': (all) => upTo(all.length, gifAt(all, 0)),
  'image/bmp': (all) => upTo(all.length, bmpAt(all, 0)),
  'image/tiff': ofTiff,
  'image/x-icon': ofIcon,
};

/** Pictures and videos by their media type, which may be larger than memory. */
const parted: Readonly<Record<string, (store: ByteStore) => Promise<{ end: number; records: Span[] }>>> = {
  // Their items lie in `mdat` as well, some of which nobody decodes.
  'image/avif': (store) => boxesOf(store, []),
  'image/heic': (store) => boxesOf(store, []),
  'image/heif': (store) => boxesOf(store, []),
  'image/webp': (store) => riffOf(store, 'WEBP'),
  'video/mp4': (store) => boxesOf(store),
  'video/quicktime': (store) => boxesOf(store),
  'audio/mp4': (store) => boxesOf(store),
  'video/x-msvideo': (store) => riffOf(store, 'AVI '),
};

/** Which bytes of a picture or video its decoder does not look at. Of a kind that is not listed, all but the first are searched. */
export async function unaccountedIn(store: ByteStore, mediaType: string): Promise<Unaccounted> {
  const ofAll = pictures[mediaType];
  if (ofAll) return ofAll(bufferOf(await store.read(0, store.size)));
  const ofParts = parted[mediaType];
  if (ofParts) return upTo(store.size, await ofParts(store));
  return { records: [{ from: 1, to: store.size }] };
}
