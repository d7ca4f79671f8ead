import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import { sampleWindow, type Window } from '../../src/views/sample-window.js';

const raster: Bitmap = {
  width: 300,
  height: 200,
  channels: 1,
  data: Uint8Array.from({ length: 300 * 200 }, (_, i) => (Math.imul(i + 7, 2654435761) >>> 24) ^ (i % 300)),
};

/** What the kernel does, position by position: bilinear, mirrored at the edges, shifted by one pixel. */
function plainly({ width, height, data }: Bitmap, window: Window, aspect: number): number[] {
  const { left, top, right, bottom, turn = 0 } = window;
  const at = (x: number, y: number) => {
    const mirror = (k: number, length: number) => (k < 0 ? -1 - k : k >= length ? 2 * length - 1 - k : k);
    return data[mirror(y, height) * width + mirror(x, width)]!;
  };
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const out: number[] = [];
  for (let y = 0; y < 256; y++)
    for (let x = 0; x < 256; x++) {
      const u = ((x - 128.5) / 256) * (right - left);
      const v = ((y - 128.5) / 256) * (bottom - top);
      const sx = ((left + right) / 2 + u * cos + (v * sin) / aspect) * width - 0.5;
      const sy = ((top + bottom) / 2 - u * sin * aspect + v * cos) * height - 0.5;
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const above = at(x0, y0) + (sx - x0) * (at(x0 + 1, y0) - at(x0, y0));
      const below = at(x0, y0 + 1) + (sx - x0) * (at(x0 + 1, y0 + 1) - at(x0, y0 + 1));
      out.push(above + (sy - y0) * (below - above));
    }
  return out;
}

describe('a window of a raster', () => {
  it.each([
    { left: 0, top: 0, right: 1, bottom: 1 },
    { left: 0.1, top: 0.2, right: 0.7, bottom: 0.95 },
    { left: -0.2, top: -0.1, right: 1.2, bottom: 1.1 },
    { left: 0, top: 0, right: 1, bottom: 1, turn: 5 },
    { left: -0.1, top: -0.05, right: 1.1, bottom: 1.05, turn: -5 },
    { left: -0.09, top: 0, right: 1, bottom: 1.09 },
  ])('%j is bilinear, and mirrored at the edges', (window) => {
    const wanted = plainly(raster, window, 1.5);
    const { data } = sampleWindow(raster, window, 1.5);
    const worst = wanted.reduce((most, value, k) => Math.max(most, Math.abs(value - data[k]!)), 0);
    // Positions and weights are whole 65536ths and 256ths, and neighbours here differ by up to 255.
    expect(worst).toBeLessThan(2.5);
    const mean = wanted.reduce((sum, value, k) => sum + Math.abs(value - data[k]!), 0) / wanted.length;
    expect(mean).toBeLessThan(0.6);
  });
});
