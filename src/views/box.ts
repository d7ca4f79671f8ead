import type { Bitmap } from '../core/types.js';

/** A part of a grey raster, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const wholeOf = ({ width, height }: Bitmap): Box => ({ left: 0, top: 0, width, height });

export const sameBox = (a: Box, b: Box): boolean =>
  a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;

/** The pixels inside the box, of a raster of one channel. */
export function cutOut(raster: Bitmap, { left, top, width, height }: Box): Bitmap {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * raster.width + left;
    data.set(raster.data.subarray(from, from + width), y * width);
  }
  return { width, height, channels: 1, data };
}
