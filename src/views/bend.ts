import type { Bitmap } from '../core/types.js';

/** Shares of the width (left, right) and height (top, bottom) of the picture. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Enlarges a grey raster by what a mirror at its edges would show: the inverse of a crop, as far as one can guess. */
export function mirrorPad(raster: Bitmap, margins: Margins): Bitmap {
  const { width, height, data } = raster;
  const left = Math.round(width * margins.left);
  const top = Math.round(height * margins.top);
  const wide = width + left + Math.round(width * margins.right);
  const tall = height + top + Math.round(height * margins.bottom);
  const out = new Uint8Array(wide * tall);
  for (let y = 0; y < tall; y++) {
    const from = mirrored(y - top, height) * width;
    const to = y * wide;
    out.set(data.subarray(from, from + width), to + left);
    for (let x = 0; x < left; x++) out[to + x] = data[from + mirrored(x - left, width)]!;
    for (let x = left + width; x < wide; x++) out[to + x] = data[from + mirrored(x - left, width)]!;
  }
  return { width: wide, height: tall, channels: 1, data: out };
}

/** Position inside 0…length-1 of one up to a length outside, mirrored at the edge. */
const mirrored = (at: number, length: number): number =>
  at < 0 ? Math.min(-1 - at, length - 1) : at >= length ? Math.max(0, 2 * length - 1 - at) : at;

/**
 * Turns a grey raster clockwise by `degrees` about its centre and shows `share` of its width and height; what lies
 * outside of the picture is mirrored. Bilinear.
 */
export function rotate(raster: Bitmap, degrees: number, share: number): Bitmap {
  const { width, height, data } = raster;
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const wide = Math.round(width * share);
  const tall = Math.round(height * share);
  const out = new Uint8Array(wide * tall);
  for (let y = 0, o = 0; y < tall; y++) {
    const dy = y + 0.5 - tall / 2;
    for (let x = 0; x < wide; x++, o++) {
      const dx = x + 0.5 - wide / 2;
      const sx = cos * dx + sin * dy + width / 2 - 0.5;
      const sy = cos * dy - sin * dx + height / 2 - 0.5;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const left = mirrored(x0, width);
      const right = mirrored(x0 + 1, width);
      const above = mirrored(y0, height) * width;
      const below = mirrored(y0 + 1, height) * width;
      const upper = data[above + left]! * (1 - fx) + data[above + right]! * fx;
      const lower = data[below + left]! * (1 - fx) + data[below + right]! * fx;
      out[o] = upper * (1 - fy) + lower * fy + 0.5;
    }
  }
  return { width: wide, height: tall, channels: 1, data: out };
}
