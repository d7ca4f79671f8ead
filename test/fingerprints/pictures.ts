import { readFileSync } from 'node:fs';
import type { Bitmap, Frame } from '../../src/core/types.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';

const folder = new URL('../../fixtures/vectors/', import.meta.url);

interface PdqVector {
  readonly hash: string;
  readonly quality: number;
  readonly dihedral: Readonly<Record<string, string>>;
}

/** What the reference implementations say of one file (fixtures/vectors/README.md). */
export interface Vector {
  readonly file: string;
  readonly mode: string;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly pdq_full: PdqVector;
  readonly pdq_512: PdqVector;
  readonly imagehash: Readonly<Record<'phash' | 'phash16' | 'dhash', string>>;
  readonly blockhash: Readonly<Record<'bits16_precise', string>>;
}

export const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('vectors.json', folder), 'utf8'),
).vectors;

export const bytesOf = (file: string): Uint8Array => readFileSync(new URL(`images/${file}`, folder));

export async function framesOf(bytes: Uint8Array): Promise<Frame[]> {
  const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
  const frames: Frame[] = [];
  for await (const frame of decoded.bitmaps) frames.push(frame);
  return frames;
}

/** The first frame of a vector's file, as stored. */
export async function bitmapOf(file: string): Promise<Bitmap> {
  const [frame] = await framesOf(bytesOf(file));
  return frame!.bitmap;
}

/** An RGB bitmap of a formula. */
export function paint(
  width: number,
  height: number,
  pixel: (x: number, y: number) => readonly number[],
): Bitmap {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixel(x, y), (y * width + x) * 3);
  }
  return { width, height, channels: 3, data };
}

type Pattern = (x: number, y: number, width: number, height: number) => readonly number[];
const grey = (value: number) => [value, value, value];

/** The patterns of pdq-formula-pictures.tsv. */
const patterns: Readonly<Record<string, Pattern>> = {
  tex: (x, y) => [(x * 7 + y * 13 + ((x * y) >> 3)) & 255, ((x ^ y) * 5) & 255, ((x * x + y * 3) >> 4) & 255],
  blobs: (x, y, width, height) => {
    const a = Math.floor((x * 1024) / width);
    const b = Math.floor((y * 1024) / height);
    return [
      ((a * a + b * b) >> 11) & 255,
      ((a * (1023 - b)) >> 12) & 255,
      ((a >> 6) * 37 + (b >> 6) * 91) & 255,
    ];
  },
  ramp: (x, _y, width) => grey(Math.floor((x * 255) / Math.max(1, width - 1))),
  flat: () => grey(127),
  split: (x, _y, width) => grey(2 * x < width ? 250 : 5),
};

export const formulaPicture = (pattern: string, width: number, height: number): Bitmap =>
  paint(width, height, (x, y) => patterns[pattern]!(x, y, width, height));

/** Rows of pdq-formula-pictures.tsv. */
export const formulaPictures = readFileSync(new URL('pdq-formula-pictures.tsv', folder), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [pattern, width, height, quality512, hash512, qualityFull, hashFull] = line.split('\t');
    return {
      pattern: pattern!,
      width: Number(width),
      height: Number(height),
      full: { hex: hashFull!, quality: Number(qualityFull) },
      half: { hex: hash512!, quality: Number(quality512) },
    };
  });
