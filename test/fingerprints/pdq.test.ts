import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { fingerprinters, pdqDihedral, resolveFingerprinters } from '../../src/fingerprints/index.js';
import { referencePdq } from '../../src/fingerprints/pdq.js';
import { fastRaster } from '../../src/fingerprints/pdq-raster.js';
import { plainReferenceRaster } from '../../src/fingerprints/pdq-reference.js';
import { formulaPicture } from './pictures.js';

/** Pictures from noise to nearly flat, of all sizes and channel counts. */
const bitmaps: fc.Arbitrary<Bitmap> = fc
  .record({
    width: fc.integer({ min: 1, max: 300 }),
    height: fc.integer({ min: 1, max: 300 }),
    channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
    seed: fc.integer({ min: 1, max: 0x7fffffff }),
    amplitude: fc.constantFrom(0, 1, 3, 40, 255),
    wave: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ width, height, channels, seed, amplitude, wave }) => {
    let state = seed;
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const smooth = 127 + 90 * Math.sin(((i / channels) % width) * wave);
      return Math.min(255, Math.max(0, smooth + ((state >>> 16) / 65536 - 0.5) * amplitude));
    });
    return { width, height, channels, data };
  });

describe('the fast road of PDQ', () => {
  it('gives the hash and quality of the reference order of float32 operations', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        expect(fingerprinters.pdq.raw(bitmap)).toEqual(referencePdq(bitmap));
      }),
      { numRuns: 150 },
    );
  });

  it('strays from the reference raster by rounding only', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const reference = plainReferenceRaster(bitmap);
        const worst = fastRaster(bitmap).reduce(
          (most, v, k) => Math.max(most, Math.abs(v - reference[k]!)),
          0,
        );
        expect(worst).toBeLessThan(0.005);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the variants of PDQ', () => {
  it('differ in recipe and, beyond 512 pixels, in bits, but not in name', () => {
    const half = resolveFingerprinters({ pdqVariant: '512' }).pdq;
    const large = formulaPicture('tex', 640, 480);
    const small = formulaPicture('tex', 200, 120);
    if (half.kind !== 'pixels') throw new TypeError('pdq is of pixels');
    expect(fingerprinters.pdq.recipe).toBe('pdq-full/1');
    expect(half.recipe).toBe('pdq-512/1');
    expect(half.compute(large)).not.toEqual(fingerprinters.pdq.compute(large));
    expect(half.compute(small)).toEqual(fingerprinters.pdq.compute(small));
    expect(resolveFingerprinters().pdq).toBe(fingerprinters.pdq);
  });
});

describe('pdqDihedral', () => {
  it('names the picture itself `identity`', () => {
    const bitmap = formulaPicture('blobs', 300, 200);
    const { hex, quality } = pdqDihedral(bitmap);
    expect({ hex: hex.identity, quality }).toEqual(fingerprinters.pdq.raw(bitmap));
    expect(new Set(Object.values(hex)).size).toBe(8);
  });
});
