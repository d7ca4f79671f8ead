import { wasm } from './generated/hamming.js';

/**
 * The functions that assembly/hamming.ts exports. The files in assembly/hamming/ describe their parameters. All
 * addresses are bytes in the kernel's memory.
 */
export interface HammingKernel {
  /** Moves the bits of rows by the fixed permutation (build.ts). */
  permute(source: number, target: number, n: number, words: number, table: number): void;
  /** Keeps the first of equal rows. Returns the number of rows that are left (build.ts). */
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
  /** Counts rows by their key at one part (build.ts). */
  tally(rows: number, from: number, to: number, words: number, part: number, offsets: number): void;
  /** Turns the counts of `tally` into the starts of the buckets (build.ts). */
  accumulate(offsets: number, cursor: number): void;
  /** Puts rows into the buckets of one part (build.ts). */
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
  /** Lists the buckets that one query looks at. Returns 1 where the offsets are damaged, else 0 (search.ts). */
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
  /** Reads the tags of the listed buckets. Returns the number of rows that pass, at most `capacity` (search.ts). */
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
  /**
   * Finds out which buckets of one part queries need, for an image in a file. Returns the number of runs (paged.ts).
   */
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
  /** Does what `probe` and `scan` do, for one part that the caller has read (paged.ts). */
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
  /**
   * Compares candidates whole. Returns the number of hits, or `count + 1` where a row number is damaged (search.ts).
   */
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
  /** Marks the queries that may have a row within the threshold (screen.ts). */
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
  /** Counts rows by their key at one part and by the keys one bit off (neighbours.ts). */
  tallyNeighbours(rows: number, from: number, to: number, words: number, part: number, offsets: number): void;
  /** Puts the tags of rows into the tables that `tallyNeighbours` counted for (neighbours.ts). */
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
  /** Does what `screen` does, with the tables of `placeNeighbours` (neighbours.ts). */
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
  /** Compares the query with every row from `from` on. Returns the row at which the next call goes on (search.ts). */
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
 * Loads the kernel with a memory of at least `bytes` bytes (at most `addressable`). Pages that nobody touches cost
 * nothing. Raises RangeError where the machine cannot give that much memory.
 */
export function loadHamming(bytes: number): LoadedKernel {
  module ??= new WebAssembly.Module(Buffer.from(wasm, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernel: instance.exports as unknown as HammingKernel, memory: new Uint8Array(memory.buffer) };
}
