import type { Bitmap } from '../core/types.js';
import { type PixelMachine, PixelMemory, pixelMachine } from '../kernels/index.js';
import { type Band, mostWidth, type Reducer, type Reduction, reduce } from './pass.js';
import { fastRaster, type Taps, tapsOf } from './pdq-raster.js';
import { rasterSide, windowOf } from './pdq-reference.js';

/** For lower pictures the raster reads rows several times. Such pictures are small anyway. */
const leastHeight = 64;

/** The most rows that the kernel's sums of 16 bits can hold. */
const mostRows = 22;

/**
 * Reduces whole rows downwards first. The box filter applied twice is a tent: weights 1, 2 … w … 2, 1 over w². It adds
 * the samples of each row, times these whole numbers, to the sums of the one to three rows of the raster that they
 * touch, without any rounding. A tent that the edge of the picture cuts has other weights, so its lumas are summed in
 * float32. A finished row is reduced to 64 values in double precision.
 */
class RasterReducer implements Reducer<Float64Array> {
  readonly #across: Taps;
  readonly #down: Taps;
  readonly #window: number;
  readonly #slots: number;
  readonly #lumas: number;
  readonly #cells: number;
  readonly #taps: number;
  readonly #weights: number;
  /** The most sums that are in progress at the same time. */
  readonly #live: number;
  readonly #slotBytes: number;
  readonly #raster = new Float64Array(rasterSide * rasterSide);
  /** The first row of the raster that is not finished. */
  #first = 0;

  constructor(
    readonly bitmap: Bitmap,
    memory: PixelMemory,
  ) {
    const { width, height, channels } = bitmap;
    this.#across = tapsOf(width);
    this.#down = tapsOf(height);
    this.#window = windowOf(height);
    const { starts, counts } = this.#down;
    let live = 1;
    for (let i = 0; i < rasterSide; i++) {
      while (i + live < rasterSide && starts[i + live]! < starts[i]! + counts[i]!) live += 1;
    }
    this.#live = live;
    this.#slotBytes = Math.ceil((width * channels) / 32) * 128 + 64;
    this.#slots = memory.take(live * this.#slotBytes);
    this.#lumas = memory.take(width * 4);
    this.#cells = memory.take(rasterSide * 8);
    this.#taps = memory.take(rasterSide * 8);
    this.#weights = memory.take(this.#across.weights.byteLength + rasterSide * 8);
  }

  start({ buffer }: PixelMachine): void {
    new Uint8Array(buffer, this.#lumas, this.bitmap.width * 4 + 64).fill(0);
    // An even number of weights for each cell, because the kernel reads two at a time.
    const { starts, counts, weights, stride } = this.#across;
    const taps = new Int32Array(buffer, this.#taps, rasterSide * 2);
    const placed = new Float64Array(buffer, this.#weights, rasterSide * (stride + 1));
    for (let j = 0; j < rasterSide; j++) {
      taps[2 * j] = starts[j]! * 4;
      taps[2 * j + 1] = Math.ceil(counts[j]! / 2);
      for (let t = 0; t <= stride; t++)
        placed[j * (stride + 1) + t] = t < counts[j]! ? weights[j * stride + t]! : 0;
    }
  }

  feed(machine: PixelMachine, { source, y, rows }: Band): void {
    const { starts, counts } = this.#down;
    const rowBytes = this.bitmap.width * this.bitmap.channels;
    for (let i = this.#first; i < rasterSide && starts[i]! < y + rows; i++) {
      const start = starts[i]!;
      const from = Math.max(y, start);
      const until = Math.min(y + rows, start + counts[i]!);
      const slot = this.#slots + (i % this.#live) * this.#slotBytes;
      if (from === start) new Uint8Array(machine.buffer, slot, this.#slotBytes).fill(0);
      const at = source + (from - y) * rowBytes;
      if (this.#isTent(i)) this.#addTent(machine, at, from - start, until - start, slot);
      else this.#addRows(machine, at, i, from - start, until - start, slot);
      if (until === start + counts[i]!) this.#finishRow(machine, i, slot);
    }
  }

  #isTent(i: number): boolean {
    const { weights, counts, stride } = this.#down;
    return counts[i] === 2 * this.#window - 1 && weights[i * stride]! * this.#window ** 2 < 1.001;
  }

  /** Adds rows `t` … `until` - 1 of a tent, those of its first side first. */
  #addTent({ kernel }: PixelMachine, source: number, t: number, until: number, slot: number): void {
    const window = this.#window;
    const rowBytes = this.bitmap.width * this.bitmap.channels;
    for (let row = t; row < until; ) {
      const falls = row >= window;
      const rows = Math.min(mostRows, (falls ? until : Math.min(until, window)) - row);
      const weight = falls ? 2 * window - 1 - row : row + 1;
      kernel.slope(source + (row - t) * rowBytes, rowBytes, rows, weight, falls, slot);
      row += rows;
    }
  }

  #addRows(
    { kernel }: PixelMachine,
    source: number,
    i: number,
    t: number,
    until: number,
    slot: number,
  ): void {
    const { width, channels } = this.bitmap;
    const { weights, stride } = this.#down;
    const unit = channels === 1 ? 1 : 1 / 1000;
    for (let row = t; row < until; row++) {
      const at = source + (row - t) * width * channels;
      kernel.accumulate(at, channels, width, weights[i * stride + row]! * unit, slot);
    }
  }

  #finishRow({ kernel, buffer }: PixelMachine, i: number, slot: number): void {
    const { width, channels } = this.bitmap;
    const isTent = this.#isTent(i);
    if (isTent) kernel.mix(slot, channels, width, 1 / this.#window ** 2, this.#lumas);
    const lumas = isTent ? this.#lumas : slot;
    kernel.cells(lumas, this.#taps, this.#weights, (this.#across.stride + 1) * 8, rasterSide, this.#cells);
    this.#raster.set(new Float64Array(buffer, this.#cells, rasterSide), i * rasterSide);
    this.#first = i + 1;
  }

  finish(): Float64Array {
    return this.#raster;
  }
}

/** Derived views have this shape. */
const isView = ({ width, height, channels }: Bitmap) => width === 256 && height === 256 && channels === 1;

function rasterOfView({ data }: Bitmap): Float64Array {
  const memory = new PixelMemory();
  const source = memory.take(data.length);
  const target = memory.take(rasterSide * rasterSide * 8);
  const { kernel, buffer } = pixelMachine(memory.size);
  new Uint8Array(buffer, source, data.length).set(data);
  kernel.raster256(source, target);
  return new Float64Array(buffer, target, rasterSide * rasterSide).slice();
}

const raster: Reduction<Float64Array> = {
  usesLuma: false,
  fits: (bitmap) => bitmap.width <= mostWidth && bitmap.height >= leastHeight && !isView(bitmap),
  begin: (bitmap, memory) => new RasterReducer(bitmap, memory),
  plainly: (bitmap) => (isView(bitmap) ? rasterOfView(bitmap) : fastRaster(bitmap)),
};

/** PDQ's 64×64 raster: that of `fastRaster`, to within a ten-thousandth of a level. Do not change the result. */
export const rasterOf = (bitmap: Bitmap): Float64Array => reduce(bitmap, raster);
