import { addressable, type HammingKernel, loadHamming } from '../kernels/index.js';
import { DamagedImage, type Found, type ImageLayout, imageLayout, isIndexable, wholePages } from './image.js';
import { permutation, permutationTable, permute } from './permutation.js';
import { maskEnds, masks, radiiFor } from './radii.js';
import { at, candidateCapacity, hitCapacity } from './workspace.js';

/** Images of at most so many rows get tables for screening, which need 544 bytes a row of 256 bits, and 4 MB. */
const mostNeighbourRows = 65536;

/** Bytes of a row's tags in one of these tables: one tag for each key that is the row's own or one bit off. */
const neighbourRowBytes = 17 * 2;

/** Length in bytes of one table's offsets. */
const tableBytes = 65537 * 4;

/** Length in bytes of the tables for screening. The kernel reads up to 16 bytes beyond the last tag. */
const neighbourBytes = (bits: number, rows: number) =>
  rows > mostNeighbourRows ? 0 : (bits / 16) * (tableBytes + neighbourRowBytes * rows) + 16;

/**
 * How many queries are screened at once: the more there are, the more often the memory that a query reads is in the
 * cache.
 */
const screened = 65536;
/** Where screening keeps its data after the image: the queries, their marks, and the kernel's tables. */
const screening = { marks: 32 * screened, work: 33 * screened, length: 41 * screened + 4 * 4096 } as const;

/**
 * Works on rows in strides: the engine runs the optimised code of a WASM function only from its next call on, so one
 * long call would run the slow code to its end.
 */
function eachStride(rows: number, work: (from: number, to: number) => void): void {
  for (let from = 0; from < rows; from += stride) work(from, Math.min(from + stride, rows));
}

const stride = 65536;

/** Queries in a kernel's memory. */
interface Screened {
  /** Address of the queries, permuted. */
  readonly first: number;
  readonly count: number;
  readonly threshold: number;
  /** Address of their marks. */
  readonly marked: number;
  readonly work: number;
  /** True where there are tables for screening. */
  readonly hasNeighbours: boolean;
}

