import type { Bitmap, Orientation } from '../core/types.js';

/**
 * For each EXIF orientation: whether rows and columns are swapped, and which side of the stored picture is read
 * backwards.
 */
const turns: Record<Orientation, { swap: boolean; flipX: boolean; flipY: boolean }> = {
  1: { swap: false, flipX: false, flipY: false },
  2: { swap: false, flipX: true, flipY: false },
  3: { swap: false, flipX: true, flipY: true },
  4: { swap: false, flipX: false, flipY: true },
  5: { swap: true, flipX: false, flipY: false },
  6: { swap: true, flipX: false, flipY: true },
  7: { swap: true, flipX: true, flipY: true },
  8: { swap: true, flipX: true, flipY: false },
};

/** Turns a bitmap as its EXIF orientation says (CIPA DC-008, tag 0x0112). It moves pixels and changes none. */
export function turnUpright(bitmap: Bitmap, orientation: Orientation): Bitmap {
  if (orientation === 1) return bitmap;
  const { swap, flipX, flipY } = turns[orientation];
  const { channels, data } = bitmap;
  const width = swap ? bitmap.height : bitmap.width;
  const height = swap ? bitmap.width : bitmap.height;
  const out = new Uint8Array(data.length);
  // Upright pixel (x, y) comes from stored pixel (sx, sy): one step along x or y is a fixed step through the stored
  // data.
  const alongX = (flipX ? -1 : 1) * channels;
  const alongY = (flipY ? -1 : 1) * channels * bitmap.width;
  const stepX = swap ? alongY : alongX;
  const stepY = swap ? alongX : alongY;
  const origin = ((flipY ? bitmap.height - 1 : 0) * bitmap.width + (flipX ? bitmap.width - 1 : 0)) * channels;
  for (let y = 0, o = 0; y < height; y++) {
    let i = origin + y * stepY;
    for (let x = 0; x < width; x++, i += stepX) {
      for (let c = 0; c < channels; c++) out[o++] = data[i + c]!;
    }
  }
  return { width, height, channels, data: out };
}
