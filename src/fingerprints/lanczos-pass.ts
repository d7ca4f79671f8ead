import type { Bitmap } from '../core/types.js';
import type { PixelMachine, PixelMemory } from '../kernels/index.js';
import { clip, fractionBits, lanczosResize, type Taps, tapsOf } from './lanczos.js';
import { type Luma, lumaOf } from './luma.js';
import { type Band, mostWidth, type Reducer, type Reduction, reduce, tileBytes } from './pass.js';

/**
 * Weights along a row as the kernel needs them: eight a tile, with zeros for the pixels of the first and last tile that
 * do not count.
 */
interface RowTables {
  /**
   * Six words for each column: see `shrink` in assembly/pixels/lanczos.ts. Addresses are relative to that of the
   * tables.
   */
  readonly outputs: Int32Array;
  /** The weights without their last `shift` bits, so that they fit into 16 bits. */
  readonly coarse: Int16Array;
  /** The difference between the weights and the coarse ones. */
  readonly rest: Int16Array;
  readonly shift: number;
}

const rowTables = new WeakMap<Taps, RowTables>();

/**
 * Products of 16 bits are twice as fast as those of 32. So the kernel sums the upper bits of the weights, and adds the
 * rest only where it could change the rounded byte (2 in 100).
 */
function rowTablesOf(taps: Taps): RowTables {
  const known = rowTables.get(taps);
  if (known) return known;
  const { starts, counts, weights, stride } = taps;
  const columns = starts.length;
  const greatest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const shift = Math.max(0, 32 - Math.clz32(greatest) - 15);
  const length = Math.ceil((stride + 7) / 8) * 8;
  const outputs = new Int32Array((columns + (columns % 2)) * 6);
  const coarse = new Int16Array(columns * length);
  const rest = new Int16Array(columns * length);
  for (let o = 0; o < columns; o++) {
    const first = Math.floor(starts[o]! / 8);
    const from = o * length + (starts[o]! % 8);
    let least = 0;
    let most = 0;
    for (let t = 0; t < counts[o]!; t++) {
      const weight = weights[o * stride + t]!;
      // Rounded to the nearest. The largest weight could be rounded up to what 16 bits cannot hold.
      const kept = Math.min(32767, (weight + ((1 << shift) >> 1)) >> shift);
      const cutOff = weight - kept * 2 ** shift;
      coarse[from + t] = kept;
      rest[from + t] = cutOff;
      if (cutOff < 0) least += 255 * cutOff;
      else most += 255 * cutOff;
    }
    const tiles = Math.ceil((starts[o]! + counts[o]!) / 8) - first;
    outputs.set([first * tileBytes(8), tiles, o * length * 2, o * length * 2, least, most], o * 6);
  }
  // The empty column that makes the number of columns even starts where the last column ends.
  const end = Math.ceil((starts[columns - 1]! + counts[columns - 1]!) / 8);
  if (columns % 2 > 0) outputs[columns * 6] = end * tileBytes(8);
  const tables = { outputs, coarse, rest, shift };
  rowTables.set(taps, tables);
  return tables;
}

class LanczosReducer implements Reducer<Luma> {
  readonly #width: number;
  readonly #across: RowTables;
  readonly #down: Taps;
  readonly #outputs: number;
  readonly #coarse: number;
  readonly #rest: number;
  readonly #rows: number;
  readonly #columnOutputs: number;
  readonly #columnWeights: number;
  readonly #sums: number;
  /** The number of columns of the resized picture, rounded up to whole vectors. */
  readonly #stride: number;

  constructor(
    { width, height }: Bitmap,
    readonly columns: number,
    readonly count: number,
    memory: PixelMemory,
    bandRows: number,
  ) {
    this.#width = width;
    this.#stride = Math.ceil(columns / 8) * 8;
    this.#across = rowTablesOf(tapsOf(width, columns));
    this.#down = tapsOf(height, count);
    this.#outputs = memory.take(this.#across.outputs.byteLength);
    this.#coarse = memory.take(this.#across.coarse.byteLength);
    this.#rest = memory.take(this.#across.rest.byteLength);
    this.#rows = memory.take(bandRows * this.#stride);
    this.#columnOutputs = memory.take(count * 12);
    this.#columnWeights = memory.take(this.#down.weights.byteLength);
    this.#sums = memory.take(count * this.#stride * 4);
  }

  start({ buffer }: PixelMachine): void {
    const { outputs, coarse, rest } = this.#across;
    const placed = new Int32Array(buffer, this.#outputs, outputs.length);
    placed.set(outputs);
    for (let o = 0; o < this.columns; o++) {
      placed[o * 6 + 2]! += this.#coarse;
      placed[o * 6 + 3]! += this.#rest;
    }
    new Int16Array(buffer, this.#coarse, coarse.length).set(coarse);
    new Int16Array(buffer, this.#rest, rest.length).set(rest);
    const { starts, counts, weights, stride } = this.#down;
    const columnOutputs = new Int32Array(buffer, this.#columnOutputs, this.count * 3);
    for (let o = 0; o < this.count; o++) {
      columnOutputs.set([starts[o]!, counts[o]!, this.#columnWeights + o * stride * 4], o * 3);
    }
    new Int32Array(buffer, this.#columnWeights, weights.length).set(weights);
    new Int32Array(buffer, this.#sums, this.count * this.#stride).fill(1 << (fractionBits - 1));
  }

  feed({ kernel }: PixelMachine, { luma, y, rows }: Band): void {
    const { shift } = this.#across;
    kernel.shrink(
      luma,
      tileBytes(this.#width),
      rows,
      this.columns,
      this.#outputs,
      shift,
      this.#rows,
      this.#stride,
    );
    kernel.stack(this.#rows, this.#stride, rows, y, this.count, this.#columnOutputs, this.#sums);
  }

  finish({ buffer }: PixelMachine): Luma {
    const sums = new Int32Array(buffer, this.#sums, this.count * this.#stride);
    const data = new Uint8Array(this.columns * this.count);
    for (let y = 0, o = 0; y < this.count; y++) {
      for (let x = 0; x < this.columns; x++) data[o++] = clip(sums[y * this.#stride + x]!);
    }
    return { width: this.columns, height: this.count, data };
  }
}

const reductions = new Map<string, Reduction<Luma>>();

function reductionTo(width: number, height: number): Reduction<Luma> {
  const name = `${width}×${height}`;
  let reduction = reductions.get(name);
  if (!reduction) {
    reduction = {
      usesLuma: true,
      fits: (bitmap) => bitmap.width <= mostWidth,
      begin: (bitmap, memory, bandRows) => new LanczosReducer(bitmap, width, height, memory, bandRows),
      plainly: (bitmap) => lanczosResize(lumaOf(bitmap), width, height),
    };
    reductions.set(name, reduction);
  }
  return reduction;
}

/** The picture's luma resized to `width` × `height` as Pillow does it: bit for bit what `lanczosResize` returns. */
export const resized = (bitmap: Bitmap, width: number, height: number): Luma =>
  reduce(bitmap, reductionTo(width, height));
