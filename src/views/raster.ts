import type { Bitmap } from '../core/types.js';
import { PixelMemory, pixelMachine } from '../kernels/index.js';

/** Most pixels a side of the raster that derived views are made from. */
export const rasterSide = 512;

/** The most rows of a box that are read: two or three, evenly spaced. */
const mostTall = 3;

/** Bytes of neighbouring rows that are averaged at a time, so few that they stay in the processor's own cache. */
const bandBytes = 131072;

/**
 * The picture's Rec. 601 luma, box-averaged to at most `rasterSide` pixels a side, never enlarged. It does not keep the
 * aspect, which no perceptual algorithm here uses. Boxes begin and end at whole pixels. Of tall boxes it reads two or
 * three rows, evenly spaced, which is accurate enough for PDQ.
 */
export function lumaRaster(bitmap: Bitmap): Bitmap {
  const { channels, data } = bitmap;
  const width = Math.min(rasterSide, bitmap.width);
  const height = Math.min(rasterSide, bitmap.height);
  const rowBytes = bitmap.width * channels;
  const bandRows = Math.max(mostTall, Math.floor(bandBytes / rowBytes));
  const memory = new PixelMemory();
  const source = memory.take(bandRows * rowBytes);
  const talls = memory.take(bandRows * 4);
  const columns = memory.take((width + 1) * 4);
  const widths = memory.take(width * 4);
  const scratch = memory.take(bitmap.width * 7 + 128);
  const target = memory.take(width * height);
  const { kernel, buffer } = pixelMachine(memory.size);
  const bytes = new Uint8Array(buffer);
  const tall = new Uint32Array(buffer, talls, bandRows);
  const across = edges(bitmap.width, width);
  new Uint32Array(buffer, columns, width + 4).fill(0).set(across.map((edge) => edge * 4));
  new Int32Array(buffer, widths, width + 4)
    .fill(1)
    .set(across.subarray(1).map((edge, k) => edge - across[k]!));
  const rows = edges(bitmap.height, height);
  let taken = 0;
  let first = 0;
  const flush = (until: number) => {
    const boxes = until - first;
    kernel.boxLumas(
      source,
      channels,
      bitmap.width,
      talls,
      boxes,
      columns,
      widths,
      width,
      scratch,
      target + first * width,
    );
    first = until;
    taken = 0;
  };
  for (let v = 0; v < height; v++) {
    if (taken + mostTall > bandRows) flush(v);
    const from = rows[v]!;
    const until = rows[v + 1]!;
    const step = Math.max(1, (until - from) >> 1);
    tall[v - first] = Math.ceil((until - from) / step);
    const copied = step === 1 ? until - from : 1;
    for (let y = from; y < until; y += copied * step, taken += copied)
      bytes.set(data.subarray(y * rowBytes, (y + copied) * rowBytes), source + taken * rowBytes);
  }
  flush(height);
  return { width, height, channels: 1, data: bytes.slice(target, target + width * height) };
}

const lumaAt = (data: Uint8Array, i: number): number =>
  (19595 * data[i]! + 38470 * data[i + 1]! + 7471 * data[i + 2]! + 32768) >>> 16;

/** Where each of `count` boxes begins along a side of `length` pixels, and where the last one ends. */
const edges = (length: number, count: number): Int32Array =>
  Int32Array.from({ length: count + 1 }, (_, k) => Math.floor((k * length) / count));

/** One line of pixels along each edge, as a grey raster of one row. */
export function edgeLines(bitmap: Bitmap): Bitmap[] {
  const { width, height, channels, data } = bitmap;
  const line = (length: number, start: number, step: number): Bitmap => {
    const lumas = new Uint8Array(length);
    for (let k = 0, i = start * channels; k < length; k++, i += step * channels)
      lumas[k] = channels === 1 ? data[i]! : lumaAt(data, i);
    return { width: length, height: 1, channels: 1, data: lumas };
  };
  return [
    line(width, 0, 1),
    line(width, (height - 1) * width, 1),
    line(height, 0, width),
    line(height, width - 1, width),
  ];
}
