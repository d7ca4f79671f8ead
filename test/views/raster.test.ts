import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { lumaRaster } from '../../src/views/raster.js';

/** What the kernel does, pixel by pixel. */
function plainly({ width, height, channels, data }: Bitmap): number[] {
  const columns = Math.min(512, width);
  const rows = Math.min(512, height);
  const edge = (k: number, length: number, count: number) => Math.floor((k * length) / count);
  const lumaAt = (i: number) =>
    channels === 1
      ? data[i]!
      : (19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]! + 32768) >>> 16;
  const out: number[] = [];
  for (let v = 0; v < rows; v++) {
    const [top, bottom] = [edge(v, height, rows), edge(v + 1, height, rows)];
    const step = Math.max(1, (bottom - top) >> 1);
    for (let u = 0; u < columns; u++) {
      let sum = 0;
      let area = 0;
      for (let y = top; y < bottom; y += step) {
        for (let x = edge(u, width, columns); x < edge(u + 1, width, columns); x++, area++) {
          sum += lumaAt((y * width + x) * channels);
        }
      }
      out.push(Math.floor((sum + (area >> 1)) / area));
    }
  }
  return out;
}

function isAveraged(width: number, height: number, channels: 1 | 3 | 4, seed: number): void {
  let state = seed;
  const data = new Uint8Array(width * height * channels).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  const bitmap: Bitmap = { width, height, channels, data };
  const raster = lumaRaster(bitmap);
  expect(Buffer.from(raster.data).equals(Buffer.from(plainly(bitmap)))).toBe(true);
}

describe('the raster that derived views are made from', () => {
  it('is the box-averaged luma, to the bit', () => {
    const sides = fc.oneof(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(511, 512, 513, 700, 1025, 1600, 3001),
    );
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(1 as const, 3 as const, 4 as const), fc.nat(), isAveraged),
      { numRuns: 40 },
    );
  });

  it('is so for boxes of more than a thousand pixels, too', () => isAveraged(1_000_003, 3, 1, 5));
});
