import { wasm } from './generated/pixels.js';

/**
 * The functions that assembly/pixels.ts exports. The files in assembly/pixels/ describe their parameters. All addresses
 * are bytes in the kernel's memory.
 */
export interface PixelKernel {
  /** Writes the Rec. 601 luma of eight rows in tiles (luma.ts). */
  tiles(source: number, channels: number, width: number, target: number): void;
  /** Adds the weighted luma of pixels to f32 sums (pdq.ts). */
  accumulate(source: number, channels: number, count: number, weight: number, sums: number): void;
  /** Resamples rows of luma in tiles to fewer columns, as Pillow does (lanczos.ts). */
  shrink(
    source: number,
    tileBytes: number,
    rows: number,
    columns: number,
    outputs: number,
    shift: number,
    target: number,
    stride: number,
  ): void;
  /** Adds weighted rows to rows of i32 sums, as Pillow does (lanczos.ts). */
  stack(
    values: number,
    stride: number,
    rows: number,
    y: number,
    count: number,
    outputs: number,
    sums: number,
  ): void;
  /** Adds rows to i32 sums, with weights that rise or fall by one from row to row (pdq.ts). */
  slope(source: number, rowBytes: number, rows: number, weight: number, falling: boolean, sums: number): void;
  /** Turns i32 sums of samples into f32 lumas (pdq.ts). */
  mix(sums: number, channels: number, count: number, unit: number, target: number): void;
  /** Writes weighted f64 sums of f32 values (pdq.ts). */
  cells(values: number, taps: number, weights: number, stride: number, count: number, target: number): void;
  /** Writes PDQ's raster of a picture of 256×256 grey pixels (pdq.ts). */
  raster256(source: number, target: number): void;
  /** Adds bytes to u16 sums (blocks.ts). */
  sumBytes(source: number, channels: number, count: number, sums: number): void;
  /** Writes the mean lumas of boxes of pixels (views.ts). */
  boxLumas(
    source: number,
    channels: number,
    width: number,
    talls: number,
    boxes: number,
    edges: number,
    widths: number,
    count: number,
    scratch: number,
    target: number,
  ): void;
  /** Copies a grey raster and adds margins that mirror it (views.ts). */
  mirror(
    raster: number,
    width: number,
    height: number,
    left: number,
    right: number,
    top: number,
    bottom: number,
    target: number,
  ): void;
  /** Scales a window of a grey raster to a square (views.ts). */
  scale(
    raster: number,
    stride: number,
    side: number,
    startX: number,
    startY: number,
    xx: number,
    yy: number,
    scratch: number,
    target: number,
  ): void;
  /** Scales a turned window of a grey raster to a square (views.ts). */
  turn(
    raster: number,
    stride: number,
    side: number,
    startX: number,
    startY: number,
    xx: number,
    xy: number,
    yx: number,
    yy: number,
    target: number,
  ): void;
  /** Marks the pixels at which a grey raster changes from row to row or from column to column (seams.ts). */
  seams(
    raster: number,
    width: number,
    height: number,
    least: number,
    rows: number,
    rowBytes: number,
    columns: number,
  ): void;
  /** Writes the 16×16 lowest frequencies of a raster of doubles (bits.ts). */
  frequencies(raster: number, cosines: number, scratch: number, target: number): void;
  /** Sums PDQ's steps between neighbours, which make its quality (bits.ts). */
  steps(raster: number, noise: number, target: number): void;
  /** Writes the 16 PDQ hashes of a picture that is turned, mirrored or inverted (bits.ts). */
  turnedHashes(coefficients: number, scratch: number, target: number): void;
  /** Writes float32 lumas of eight rows, column by column (reference.ts). */
  lumaColumns(source: number, channels: number, width: number, target: number): void;
  /** Writes eight rows of floats column by column (reference.ts). */
  floatColumns(rows: number, stride: number, length: number, target: number): void;
  /** Writes the 16×16 lowest frequencies of a raster of floats (reference.ts). */
  floatFrequencies(raster: number, cosines: number, turned: number, half: number, target: number): void;
  /** Writes running means along eight rows at some places (reference.ts). */
  meansAt(
    columns: number,
    length: number,
    window: number,
    places: number,
    count: number,
    target: number,
    stride: number,
  ): void;
  /** Writes running means along eight rows at every place (reference.ts). */
  means(columns: number, length: number, window: number, target: number, stride: number): void;
  /** Moves running sums of columns down by one row (reference.ts). */
  boxColumns(
    sums: number,
    added: number,
    subtracted: number,
    count: number,
    samples: number,
    means: number,
  ): void;
}

/** The kernel and its memory. The next caller overwrites the memory, so use it up before you await anything. */
export interface PixelMachine {
  readonly kernel: PixelKernel;
  /** All of the memory that the kernel's addresses refer to. */
  readonly buffer: ArrayBuffer;
}

/** Plans the layout of the kernel's memory. `pixelMachine` then makes a machine of the planned size. */
export class PixelMemory {
  #size = 1024;

  /** Reserves so many bytes, and 64 more behind them that the kernel may read. Returns their address, aligned to 16. */
  take(bytes: number): number {
    const address = this.#size;
    this.#size += Math.ceil((bytes + 64) / 16) * 16;
    return address;
  }

  /** Bytes that the machine must have for everything that was reserved. */
  get size(): number {
    return this.#size;
  }
}

let module: WebAssembly.Module | undefined;
let kept: PixelMachine | undefined;

const page = 65536;

/**
 * The largest memory, in bytes, that the process keeps between pictures. It releases a larger machine after its
 * picture.
 */
const keptBytes = 16 * 1024 * 1024;

/** Returns a machine with at least `bytes` bytes of memory, whose content is undefined. */
export function pixelMachine(bytes: number): PixelMachine {
  if (kept && kept.buffer.byteLength >= bytes) return kept;
  module ??= new WebAssembly.Module(Buffer.from(wasm, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / page) });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const machine = { kernel: instance.exports as unknown as PixelKernel, buffer: memory.buffer };
  if (bytes <= keptBytes) kept = machine;
  return machine;
}
