import { addressable, type HammingKernel, loadHamming } from '../kernels/hamming.js';
import { permutation, permutationTable, permute } from './permutation.js';
import { maskEnds, masks, radiiFor } from './radii.js';

/** Where the sections of an image of `rows` hashes of `bits` bits lie, in bytes from its start. */
export interface ImageLayout {
  /** `rows * bits / 8` bytes: the hashes, their bits permuted. */
  readonly rows: number;
  /** `bits / 16` tables of 65 537 u32: where each bucket starts. */
  readonly offsets: number;
  /** `bits / 16` tables of `6 * rows` bytes: per bucket its tags (u16), then its row numbers (u32). */
  readonly buckets: number;
  /** Bytes of the whole image. */
  readonly length: number;
}

/** The image of an index: the same in memory and in a compiled list. */
export function imageLayout(bits: number, rows: number): ImageLayout {
  const parts = bits / 16;
  const offsets = (rows * bits) / 8;
  const buckets = offsets + parts * 65537 * 4;
  return { rows: 0, offsets, buckets, length: buckets + parts * 6 * rows };
}

/** What a compiled list is read and checked by, in bytes. */
export const pageSize = 16384;

/** `bytes` rounded up to whole pages. */
export const wholePages = (bytes: number): number => Math.ceil(bytes / pageSize) * pageSize;

/** Widths that the kernel can index. */
export const isIndexable = (bits: number): boolean => bits % 64 === 0 && bits >= 64 && bits <= 256;

/** Most rows in one image: 2.15 GB at 256 bits, well inside what a kernel can address. */
export const shardRows = 2 ** 24;

const candidateCapacity = 65536;
const hitCapacity = 8192;

// The kernel's workspace, below the image. Sizes are the largest that a width of 256 bits needs.
const at = {
  query: 64,
  radii: 128,
  ends: 160,
  masks: 256,
  hits: 2048,
  list: 2048 + 4 + 8 * hitCapacity + 4,
  candidates: 208_896,
  permutation: 208_896 + 8 * candidateCapacity,
  cursor: 208_896,
  image: 2 ** 20,
} as const;

/** Called before the bytes `from`…`to` of an image are read: a compiled list reads them in. */
export type Need = (from: number, to: number) => void;

/** Takes one row within the threshold. */
export type Found = (row: number, distance: number) => void;

/** Raised when the tables contradict themselves: a damaged or forged image. */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
}

/**
 * Rows are worked on by the stride: a WASM function gets its optimised code only from its next call on, so one long
 * call would run on the slow code to its end.
 */
function eachStride(rows: number, work: (from: number, to: number) => void): void {
  for (let from = 0; from < rows; from += stride) work(from, Math.min(from + stride, rows));
}

const stride = 65536;

/** One image in a kernel's memory: at most `shardRows` rows, searched with the tables or without. */
export class Shard {
  readonly #kernel: HammingKernel;
  readonly #memory: Uint8Array;
  /** The same memory as 32-bit numbers. */
  readonly #numbers: Uint32Array;
  readonly #words: number;
  readonly #moves: Uint16Array;
  #size: number;
  #layout: ImageLayout;
  /** The threshold whose radii are in place. */
  #aimedAt = -1;

  /**
   * @param bits a width for which `isIndexable` is true (RangeError otherwise).
   * @param size rows, at most `shardRows`.
   */
  constructor(
    readonly bits: number,
    size: number,
  ) {
    this.#layout = imageLayout(bits, size);
    // The kernel reads tags 16 bytes at a time, so up to 16 bytes beyond the last one.
    const bytes = at.image + wholePages(this.#layout.length) + 16;
    if (!isIndexable(bits) || bytes > addressable) throw new RangeError(`no image of ${size} × ${bits} bits`);
    const { kernel, memory } = loadHamming(bytes);
    this.#kernel = kernel;
    this.#memory = memory;
    this.#numbers = new Uint32Array(memory.buffer);
    this.#words = bits / 64;
    this.#size = size;
    memory.set(new Uint8Array(masks.buffer), at.masks);
    memory.set(new Uint8Array(maskEnds.buffer), at.ends);
    this.#moves = permutation(bits);
  }

  /** Rows. */
  get size(): number {
    return this.#size;
  }

  get layout(): ImageLayout {
    return this.#layout;
  }

  /** The image, in whole pages; pages that nobody wrote cost no memory. */
  get image(): Uint8Array {
    return this.#memory.subarray(at.image, at.image + wholePages(this.#layout.length));
  }

  /** Takes hashes (`size * bits / 8` bytes, in the order of the hex text) as the image's rows. */
  fill(hashes: Uint8Array): void {
    this.#memory.set(permutationTable(this.bits), at.permutation);
    this.#memory.set(hashes, at.image);
    const rowBytes = this.bits / 8;
    eachStride(this.#size, (from, to) => {
      const rows = at.image + from * rowBytes;
      this.#kernel.permute(rows, rows, to - from, this.#words, at.permutation);
    });
  }

