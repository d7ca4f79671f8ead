import type { Bitmap } from '../core/types.js';
import { type PixelMachine, PixelMemory, pixelMachine } from '../kernels/index.js';
import { mostWidth } from './pass.js';
import { plainReferenceRaster, rasterSide, sampleAt, windowOf } from './pdq-reference.js';

/** How many rows are processed at a time. Running sums cannot be split along a row, so the kernel's lanes are rows. */
const rowsAtOnce = 8;

/** The running means down the columns, row by row. It keeps the rows that the window still needs. */
class ColumnMeans {
  readonly #sums: number;
  readonly #zeros: number;
  readonly #kept: number;
  readonly #keptRows: number;
  readonly #half: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  #incoming = 0;

  constructor(
    readonly columns: number,
    readonly height: number,
    readonly window: number,
    memory: PixelMemory,
  ) {
    this.stride = Math.ceil((columns * 4 + 64) / 16) * 16;
    this.#sums = memory.take(this.stride);
    this.#zeros = memory.take(this.stride);
    this.#keptRows = Math.ceil((window + rowsAtOnce) / rowsAtOnce) * rowsAtOnce;
    this.#kept = memory.take(this.#keptRows * this.stride);
    this.#half = Math.floor((window + 2) / 2);
  }

  start({ buffer }: PixelMachine): void {
    new Uint8Array(buffer, this.#sums, this.stride).fill(0);
    new Uint8Array(buffer, this.#zeros, this.stride).fill(0);
  }

  /** Where the caller writes a row before the step that reads it; the rows of one group of eight are contiguous. */
  place(row: number): number {
    return this.#kept + (row % this.#keptRows) * this.stride;
  }

  get isDone(): boolean {
    return this.#incoming >= this.height + this.#half - 1;
  }

  /** How many rows of means are known. */
  get known(): number {
    return Math.max(0, this.#incoming - this.#half + 1);
  }

  /** Reads the next row (none below the picture). It writes the means that are then known to `target`; 0 drops them. */
  step({ kernel }: PixelMachine, target: number): void {
    const incoming = this.#incoming++;
    const outgoing = incoming - this.window;
    kernel.boxColumns(
      this.#sums,
      incoming < this.height ? this.place(incoming) : this.#zeros,
      outgoing >= 0 ? this.place(outgoing) : this.#zeros,
      this.columns,
      Math.min(incoming, this.height - 1) - Math.max(outgoing, -1),
      this.known > 0 ? target : 0,
    );
  }
}

/**
 * PDQ's raster in the reference's order of float32 operations: bit for bit what `plainReferenceRaster` returns. In the
 * filter's second pass it computes only the columns that the raster reads.
 */
export function referenceRaster(bitmap: Bitmap): Float32Array {
  const { width, height, channels, data } = bitmap;
  if (width > mostWidth) return plainReferenceRaster(bitmap);
  const across = windowOf(width);
  const memory = new PixelMemory();
  const rowBytes = width * channels;
  const source = memory.take(rowsAtOnce * rowBytes);
  const turned = memory.take((width + 4) * rowsAtOnce * 4);
  const upper = new ColumnMeans(width, height, windowOf(height), memory);
  const lower = new ColumnMeans(rasterSide, height, windowOf(height), memory);
  const between = memory.take(rowsAtOnce * upper.stride);
  const places = memory.take(rasterSide * 4);
  const last = memory.take(lower.stride);
  const machine = pixelMachine(memory.size);
  const { kernel, buffer } = machine;
  const bytes = new Uint8Array(buffer);
  const columns = Uint32Array.from({ length: rasterSide }, (_, j) => sampleAt(j, width));
  new Uint32Array(buffer, places, rasterSide).set(columns);
  upper.start(machine);
  lower.start(machine);

  const raster = new Float32Array(rasterSide * rasterSide);
  const means = new Float32Array(buffer, last, rasterSide);
  let next = 0;
  const stepLower = () => {
    const y = lower.known;
    const isRead = () => next < rasterSide && sampleAt(next, height) === y;
    lower.step(machine, isRead() ? last : 0);
    for (; lower.known > y && isRead(); next++) raster.set(means, next * rasterSide);
  };
  const stepUpper = () => {
    const y = upper.known;
    upper.step(machine, between + (y % rowsAtOnce) * upper.stride);
    if (upper.known === y || (upper.known % rowsAtOnce !== 0 && upper.known < height)) return;
    kernel.floatColumns(between, upper.stride, width, turned);
    const first = y - (y % rowsAtOnce);
    kernel.meansAt(turned, width, across, places, rasterSide, lower.place(first), lower.stride);
    for (let row = first; row <= y; row++) stepLower();
  };
  for (let y = 0; y < height; y += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - y);
    bytes.set(data.subarray(y * rowBytes, (y + rows) * rowBytes), source);
    kernel.lumaColumns(source, channels, width, turned);
    kernel.means(turned, width, across, upper.place(y), upper.stride);
    for (let row = 0; row < rows; row++) stepUpper();
  }
  while (!upper.isDone) stepUpper();
  while (!lower.isDone) stepLower();
  return raster;
}
