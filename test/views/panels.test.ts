import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { panelsOf } from '../../src/views/panels.js';
import { seamsOf } from '../../src/views/seams.js';

type Rectangle = readonly [left: number, top: number, right: number, bottom: number];

/** Smooth brightness with another smooth brightness in each rectangle, and noise of so many levels over all. */
function raster(width: number, height: number, rectangles: readonly Rectangle[], noise = 0): Bitmap {
  let state = 99;
  const data = new Uint8Array(width * height).map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = rectangles.findIndex(([l, t, r, b]) => x >= l && x < r && y >= t && y < b);
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const level = 90 + 20 * Math.sin(x / 40) + 20 * Math.cos(y / 50) + 45 * (inside + 1);
    return Math.max(0, Math.min(255, level + noise * ((state >>> 24) / 128 - 1)));
  });
  return { width, height, channels: 1, data };
}

const near = (panels: ReturnType<typeof panelsOf>, [left, top, right, bottom]: Rectangle) =>
  panels.some(
    (box) =>
      Math.abs(box.left - left) <= 2 &&
      Math.abs(box.top - top) <= 2 &&
      Math.abs(box.right - right) <= 2 &&
      Math.abs(box.bottom - bottom) <= 2,
  );

describe('seams', () => {
  it('are counted as a plain loop counts them, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 300 }), fc.integer({ min: 128, max: 300 }), (width, height) => {
        const picture = raster(width, height, [[40, 30, 120, 110]], 6);
        const at = (x: number, y: number) => picture.data[y * width + x]!;
        const mean = (a: number, b: number) => (a + b + 1) >> 1;
        const isStep = (x: number, y: number, dx: number, dy: number) => {
          const before = mean(at(x - 2 * dx, y - 2 * dy), at(x - dx, y - dy));
          return Math.abs(before - mean(at(x, y), at(x + dx, y + dy))) >= 9;
        };
        const { rows, columns } = seamsOf(picture);
        expect(rows.length).toBeGreaterThan(0);
        expect(columns.length).toBeGreaterThan(0);
        for (const { at: y, marked } of rows) {
          let sum = 0;
          for (let x = 0; x < 8 * (marked.length - 1); x++) sum += isStep(x, y, 0, 1) ? 1 : 0;
          expect(marked.at(-1)).toBe(sum);
        }
        for (const { at: x, marked } of columns) {
          let sum = 0;
          for (let y = 0; y < 8 * (marked.length - 1); y++) sum += isStep(x, y, 1, 0) ? 1 : 0;
          expect(marked.at(-1)).toBe(sum);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the panels of a picture', () => {
  it.each<[string, Rectangle[]]>([
    ['one inside', [[100, 140, 400, 330]]],
    ['one at the right edge', [[300, 0, 512, 512]]],
    [
      'two by two',
      [
        [0, 0, 250, 200],
        [250, 0, 512, 200],
        [250, 200, 512, 512],
      ],
    ],
    ['one across', [[0, 161, 512, 351]]],
  ])('are the rectangles in it: %s', (_what, rectangles) => {
    for (const noise of [0, 12]) {
      const panels = panelsOf(raster(512, 512, rectangles, noise));
      for (const rectangle of rectangles) expect(near(panels, rectangle), `${rectangle}`).toBe(true);
      expect(panels.length).toBeLessThanOrEqual(13);
    }
  });

  it('are none where nothing is bounded: in smooth pictures, in noise, in small ones', () => {
    expect(panelsOf(raster(512, 512, []))).toEqual([]);
    expect(panelsOf(raster(512, 512, [], 120))).toEqual([]);
    expect(panelsOf(raster(512, 100, [[100, 20, 300, 80]]))).toEqual([]);
  });
});
