import type { Bitmap } from '../core/types.js';

/**
 * Converts CMYK (4 bytes a pixel, 0 = no ink) to RGB (3 bytes a pixel). It ignores the profile, as the references do.
 * Source: Pillow.
 */
export function rgbOfCmyk(data: Uint8Array): Uint8Array {
  const out = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, o = 0; i < data.length; i += 4) {
    const white = 255 - data[i + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = data[i + c]! * white + 128;
      out[o++] = white - ((product + (product >> 8)) >> 8);
    }
  }
  return out;
}

/** True where every pixel is grey and opaque. It stops at the first pixel that is not. */
function isGrey(data: Uint8Array, channels: number): boolean {
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
    if (channels === 4 && data[i + 3] !== 255) return false;
  }
  return true;
}

/**
 * A bitmap of interleaved 8-bit samples, RGB or RGBA. Where the picture is grey and opaque, the bitmap has one channel,
 * as in the references. Width and height are in pixels.
 */
export function bitmapOf(width: number, height: number, channels: 3 | 4, data: Uint8Array): Bitmap {
  if (!isGrey(data, channels)) return { width, height, channels, data };
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = data[i * channels]!;
  return { width, height, channels: 1, data: grey };
}
