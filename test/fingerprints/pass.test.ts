import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { lanczosResize } from '../../src/fingerprints/lanczos.js';
import { resized } from '../../src/fingerprints/lanczos-pass.js';
import { lumaOf } from '../../src/fingerprints/luma.js';
import { rasterOf } from '../../src/fingerprints/pdq-pass.js';
import { fastRaster } from '../../src/fingerprints/pdq-raster.js';

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
});
