import { wasm } from './generated/hamming.js';

/** The exports of assembly/hamming.ts, described in the folder beside it. All addresses are bytes in the kernel's memory. */
export interface HammingKernel {
  permute(source: number, target: number, n: number, words: number, table: number): void;
  merge(
    rows: number,
    from: number,
    to: number,
    kept: number,
    words: number,
    map: number,
    slots: number,
    mask: number,
    seed: bigint,
  ): number;
  tally(rows: number, from: number, to: number, words: number, part: number, offsets: number): void;
  accumulate(offsets: number, cursor: number): void;
  place(
    rows: number,
    from: number,
    to: number,
    words: number,
    part: number,
    offsets: number,
    buckets: number,
    cursor: number,
  ): void;
  probe(
    query: number,
    n: number,
    words: number,
    radii: number,
    masks: number,
    ends: number,
    offsets: number,
    out: number,
  ): number;
  scan(
    query: number,
    n: number,
    words: number,
    radii: number,
    list: number,
    buckets: number,
    out: number,
    capacity: number,
  ): number;
  plan(
    queries: number,
    count: number,
    n: number,
    words: number,
    part: number,
    end: number,
    masks: number,
    offsets: number,
    limit: number,
    near: number,
    most: number,
    sums: number,
    needed: number,
    pieces: number,
    runs: number,
  ): number;
  scanPart(
    query: number,
    words: number,
    part: number,
    radii: number,
    masks: number,
    ends: number,
    offsets: number,
    needed: number,
    pieces: number,
    buckets: number,
    list: number,
    out: number,
    capacity: number,
  ): number;
  verify(
    query: number,
    rows: number,
    n: number,
    words: number,
    radii: number,
    threshold: number,
    candidates: number,
    count: number,
    out: number,
  ): number;
  screen(
    queries: number,
    count: number,
    rows: number,
    n: number,
    words: number,
    part: number,
    radii: number,
    threshold: number,
    masks: number,
    ends: number,
    offsets: number,
    buckets: number,
    marks: number,
    work: number,
  ): void;
  tallyNeighbours(rows: number, from: number, to: number, words: number, part: number, offsets: number): void;
  placeNeighbours(
    rows: number,
    from: number,
    to: number,
    words: number,
    part: number,
    offsets: number,
    tags: number,
    cursor: number,
    own: boolean,
  ): number;
  screenNeighbours(
    queries: number,
    count: number,
    rows: number,
    n: number,
    words: number,
    part: number,
    radii: number,
    threshold: number,
    masks: number,
    ends: number,
    offsets: number,
    buckets: number,
    neighbourOffsets: number,
    neighbourTags: number,
    marks: number,
    work: number,
  ): void;
  linear(
    query: number,
    rows: number,
    from: number,
    n: number,
    words: number,
    threshold: number,
    out: number,
    capacity: number,
  ): number;
}

/** A kernel and its memory. */
export interface LoadedKernel {
  readonly kernel: HammingKernel;
  /** All of the memory; it never grows. */
  readonly memory: Uint8Array;
}

let module: WebAssembly.Module | undefined;

/** Bytes that one kernel can address. */
export const addressable = 2 ** 32;

/**
 * Loads the kernel with a memory of at least `bytes` (at most `addressable`). Untouched pages of it cost nothing.
 * Raises RangeError where the machine cannot give that much.
 */
export function loadHamming(bytes: number): LoadedKernel {
  module ??= new WebAssembly.Module(Buffer.from(wasm, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernel: instance.exports as unknown as HammingKernel, memory: new Uint8Array(memory.buffer) };
}
