import type { Bitmap } from '../core/types.js';
import { rasterSide, sampleAt, windowOf } from './pdq-reference.js';

/** The neighbouring pixels that each of 64 raster positions reads, and their weights. */
export interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` weights for each position; their sum is 1. */
  readonly weights: Float64Array;
  readonly stride: number;
}

const recent = new Map<number, Taps>();

/** For how many lengths the weights are kept: the pictures of one source have few sizes. */
const mostRecent = 16;

/** The weights of the box filter, applied twice and clipped, at the pixels that the raster reads. */
export function tapsOf(length: number): Taps {
  const taps = recent.get(length) ?? makeTaps(length);
  recent.delete(length);
  recent.set(length, taps);
  if (recent.size > mostRecent) recent.delete(recent.keys().next().value!);
  return taps;
}

function makeTaps(length: number): Taps {
  const window = windowOf(length);
  const half = Math.floor((window + 2) / 2);
  const from = (o: number) => Math.max(0, o - (window - half));
  const until = (o: number) => Math.min(length, o + half);
  const stride = 2 * window + 1;
  const starts = new Int32Array(rasterSide);
  const counts = new Int32Array(rasterSide);
  const weights = new Float64Array(rasterSide * stride);
  for (let i = 0; i < rasterSide; i++) {
    const o = sampleAt(i, length);
    const start = from(from(o));
    starts[i] = start;
    counts[i] = until(until(o) - 1) - start;
    const outer = 1 / (until(o) - from(o));
    for (let m = from(o); m < until(o); m++) {
      const inner = outer / (until(m) - from(m));
      for (let x = from(m); x < until(m); x++) weights[i * stride + x - start]! += inner;
    }
  }
  return { starts, counts, weights, stride };
}

/** Reduces one row of pixels to 64 luma values. */
function reduceRow({ channels, data }: Bitmap, offset: number, across: Taps, out: Float64Array): void {
  const { starts, counts, weights, stride } = across;
  for (let j = 0; j < rasterSide; j++) {
    const count = counts[j]!;
    let w = j * stride;
    let i = offset + starts[j]! * channels;
    if (channels === 1) {
      let sum = 0;
      for (const end = i + count; i < end; i++) sum += weights[w++]! * data[i]!;
      out[j] = sum;
      continue;
    }
    let r = 0;
    let g = 0;
    let b = 0;
    for (const end = i + count * channels; i < end; i += channels) {
      const weight = weights[w++]!;
      r += weight * data[i]!;
      g += weight * data[i + 1]!;
      b += weight * data[i + 2]!;
    }
    out[j] = 0.299 * r + 0.587 * g + 0.114 * b;
  }
}

/**
 * PDQ's 64×64 raster in double precision, with about one multiply-add for each sample. Box filter and decimation are
 * linear, and only 64 rows and columns of their result are ever read. So each pixel is added, with its weight, directly
 * to the one to three raster cells that it touches. It differs from the reference only by float32 rounding.
 */
export function fastRaster(bitmap: Bitmap): Float64Array {
  const { width, height, channels } = bitmap;
  const across = tapsOf(width);
  const down = height === width ? across : tapsOf(height);
  const raster = new Float64Array(rasterSide * rasterSide);
  const row = new Float64Array(rasterSide);
  let first = 0;
  for (let y = 0; y < height; y++) {
    while (first < rasterSide && down.starts[first]! + down.counts[first]! <= y) first += 1;
    if (first === rasterSide || down.starts[first]! > y) continue;
    reduceRow(bitmap, y * width * channels, across, row);
    for (let i = first; i < rasterSide && down.starts[i]! <= y; i++) {
      const weight = down.weights[i * down.stride + y - down.starts[i]!]!;
      for (let j = 0; j < rasterSide; j++) raster[i * rasterSide + j]! += weight * row[j]!;
    }
  }
  return raster;
}
