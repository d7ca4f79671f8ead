import { describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import { fingerprinters, pdqDihedral } from '../../src/fingerprints/index.js';
import { pdq512, referencePdq } from '../../src/fingerprints/pdq.js';
import { turnUpright } from '../../src/views/index.js';
import { bitmapOf, bytesOf, formulaPicture, formulaPictures, framesOf, vectors } from './pictures.js';

const distance = (a: string, b: string) => hammingDistance(hexToBytes(a), hexToBytes(b));

// The first frame is what the references say of an animation.
const readable = vectors;
const isLossless = (file: string) => /\.(png|gif|tiff|bmp)$|lossless/.test(file);
// Pillow clips 16-bit grey: imagehash and blockhash-python hash a white picture then (fixtures/vectors/README.md).
const clipped = 'mode-grey16.png';

const references = {
  pdq: (v) => v.pdq_full.hash,
  phash: (v) => v.imagehash.phash,
  phash256: (v) => v.imagehash.phash16,
  dhash: (v) => v.imagehash.dhash,
  blockhash: (v) => v.blockhash.bits16_precise,
} satisfies Record<string, (vector: (typeof vectors)[number]) => string>;

describe('every vector', () => {
  it('covers 53 files', () => expect(readable).toHaveLength(53));

  it.each(vectors)('$file has the reference digests', (vector) => {
    const bytes = bytesOf(vector.file);
    for (const name of ['md5', 'sha1', 'sha256'] as const) {
      expect(fingerprinters[name].compute(bytes)).toBe(vector[name]);
    }
  });

  it.each(readable)('$file has the reference hashes', async (vector) => {
    const bitmap = await bitmapOf(vector.file);
    for (const [name, reference] of Object.entries(references)) {
      if (vector.file === clipped && name !== 'pdq') continue;
      const { hex } = fingerprinters[name as keyof typeof references].raw(bitmap);
      if (isLossless(vector.file)) expect(hex, name).toBe(reference(vector));
      else expect(distance(hex, reference(vector)), name).toBeLessThanOrEqual(2);
    }
  });

  it.each(readable)(
    '$file has the reference PDQ qualities, 512 variant and dihedral hashes',
    async (vector) => {
      const bitmap = await bitmapOf(vector.file);
      const most = isLossless(vector.file) ? 0 : 2;
      expect(fingerprinters.pdq.raw(bitmap).quality).toBe(vector.pdq_full.quality);
      expect(pdq512.raw(bitmap).quality).toBe(vector.pdq_512.quality);
      expect(distance(pdq512.raw(bitmap).hex, vector.pdq_512.hash)).toBeLessThanOrEqual(most);
      for (const [variant, expected] of [
        ['full', vector.pdq_full],
        ['512', vector.pdq_512],
      ] as const) {
        const { hex, quality } = pdqDihedral(bitmap, variant);
        expect(quality).toBe(expected.quality);
        expect(Object.keys(hex).sort()).toEqual(Object.keys(expected.dihedral).sort());
        for (const [name, own] of Object.entries(hex)) {
          expect(distance(own, expected.dihedral[name]!), name).toBeLessThanOrEqual(most);
        }
      }
    },
  );
});

describe('every formula picture', () => {
  it('there are 43', () => expect(formulaPictures).toHaveLength(43));

  it.each(formulaPictures)('$pattern $width×$height', ({ pattern, width, height, full, half }) => {
    const bitmap = formulaPicture(pattern, width, height);
    expect(fingerprinters.pdq.raw(bitmap)).toEqual(full);
    expect(referencePdq(bitmap)).toEqual(full);
    expect(pdq512.raw(bitmap)).toEqual(half);
    expect(referencePdq(bitmap, '512')).toEqual(half);
  });
});

describe('pictures of the same scene', () => {
  it('have fingerprints within 4 bits in all eight EXIF orientations, once turned upright', async () => {
    const names = Object.keys(references) as (keyof typeof references)[];
    const hashes: string[][] = [];
    for (let orientation = 1; orientation <= 8; orientation++) {
      const [frame] = await framesOf(bytesOf(`exif-orientation-${orientation}.jpg`));
      expect(frame!.orientation).toBe(orientation);
      const bitmap = turnUpright(frame!.bitmap, frame!.orientation);
      hashes.push(names.map((name) => fingerprinters[name].raw(bitmap).hex));
    }
    for (const own of hashes) {
      names.forEach((name, i) => {
        expect(distance(own[i]!, hashes[0]![i]!), name).toBeLessThanOrEqual(4);
      });
    }
  });
});