  /**
   * Keeps the first of equal rows, before `build`; `size` and `layout` become those of what is left.
   * @param seed random, so that no list can be made to be slow.
   * @returns for each row that was filled in, the row that it is now.
   */
  merge(seed: bigint): Uint32Array {
    const rows = this.#size;
    const map = at.image + this.layout.offsets;
    const slots = map + 4 * rows;
    const capacity = 2 ** Math.ceil(Math.log2(rows * 1.5 + 1));
    this.#memory.fill(0, slots, slots + 4 * capacity);
    let kept = 0;
    eachStride(rows, (from, to) => {
      kept = this.#kernel.merge(at.image, from, to, kept, this.#words, map, slots, capacity - 1, seed);
    });
    this.#size = kept;
    this.#layout = imageLayout(this.bits, this.#size);
    return this.#numbers.slice(map >> 2, (map >> 2) + rows);
  }

  /** Makes the tables of the rows that are there. */
  build(): void {
    const [kernel, words, n] = [this.#kernel, this.#words, this.#size];
    for (let part = 0; part < this.bits / 16; part++) {
      const offsets = at.image + this.#layout.offsets + part * 65537 * 4;
      const buckets = at.image + this.#layout.buckets + part * 6 * n;
      this.#memory.fill(0, offsets, offsets + 65537 * 4);
      eachStride(n, (from, to) => kernel.tally(at.image, from, to, words, part, offsets));
      kernel.accumulate(offsets, at.cursor);
      eachStride(n, (from, to) => kernel.place(at.image, from, to, words, part, offsets, buckets, at.cursor));
    }
    this.image.fill(0, this.#layout.length);
  }

  /**
   * Every row within `threshold` bits of the query, in no particular order.
   * @param tables false: compare with every row, which needs no tables.
   */
  search(query: Uint8Array, threshold: number, tables: boolean, need: Need | undefined, found: Found): void {
    permute(query, this.#moves, this.#memory, at.query);
    const indexed = tables && this.#aim(threshold);
    if (!indexed || !this.#searchTables(threshold, need, found)) this.#searchAll(threshold, need, found);
  }

  /** Puts the radii for a threshold in place; false where there are none. */
  #aim(threshold: number): boolean {
    if (threshold === this.#aimedAt) return true;
    const radii = radiiFor(this.bits / 16, threshold);
    if (!radii) return false;
    this.#memory.set(new Uint8Array(radii.buffer), at.radii);
    this.#aimedAt = threshold;
    return true;
  }

  /** False, having found nothing yet, where so much would be read that comparing everything is cheaper. */
  #searchTables(threshold: number, need: Need | undefined, found: Found): boolean {
    const { offsets, buckets } = this.#layout;
    need?.(offsets, buckets);
    const image = at.image;
    const [n, words] = [this.size, this.#words];
    if (this.#kernel.probe(at.query, n, words, at.radii, at.masks, at.ends, image + offsets, at.list) !== 0) {
      throw new DamagedImage('the offsets of the index are damaged');
    }
    const count = this.#numbers[at.list >> 2]!;
    const sum = this.#numbers[(at.list >> 2) + 1]!;
    if (sum > n / 2) return false;
    if (need) this.#needBuckets(count, need);
    const candidates = this.#kernel.scan(
      at.query,
      n,
      words,
      at.radii,
      at.list,
      image + buckets,
      at.candidates,
      candidateCapacity,
    );
    if (candidates >= candidateCapacity) return false;
    if (need) this.#needRows(candidates, need);
    const hits = this.#kernel.verify(
      at.query,
      image,
      n,
      words,
      at.radii,
      threshold,
      at.candidates,
      candidates,
      at.candidates,
    );
    if (hits > candidates) throw new DamagedImage('the buckets of the index are damaged');
    this.#report(at.candidates, hits, found);
    return true;
  }

  #needBuckets(count: number, need: Need): void {
    const first = (at.list >> 2) + 2;
    for (let entry = first; entry < first + 3 * count; entry += 3) {
      const table = this.#numbers[entry]! & 0xff;
      const from = this.#layout.buckets + (table * this.#size + this.#numbers[entry + 1]!) * 6;
      need(from, from + this.#numbers[entry + 2]! * 6);
    }
  }

  #needRows(candidates: number, need: Need): void {
    const rowBytes = this.bits / 8;
    const first = at.candidates >> 2;
    for (let entry = first; entry < first + 2 * candidates; entry += 2) {
      const row = this.#numbers[entry]!;
      if (row < this.#size) need(row * rowBytes, (row + 1) * rowBytes);
    }
  }

  #searchAll(threshold: number, need: Need | undefined, found: Found): void {
    need?.(0, this.#layout.offsets);
    const [q, n, words] = [at.query, this.#size, this.#words];
    for (let row = 0; row < n; ) {
      row = this.#kernel.linear(q, at.image, row, n, words, threshold, at.hits, hitCapacity) >>> 0;
      this.#report(at.hits + 4, this.#numbers[at.hits >> 2]!, found);
    }
  }

  #report(from: number, hits: number, found: Found): void {
    const first = from >> 2;
    for (let hit = first; hit < first + 2 * hits; hit += 2)
      found(this.#numbers[hit]!, this.#numbers[hit + 1]!);
  }
}
