import type { Bitmap } from '../core/types.js';

/** One byte of brightness a pixel, row by row. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Rec. 601 luma in integers, rounded as Pillow's `convert('L')` does. It drops alpha and keeps the colour under it. */
export function lumaOf(bitmap: Bitmap): Luma {
  return { width: bitmap.width, height: bitmap.height, data: integerLuma(bitmap) };
}

function integerLuma({ width, height, channels, data }: Bitmap): Uint8Array {
  if (channels === 1) return data;
  const luma = new Uint8Array(width * height);
  for (let i = 0, o = 0; o < luma.length; i += channels, o++) {
    luma[o] = (19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]! + 32768) >>> 16;
  }
  return luma;
}
