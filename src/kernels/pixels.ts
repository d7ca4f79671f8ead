import { wasm } from './generated/pixels.js';

/** The exports of assembly/pixels.ts, described in the folder beside it. All addresses are bytes in the kernel's memory. */
export interface PixelKernel {
  tiles(source: number, channels: number, width: number, target: number): void;
  accumulate(source: number, channels: number, count: number, weight: number, sums: number): void;
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
  stack(
    values: number,
    stride: number,
    rows: number,
    y: number,
    count: number,
    outputs: number,
    sums: number,
  ): void;
  slope(source: number, rowBytes: number, rows: number, weight: number, falling: boolean, sums: number): void;
  mix(sums: number, channels: number, count: number, unit: number, target: number): void;
  cells(values: number, taps: number, weights: number, stride: number, count: number, target: number): void;
  raster256(source: number, target: number): void;
  sumBytes(source: number, channels: number, count: number, sums: number): void;
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
  seams(
    raster: number,
    width: number,
    height: number,
    least: number,
    rows: number,
    rowBytes: number,
    columns: number,
  ): void;
  frequencies(raster: number, cosines: number, scratch: number, target: number): void;
  steps(raster: number, noise: number, target: number): void;
  turnedHashes(coefficients: number, scratch: number, target: number): void;
  lumaColumns(source: number, channels: number, width: number, target: number): void;
  floatColumns(rows: number, stride: number, length: number, target: number): void;
  floatFrequencies(raster: number, cosines: number, turned: number, half: number, target: number): void;
  meansAt(
    columns: number,
    length: number,
    window: number,
    places: number,
    count: number,
    target: number,
    stride: number,
  ): void;
  means(columns: number, length: number, window: number, target: number, stride: number): void;
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

/** Bytes of memory that are kept between pictures. A larger machine is released after its picture. */
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
