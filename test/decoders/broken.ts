import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngOf } from '../../src/decoders/png-of.js';
import { formulaPicture } from '../fingerprints/pictures.js';

/** A PNG of given header fields and raw scan lines, whatever they promise. */
export function png(width: number, height: number, raw: Uint8Array, bitDepth = 8, colourType = 2): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width >>> 0);
  header.writeUInt32BE(height >>> 0, 4);
  header.set([bitDepth, colourType], 8);
  return Buffer.from(
    pngOf([
      { type: 'IHDR', data: header },
      { type: 'IDAT', data: deflateSync(raw) },
    ]),
  );
}

/** One frame of an animated PNG: an area of one grey, with alpha. */
export interface PaintedFrame {
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly grey: number;
  readonly alpha?: number;
  readonly dispose?: number;
  readonly blend?: number;
}

/** A grey-and-alpha animated PNG; `still` paints a default image outside of the animation. */
export function apng(width: number, height: number, frames: readonly PaintedFrame[], still?: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 4], 8);
  const pixels = (w: number, h: number, grey: number, alpha: number) => {
    const row = Buffer.from([0, ...Array.from({ length: w }, () => [grey, alpha]).flat()]);
    return deflateSync(Buffer.concat(Array.from({ length: h }, () => row)));
  };
  const words = (...values: number[]) => {
    const out = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => {
      out.writeUInt32BE(value, i * 4);
    });
    return out;
  };
  const chunks = [
    { type: 'IHDR', data: header },
    { type: 'acTL', data: words(frames.length, 0) },
  ];
  if (still !== undefined) chunks.push({ type: 'IDAT', data: pixels(width, height, still, 255) });
  let sequence = 0;
  frames.forEach(({ at: [x, y, w, h], grey, alpha = 255, dispose = 0, blend = 0 }, i) => {
    const control = Buffer.concat([
      words(sequence++, w, h, x, y),
      Buffer.from([0, 1, 0, 10, dispose, blend]),
    ]);
    chunks.push({ type: 'fcTL', data: control });
    const data = pixels(w, h, grey, alpha);
    if (i === 0 && still === undefined) chunks.push({ type: 'IDAT', data });
    else chunks.push({ type: 'fdAT', data: Buffer.concat([words(sequence++), data]) });
  });
  return Buffer.from(pngOf(chunks));
}

/** A GIF header that claims any size, with one frame of four pixels. */
export function gifOf(width: number, height: number): Buffer {
  const head = Buffer.from(
    'GIF89a\0\0\0\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0;',
    'latin1',
  );
  for (const at of [6, 24]) {
    head.writeUInt16LE(width, at);
    head.writeUInt16LE(height, at + 2);
  }
  return head;
}

/** An uncompressed grey TIFF with one page for each size, its pixels where `offset` says, chained as TIFF 6.0 section 2 says. */
export function tiff(
  ...sizes: readonly (readonly [width: number, height: number, offset?: number])[]
): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\x08\0\0\0', 'latin1')];
  let at = 8;
  sizes.forEach(([width, height, offset], page) => {
    const pixels = Buffer.alloc(width * height, page * 50);
    const directoryLength = 2 + 9 * 12 + 4;
    const entries = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, offset ?? at + directoryLength],
      [277, 1],
      [278, height],
      [279, pixels.length],
    ];
    const directory = Buffer.alloc(directoryLength);
    directory.writeUInt16LE(entries.length);
    entries.forEach(([tag, value], i) => {
      directory.writeUInt16LE(tag!, 2 + i * 12);
      directory.writeUInt16LE(4, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      directory.writeUInt32LE(value!, 10 + i * 12);
    });
    at += directoryLength + pixels.length;
    if (page + 1 < sizes.length) directory.writeUInt32LE(at, directoryLength - 4);
    parts.push(directory, pixels);
  });
  return Buffer.concat(parts);
}

/** Compressions of TIFF pages that libvips refuses, and of which it makes an empty page. */
export const oldJpeg = 6;
export const jpeg2000 = 34_712;

/** The same TIFF, little-endian, whose second page says that it is packed in another way. */
export function packedAs(compression: number, tiff: Buffer): Buffer {
  const out = Buffer.from(tiff);
  const first = out.readUInt32LE(4);
  const second = out.readUInt32LE(first + 2 + 12 * out.readUInt16LE(first));
  for (let at = second + 2; at < second + 2 + 12 * out.readUInt16LE(second); at += 12)
    if (out.readUInt16LE(at) === 259) out.writeUInt32LE(compression, at + 8);
  return out;
}

/** The same TIFF, little-endian, whose second page is below its first (SubIFDs, TIFF Technical Note 1). */
export function below(tiff: Buffer): Buffer {
  const first = tiff.readUInt32LE(4);
  const end = first + 2 + 12 * tiff.readUInt16LE(first);
  const entry = Buffer.alloc(12);
  entry.writeUInt16LE(330);
  entry.writeUInt16LE(4, 2);
  entry.writeUInt32LE(1, 4);
  entry.writeUInt32LE(tiff.readUInt32LE(end), 8);
  const entries: Buffer[] = [entry];
  for (let at = first + 2; at < end; at += 12) entries.push(tiff.subarray(at, at + 12));
  entries.sort((a, b) => a.readUInt16LE() - b.readUInt16LE());
  const count = Buffer.from([entries.length, 0]);
  const whole = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2), count, ...entries, Buffer.alloc(4)]);
  whole.writeUInt32LE(tiff.length + (tiff.length % 2), 4);
  return whole;
}

const scene = formulaPicture('blobs', 320, 200);

/** A drawn scene, encoded. */
export const encoded = async (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'): Promise<Buffer> =>
  sharp(scene.data, { raw: { width: scene.width, height: scene.height, channels: 3 } })
    .toFormat(format)
    .toBuffer();

/** The same bytes with some of them overwritten, always the same ones. */
export function flipped(bytes: Uint8Array, count: number): Buffer {
  const out = Buffer.from(bytes);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[Math.floor(bytes.length * (0.4 + (0.5 * state) / 2 ** 32))] = state & 255;
  }
  return out;
}

export const cut = (bytes: Uint8Array, share: number): Buffer =>
  Buffer.from(bytes.subarray(0, Math.floor(bytes.length * share)));
