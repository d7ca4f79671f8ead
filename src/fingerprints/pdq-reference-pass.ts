import type { Bitmap } from '../core/types.js';
import { type PixelMachine, PixelMemory, pixelMachine } from '../kernels/pixels.js';
import { mostWidth } from './pass.js';
import { plainReferenceRaster, rasterSide, sampleAt, windowOf } from './pdq-reference.js';

/** The running means down the columns, a row at a time, keeping only the rows that the window still needs. */
class ColumnMeans {
  readonly #sums: number;
  readonly #zeros: number;
  readonly #kept: number;
  readonly #rowBytes: number;
  readonly #half: number;
  #incoming = 0;

  constructor(
    readonly bitmap: Bitmap,
    readonly window: number,
    memory: PixelMemory,
  ) {
    this.#rowBytes = Math.ceil((bitmap.width * 4 + 64) / 16) * 16;
    this.#sums = memory.take(this.#rowBytes);
    this.#zeros = memory.take(this.#rowBytes);
    this.#kept = memory.take((window + 1) * this.#rowBytes);
    this.#half = Math.floor((window + 2) / 2);
  }

  start({ buffer }: PixelMachine): void {
    new Uint8Array(buffer, this.#sums, this.#rowBytes).fill(0);
    new Uint8Array(buffer, this.#zeros, this.#rowBytes).fill(0);
  }

  get isDone(): boolean {
    return this.#incoming >= this.bitmap.height + this.#half - 1;
  }

  /**
   * Takes the next row, none below the picture. `target` says where the means of a row go, or 0 to leave them;
   * returns the number of that row, below 0 where the window is not filled yet.
   */
  step(
    { kernel, buffer }: PixelMachine,
    row: number | undefined,
    target: (output: number) => number,
  ): number {
    const { width, height } = this.bitmap;
    const slot = (number: number) => this.#kept + (number % (this.window + 1)) * this.#rowBytes;
    const incoming = this.#incoming++;
    const outgoing = incoming - this.window;
    if (row !== undefined) new Uint8Array(buffer).copyWithin(slot(incoming), row, row + width * 4);
    const output = incoming - this.#half + 1;
    kernel.boxColumns(
      this.#sums,
      row ?? this.#zeros,
      outgoing >= 0 ? slot(outgoing) : this.#zeros,
      width,
      Math.min(incoming, height - 1) - Math.max(outgoing, -1),
      output >= 0 ? target(output) : 0,
    );
    return output;
  }
}

/**
 * PDQ's raster in the reference's order of float32 operations: what `plainReferenceRaster` gives, to the bit. Rows are
 * taken four at a time, which is what the running means along them want.
 */
export function referenceRaster(bitmap: Bitmap): Float32Array {
  const { width, height, channels, data } = bitmap;
  if (width > mostWidth) return plainReferenceRaster(bitmap);
  const memory = new PixelMemory();
  const stride = Math.ceil((width * 4 + 64) / 16) * 16;
  const source = memory.take(4 * width * channels);
  const [first, second, scratch, result] = Array.from({ length: 4 }, () => memory.take(4 * stride)) as [
    number,
    number,
    number,
    number,
  ];
  const last = memory.take(stride);
  const upper = new ColumnMeans(bitmap, windowOf(height), memory);
  const lower = new ColumnMeans(bitmap, windowOf(height), memory);
  const machine = pixelMachine(memory.size);
  const { kernel, buffer } = machine;
  upper.start(machine);
  lower.start(machine);

  const raster = new Float32Array(rasterSide * rasterSide);
  const means = new Float32Array(buffer, last, width);
  const columns = Array.from({ length: rasterSide }, (_, j) => sampleAt(j, width));
  let next = 0;
  const sink = (row: number | undefined) => {
    const isRead = (y: number) => next < rasterSide && sampleAt(next, height) === y;
    const y = lower.step(machine, row, (output) => (isRead(output) ? last : 0));
    for (; isRead(y); next++) {
      for (let j = 0; j < rasterSide; j++) raster[next * rasterSide + j] = means[columns[j]!]!;
    }
  };
  let gathered = 0;
  const flush = () => {
    kernel.boxRows(second, stride, width, windowOf(width), scratch, result);
    for (let k = 0; k < gathered; k++) sink(second + k * stride);
    gathered = 0;
  };
  const gather = (row: number | undefined) => {
    if (upper.step(machine, row, () => second + gathered * stride) >= 0) gathered += 1;
    if (gathered === 4) flush();
  };
  for (let y = 0; y < height; y += 4) {
    const rows = Math.min(4, height - y);
    new Uint8Array(buffer).set(data.subarray(y * width * channels, (y + rows) * width * channels), source);
    for (let k = 0; k < rows; k++) {
      kernel.floatLumas(source + k * width * channels, channels, width, first + k * stride);
    }
    kernel.boxRows(first, stride, width, windowOf(width), scratch, result);
    for (let k = 0; k < rows; k++) gather(first + k * stride);
  }
  while (!upper.isDone) gather(undefined);
  if (gathered > 0) flush();
  while (!lower.isDone) sink(undefined);
  return raster;
}
