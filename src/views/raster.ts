import type { Bitmap } from '../core/types.js';

/**
 * The picture's Rec. 601 luma, box-averaged so that the shorter side has `shortest` pixels; never enlarged.
 * Boxes begin and end at whole pixels.
 */
export function lumaRaster(bitmap: Bitmap, shortest: number): Bitmap {
  const scale = Math.min(1, shortest / Math.min(bitmap.width, bitmap.height));
  if (scale === 1 && bitmap.channels === 1) return bitmap;
  const width = Math.round(bitmap.width * scale);
  const height = Math.round(bitmap.height * scale);
  const out = new Uint8Array(width * height);
  const columns = edges(bitmap.width, width);
  const rows = edges(bitmap.height, height);
  const sums = new Uint32Array(width);
  for (let v = 0; v < height; v++) {
    sums.fill(0);
    for (let y = rows[v]!; y < rows[v + 1]!; y++) addRow(bitmap, y, columns, sums);
    const tall = rows[v + 1]! - rows[v]!;
    for (let u = 0; u < width; u++) {
      const area = tall * (columns[u + 1]! - columns[u]!);
      out[v * width + u] = (sums[u]! + (area >> 1)) / area;
    }
  }
  return { width, height, channels: 1, data: out };
}

function addRow({ width, channels, data }: Bitmap, y: number, columns: Int32Array, sums: Uint32Array): void {
  let i = y * width * channels;
  for (let u = 0; u < sums.length; u++) {
    let sum = 0;
    const end = y * width * channels + columns[u + 1]! * channels;
    if (channels === 1) for (; i < end; i++) sum += data[i]!;
    else
      for (; i < end; i += channels)
        sum += (19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]! + 32768) >>> 16;
    sums[u]! += sum;
  }
}

/** Where each of `count` boxes begins along a side of `length` pixels, and where the last one ends. */
const edges = (length: number, count: number): Int32Array =>
  Int32Array.from({ length: count + 1 }, (_, k) => Math.floor((k * length) / count));
