import type { Bitmap } from '../core/types.js';

/** Pillow's conversion of CMYK (0 = no ink) to RGB; no profile, as the references do it. */
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

/** True when every pixel is grey and opaque; a coloured picture answers at its first coloured pixel. */
function isGrey(data: Uint8Array, channels: number): boolean {
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
    if (channels === 4 && data[i + 3] !== 255) return false;
  }
  return true;
}

/** A bitmap of interleaved 8-bit samples, in one channel where the picture is grey: that is how references see it. */
export function bitmapOf(width: number, height: number, channels: 3 | 4, data: Uint8Array): Bitmap {
  if (!isGrey(data, channels)) return { width, height, channels, data };
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = data[i * channels]!;
  return { width, height, channels: 1, data: grey };
}
