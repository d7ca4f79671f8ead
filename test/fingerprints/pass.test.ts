import { bmvbhash } from 'blockhash-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { fingerprinters } from '../../src/fingerprints/index.js';
import { lanczosResize } from '../../src/fingerprints/lanczos.js';
import { resized } from '../../src/fingerprints/lanczos-pass.js';
import { lumaOf } from '../../src/fingerprints/luma.js';
import { rasterOf } from '../../src/fingerprints/pdq-pass.js';
import { fastRaster } from '../../src/fingerprints/pdq-raster.js';
import { plainReferenceRaster } from '../../src/fingerprints/pdq-reference.js';
import { referenceRaster } from '../../src/fingerprints/pdq-reference-pass.js';

/** Noise of all bytes, noise of black and white (it drives resampling out of range), waves, and flat. */
const kinds = ['noise', 'extremes', 'waves', 'flat'] as const;

function picture(kind: (typeof kinds)[number], width: number, height: number, channels: 1 | 3 | 4): Bitmap {
  const data = new Uint8Array(width * height * channels);
  let state = width * 65537 + height * 31 + channels;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (kind === 'noise') data[i] = state >>> 24;
    else if (kind === 'extremes') data[i] = state >>> 31 ? 255 : 0;
    else if (kind === 'waves')
      data[i] = 128 + 127 * Math.sin(i / 7 / channels + Math.floor(i / width / channels) / 9);
    else data[i] = (i % channels) * 90 + 40;
  }
  return { width, height, channels, data };
}

const sides = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 41, max: 700 }),
  fc.constantFrom(9, 32, 64, 255, 256, 512, 513),
);
const pictures = fc
  .tuple(fc.constantFrom(...kinds), sides, sides, fc.constantFrom(1 as const, 3 as const, 4 as const))
  .map(([kind, width, height, channels]) => ({ kind, width, height, channels }));

const large = [
  { kind: 'noise', width: 4001, height: 261, channels: 3 },
  { kind: 'extremes', width: 1920, height: 1283, channels: 3 },
  { kind: 'waves', width: 257, height: 3999, channels: 4 },
  { kind: 'extremes', width: 20011, height: 7, channels: 1 },
  { kind: 'noise', width: 3, height: 30011, channels: 4 },
  { kind: 'extremes', width: 65537, height: 2, channels: 3 },
] as const;

describe('one pass of the kernel over the pixels', () => {
  const targets = [
    [32, 32],
    [64, 64],
    [9, 8],
    [8, 9],
  ] as const;
  const isResized = (bitmap: Bitmap) => {
    for (const [width, height] of targets) {
      expect(resized(bitmap, width, height)).toEqual(lanczosResize(lumaOf(bitmap), width, height));
    }
  };

  it("resizes as Pillow's Lanczos in plain TypeScript does, to the bit", () => {
    fc.assert(
      fc.property(pictures, ({ kind, width, height, channels }) =>
        isResized(picture(kind, width, height, channels)),
      ),
      { numRuns: 150 },
    );
  });

  it.each(large)('resizes $kind of $width×$height, too', ({ kind, width, height, channels }) => {
    isResized(picture(kind, width, height, channels));
  });

  const isReduced = (bitmap: Bitmap) => {
    const raster = fastRaster(bitmap);
    const worst = rasterOf(bitmap).reduce(
      (most, value, k) => Math.max(most, Math.abs(value - raster[k]!)),
      0,
    );
    expect(worst).toBeLessThan(0.0005);
  };

  it("gives PDQ's raster to less than a thousandth of a level, a tenth of what is recomputed", () => {
    fc.assert(
      fc.property(pictures, ({ kind, width, height, channels }) =>
        isReduced(picture(kind, width, height, channels)),
      ),
      { numRuns: 150 },
    );
  });

  it.each(large)(
    "gives PDQ's raster of $kind of $width×$height, too",
    ({ kind, width, height, channels }) => {
      isReduced(picture(kind, width, height, channels));
    },
  );

  const isReference = (bitmap: Bitmap) => {
    expect(referenceRaster(bitmap)).toEqual(plainReferenceRaster(bitmap));
  };

  it("gives the raster of PDQ's reference in float32 to the bit", () => {
    fc.assert(
      fc.property(
        pictures.filter(({ width, height }) => Math.min(width, height) >= 5),
        ({ kind, width, height, channels }) => isReference(picture(kind, width, height, channels)),
      ),
      { numRuns: 80 },
    );
    isReference(picture('noise', 4001, 263, 3));
  });

  it('needs no other raster for small grey pictures: float32 rounds nothing there', () => {
    const small = fc.integer({ min: 5, max: 256 });
    const isExact = (kind: (typeof kinds)[number], width: number, height: number) => {
      const bitmap = picture(kind, width, height, 1);
      const exact = Float64Array.from(plainReferenceRaster(bitmap));
      expect(Buffer.from(rasterOf(bitmap).buffer).equals(Buffer.from(exact.buffer))).toBe(true);
    };
    fc.assert(fc.property(fc.constantFrom(...kinds), small, small, isExact), { numRuns: 40 });
    // As large as derived views.
    for (const kind of kinds) isExact(kind, 256, 256);
  });

  /** Rows of grey, so that many blocks equal their median. */
  const striped = (bitmap: Bitmap): Bitmap => ({
    ...bitmap,
    data: bitmap.data.map((_, i) => (Math.floor(i / bitmap.channels / bitmap.width) % 90 < 60 ? 30 : 200)),
  });

  const isBlockhash = (bitmap: Bitmap) => {
    const { width, height, channels, data } = bitmap;
    const rgba = new Uint8Array(width * height * 4);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) rgba[i * 4 + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
      rgba[i * 4 + 3] = channels === 4 ? data[i * 4 + 3]! : 255;
    }
    expect(fingerprinters.blockhash.raw(bitmap).hex).toBe(bmvbhash({ width, height, data: rgba }, 16));
  };

  it('gives the blockhash of blockhash-core', () => {
    fc.assert(
      fc.property(pictures, ({ kind, width, height, channels }) => {
        const bitmap = picture(kind, width, height, channels);
        isBlockhash(bitmap);
        isBlockhash(striped(bitmap));
      }),
      { numRuns: 80 },
    );
    for (const { kind, width, height, channels } of large.filter(({ height }) => height > 16)) {
      isBlockhash(picture(kind, width, height, channels));
    }
    // More rows to a block than the kernel sums at once.
    isBlockhash(picture('noise', 48, 16 * 600, 3));
  });
});
