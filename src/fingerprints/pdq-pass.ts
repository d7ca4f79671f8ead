import type { Bitmap } from '../core/types.js';
import type { PixelMachine, PixelMemory } from '../kernels/pixels.js';
import { type Band, mostWidth, type Reducer, type Reduction, reduce } from './pass.js';
import { fastRaster, type Taps, tapsOf } from './pdq-raster.js';
import { rasterSide } from './pdq-reference.js';

/** Lower pictures have no more rows than the raster may read, and are small: nothing to gain. */
const leastHeight = 256;

/**
 * Downwards first, whole rows at a time, in float32: each row goes with its weight into the one to three sums of rows that
 * it touches; a finished sum is reduced to 64 values in double precision.
 */
class RasterReducer implements Reducer<Float64Array> {
  readonly #across: Taps;
  readonly #down: Taps;
  readonly #slots: number;
  /** Sums that are under way at the same time, at most. */
  readonly #live: number;
  readonly #slotBytes: number;
  readonly #raster = new Float64Array(rasterSide * rasterSide);
  /** The first row of the raster that is not finished. */
  #first = 0;

  constructor(
    readonly bitmap: Bitmap,
    memory: PixelMemory,
  ) {
    this.#across = tapsOf(bitmap.width);
    this.#down = tapsOf(bitmap.height);
    const { starts, counts } = this.#down;
    let live = 1;
    for (let i = 0; i < rasterSide; i++) {
      while (i + live < rasterSide && starts[i + live]! < starts[i]! + counts[i]!) live += 1;
    }
    this.#live = live;
    this.#slotBytes = Math.ceil((bitmap.width * 4 + 64) / 16) * 16;
    this.#slots = memory.take(live * this.#slotBytes);
  }

  start(): void {}

  feed({ kernel, buffer }: PixelMachine, { source, y, rows }: Band): void {
    const { width, channels } = this.bitmap;
    const { starts, counts, weights, stride } = this.#down;
    const unit = channels === 1 ? 1 : 1 / 1000;
    for (let row = 0; row < rows; row++) {
      for (let i = this.#first; i < rasterSide && starts[i]! <= y + row; i++) {
        const t = y + row - starts[i]!;
        const slot = this.#slots + (i % this.#live) * this.#slotBytes;
        const sums = new Float32Array(buffer, slot, width);
        if (t === 0) sums.fill(0);
        kernel.accumulate(
          source + row * width * channels,
          channels,
          width,
          weights[i * stride + t]! * unit,
          slot,
        );
        if (t === counts[i]! - 1) this.#finishRow(i, sums);
      }
    }
  }

  #finishRow(i: number, sums: Float32Array): void {
    const { starts, counts, weights, stride } = this.#across;
    for (let j = 0; j < rasterSide; j++) {
      let sum = 0;
      const start = starts[j]!;
      for (let t = 0; t < counts[j]!; t++) sum += weights[j * stride + t]! * sums[start + t]!;
      this.#raster[i * rasterSide + j] = sum;
    }
    this.#first = i + 1;
  }

  finish(): Float64Array {
    return this.#raster;
  }
}

const raster: Reduction<Float64Array> = {
  usesLuma: false,
  fits: ({ width, height }) => width <= mostWidth && height >= leastHeight,
  begin: (bitmap, memory) => new RasterReducer(bitmap, memory),
  plainly: fastRaster,
};

/** PDQ's 64×64 raster: that of `fastRaster` to a ten-thousandth of a level and less. Not to be changed. */
export const rasterOf = (bitmap: Bitmap): Float64Array => reduce(bitmap, raster);
