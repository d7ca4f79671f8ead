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

/** The kernel and its memory, which the next user overwrites: done with before anything is awaited. */
export interface PixelMachine {
  readonly kernel: PixelKernel;
  readonly buffer: ArrayBuffer;
}

/** Hands out the kernel's memory before there is any: the machine is made as large as was asked for. */
export class PixelMemory {
  #size = 1024;

  /** The address of so many bytes, aligned to a vector, with the 64 bytes behind them that the kernel wants. */
  take(bytes: number): number {
    const address = this.#size;
    this.#size += Math.ceil((bytes + 64) / 16) * 16;
    return address;
  }

  get size(): number {
    return this.#size;
  }
}

let module: WebAssembly.Module | undefined;
let kept: PixelMachine | undefined;

const page = 65536;

/** Memory that is kept from picture to picture; what a larger picture needs is given back after it. */
const keptBytes = 16 * 1024 * 1024;

/** A machine of at least `bytes` of memory, of any content. */
export function pixelMachine(bytes: number): PixelMachine {
  if (kept && kept.buffer.byteLength >= bytes) return kept;
  module ??= new WebAssembly.Module(Buffer.from(wasm, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / page) });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const machine = { kernel: instance.exports as unknown as PixelKernel, buffer: memory.buffer };
  if (bytes <= keptBytes) kept = machine;
  return machine;
}