/** When a shard makes its tables for screening. */
export interface ShardOptions {
  /** How many queries are screened before the tables for that are made. */
  readonly neighboursAfter?: number | undefined;
}

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
  #permutationIsLaid = false;
  /** The threshold whose radii the kernel has now. */
  #aimedAt = -1;
  /** How many queries have been screened. */
  #screened = 0;
  #hasNeighbours = false;
  readonly #neighboursAfter: number;

  /**
   * @param bits a width for which `isIndexable` is true (RangeError otherwise).
   * @param size rows, at most `shardRows`.
   * @param options `neighboursAfter`: how many queries are screened before the tables for that are made; the tables
   * cost as much.
   */
  constructor(
    readonly bits: number,
    size: number,
    { neighboursAfter = 20_000 + 2 * size }: ShardOptions = {},
  ) {
    this.#layout = imageLayout(bits, size);
    this.#neighboursAfter = neighboursAfter;
    const bytes = this.#behind + screening.length + neighbourBytes(bits, size);
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

  /** The number of rows. */
  get size(): number {
    return this.#size;
  }

  /** The address after the image. The kernel reads up to 16 bytes beyond the image's last tag. */
  get #behind(): number {
    return at.image + wholePages(this.#layout.length) + 16;
  }

  get layout(): ImageLayout {
    return this.#layout;
  }

  /** The image, in whole pages. Pages that were never written cost no memory. */
  get image(): Uint8Array {
    return this.#memory.subarray(at.image, at.image + wholePages(this.#layout.length));
  }

  /** Copies hashes (`size * bits / 8` bytes, in the order of the hex text) into the image as its rows. */
  fill(hashes: Uint8Array): void {
    this.#layPermutation();
    this.#memory.set(hashes, at.image);
    const rowBytes = this.bits / 8;
    eachStride(this.#size, (from, to) => {
      const rows = at.image + from * rowBytes;
      this.#kernel.permute(rows, rows, to - from, this.#words, at.permutation);
    });
  }

  /**
   * Keeps the first of equal rows; call it before `build`. `size` and `layout` then describe the rows that are left.
   * @param seed random, so that no one can craft a list that makes this slow.
   * @returns for each row that was filled in, its row now.
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

  /** Builds the tables for the rows. */
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
  search(query: Uint8Array, threshold: number, tables: boolean, found: Found): void {
    permute(query, this.#moves, this.#memory, at.query);
    if (!tables || !this.#aim(threshold) || !this.#searchTables(threshold, found))
      this.#searchAll(threshold, found);
  }

  /**
   * Marks with 1 in `marks` those of many queries (`rowBytes` each, in the order of the hex text) that may have a row
   * within `threshold`; `search` then tells. Unmarked queries have none. Needs the tables, and the whole image in
   * memory.
   */
  screen(queries: Uint8Array, threshold: number, marks: Uint8Array): void {
    if (!this.#aim(threshold)) {
      marks.fill(1);
      return;
    }
    this.#layPermutation();
    const hasNeighbours = this.#prepareNeighbours(marks.length);
    const [memory, rowBytes] = [this.#memory, this.bits / 8];
    const first = this.#behind;
    const [marked, work] = [first + screening.marks, first + screening.work];
    for (let from = 0; from < marks.length; from += screened) {
      const count = Math.min(screened, marks.length - from);
      memory.set(queries.subarray(from * rowBytes, (from + count) * rowBytes), first);
      this.#kernel.permute(first, first, count, this.#words, at.permutation);
      memory.set(marks.subarray(from, from + count), marked);
      memory.fill(0, work + 4 * count, work + 8 * count);
      // One call for each part: the engine runs slow code until the first call of a function ends.
      for (let part = 0; part < this.bits / 16; part++)
        this.#screenPart(part, { first, count, threshold, marked, work, hasNeighbours });
      marks.set(memory.subarray(marked, marked + count), from);
    }
  }

  #screenPart(part: number, { first, count, threshold, marked, work, hasNeighbours }: Screened): void {
    const [kernel, n, words, { offsets, buckets }] = [this.#kernel, this.#size, this.#words, this.#layout];
    const { radii, masks, ends, image } = at;
    const tables = [radii, threshold, masks, ends, image + offsets, image + buckets] as const;
    if (!hasNeighbours) {
      kernel.screen(first, count, image, n, words, part, ...tables, marked, work);
      return;
    }
    const { offsets: neighbourOffsets, tags } = this.#neighbourTables(part);
    kernel.screenNeighbours(
      first,
      count,
      image,
      n,
      words,
      part,
      ...tables,
      neighbourOffsets,
      tags,
      marked,
      work,
    );
  }

  /** Makes the tables for screening once enough queries have come. True where they exist. */
  #prepareNeighbours(queries: number): boolean {
    const isTime =
      this.#screened <= this.#neighboursAfter && this.#screened + queries > this.#neighboursAfter;
    this.#screened += queries;
    if (isTime && this.#size <= mostNeighbourRows) this.#hasNeighbours = this.#buildNeighbours();
    return this.#hasNeighbours;
  }

  get #neighbours(): number {
    return this.#behind + screening.length;
  }

  /** Makes them. False where so many rows share one part that the tables could not count them. */
  #buildNeighbours(): boolean {
    const [kernel, words, n] = [this.#kernel, this.#words, this.#size];
    for (let part = 0; part < this.bits / 16; part++) {
      const { offsets, tags } = this.#neighbourTables(part);
      this.#memory.fill(0, offsets, offsets + tableBytes);
      eachStride(n, (from, to) => kernel.tallyNeighbours(at.image, from, to, words, part, offsets));
      kernel.accumulate(offsets, at.cursor);
      const place = (own: boolean) =>
        kernel.placeNeighbours(at.image, 0, n, words, part, offsets, tags, at.cursor, own) !== 0;
      if (!place(true)) return false;
      place(false);
    }
    return true;
  }

  #neighbourTables(part: number): { readonly offsets: number; readonly tags: number } {
    const tags = this.#neighbours + (this.bits / 16) * tableBytes;
    return {
      offsets: this.#neighbours + part * tableBytes,
      tags: tags + part * neighbourRowBytes * this.#size,
    };
  }

  #layPermutation(): void {
    if (this.#permutationIsLaid) return;
    this.#memory.set(permutationTable(this.bits), at.permutation);
    this.#permutationIsLaid = true;
  }

  /** Gives the kernel the radii for a threshold. False where no radii reach that far. */
  #aim(threshold: number): boolean {
    if (threshold === this.#aimedAt) return true;
    const radii = radiiFor(this.bits / 16, threshold);
    if (!radii) return false;
    this.#memory.set(new Uint8Array(radii.buffer), at.radii);
    this.#aimedAt = threshold;
    return true;
  }

  /** Searches with the tables. False, without having called `found`, where comparing everything would cost less. */
  #searchTables(threshold: number, found: Found): boolean {
    const [kernel, n, words] = [this.#kernel, this.#size, this.#words];
    const { radii, list, candidates: out, image: rows } = at;
    const offsets = rows + this.#layout.offsets;
    if (kernel.probe(at.query, n, words, radii, at.masks, at.ends, offsets, list) !== 0) {
      throw new DamagedImage('the offsets of the index are damaged');
    }
    if (this.#numbers[(list >> 2) + 1]! > n / 2) return false;
    const buckets = rows + this.#layout.buckets;
    const count = kernel.scan(at.query, n, words, radii, list, buckets, out, candidateCapacity);
    if (count >= candidateCapacity) return false;
    const hits = kernel.verify(at.query, rows, n, words, radii, threshold, out, count, out);
    if (hits > count) throw new DamagedImage('the buckets of the index are damaged');
    this.#report(out, hits, found);
    return true;
  }

  #searchAll(threshold: number, found: Found): void {
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
