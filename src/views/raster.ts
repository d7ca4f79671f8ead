import type { Bitmap } from '../core/types.js';
import { PixelMemory, pixelMachine } from '../kernels/pixels.js';

/** Most pixels a side of the raster that derived views are made from. */
export const rasterSide = 512;

/**
 * The picture's Rec. 601 luma, box-averaged to at most `rasterSide` pixels a side, never enlarged. The aspect is not kept:
 * no perceptual algorithm here looks at it. Boxes begin and end at whole pixels; of tall ones two or three rows are read,
 * evenly spaced: they stand for the rest as well as PDQ needs it.
 */
export function lumaRaster(bitmap: Bitmap): Bitmap {
  const { channels, data } = bitmap;
  const width = Math.min(rasterSide, bitmap.width);
  const height = Math.min(rasterSide, bitmap.height);
  const rowBytes = bitmap.width * channels;
  const memory = new PixelMemory();
  const source = memory.take(rowBytes);
  const sums = memory.take(bitmap.width * 2);
  const columns = memory.take((width + 1) * 4);
  const target = memory.take(width);
  const { kernel, buffer } = pixelMachine(memory.size);
  const bytes = new Uint8Array(buffer);
  new Uint32Array(buffer, columns, width + 1).set(edges(bitmap.width, width));
  const rows = edges(bitmap.height, height);
  const out = new Uint8Array(width * height);
  for (let v = 0; v < height; v++) {
    bytes.fill(0, sums, sums + bitmap.width * 2);
    const step = Math.max(1, (rows[v + 1]! - rows[v]!) >> 1);
    let tall = 0;
    for (let y = rows[v]!; y < rows[v + 1]!; y += step, tall++) {
      bytes.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), source);
      kernel.addLumas(source, channels, bitmap.width, sums);
    }
    kernel.boxMeans(sums, tall, columns, width, target);
    out.set(bytes.subarray(target, target + width), v * width);
  }
  return { width, height, channels: 1, data: out };
}

const lumaAt = (data: Uint8Array, i: number): number =>
  (19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]! + 32768) >>> 16;

/** Where each of `count` boxes begins along a side of `length` pixels, and where the last one ends. */
const edges = (length: number, count: number): Int32Array =>
  Int32Array.from({ length: count + 1 }, (_, k) => Math.floor((k * length) / count));

/** One line of pixels along each edge, as a grey raster of one row. */
export function edgeLines(bitmap: Bitmap): Bitmap[] {
  const { width, height, channels, data } = bitmap;
  const line = (length: number, start: number, step: number): Bitmap => ({
    width: length,
    height: 1,
    channels: 1,
    data: Uint8Array.from({ length }, (_, k) => {
      const i = (start + k * step) * channels;
      return channels === 1 ? data[i]! : lumaAt(data, i);
    }),
  });
  return [
    line(width, 0, 1),
    line(width, (height - 1) * width, 1),
    line(height, 0, width),
    line(height, width - 1, width),
  ];
}
