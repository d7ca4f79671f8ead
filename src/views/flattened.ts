import type { Bitmap } from '../core/types.js';

/**
 * True where the alpha channel makes any pixel even slightly transparent. An opaque picture looks the same on every
 * background.
 */
export function isSeeThrough({ channels, data }: Bitmap): boolean {
  if (channels !== 4) return false;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

/** Rec. 601 luma of a picture of four channels, shown on a background of this brightness (0…255). */
export function lumaOn({ width, height, data }: Bitmap, background: number): Bitmap {
  const out = new Uint8Array(width * height);
  for (let i = 0, o = 0; o < out.length; i += 4, o++) {
    const luma = 19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]!;
    const alpha = data[i + 3]!;
    out[o] = Math.round((luma * alpha + 65536 * background * (255 - alpha)) / (65536 * 255));
  }
  return { width, height, channels: 1, data: out };
}
