import { type HammingKernel, loadHamming } from '../kernels/index.js';
import { DamagedImage, type ImageLayout, type ImageSource, imageLayout, pageSize } from './image.js';
import { permutation, permute } from './permutation.js';
import { maskEnds, masks, radiiFor } from './radii.js';
import type { Hit } from './types.js';
import { at, candidateCapacity } from './workspace.js';

/** How many queries are looked up together: the more there are, the more of what is read serves several. */
const together = 512;

/** Length in bytes of the offsets of one part. */
const offsetBytes = 65537 * 4;

/**
 * Buckets and rows with a smaller gap between them, in bytes, are read with one call: a call costs more than some
 * pages.
 */
const nearBytes = 3 * pageSize;

/** The most bytes of one read, unless a single bucket has more. */
const mostBytes = 16 * pageSize;

/** A query may read buckets with so many rows even where that is more than half of all rows. */
const alwaysRead = 4096;

/** The kernel returns this where the offsets are damaged. */
const damaged = 0xffffffff;

/** Where the kernel's working memory is, from `start` on. */
function behind(start: number, rowBytes: number) {
  const sums = start;
  const offsets = sums + 4 * together;
  const needed = offsets + Math.ceil(offsetBytes / 16) * 16;
  const pieces = needed + 65536 / 8 + 1024 * 4;
  const runs = pieces + 65536 * 4;
  const rows = runs + 65536 * 8;
  return { sums, offsets, needed, pieces, runs, rows, buckets: rows + candidateCapacity * rowBytes };
}

/** One of the queries that are looked up together. */
interface Asked {
  /** Address of the query, permuted. */
  readonly query: number;
  /** What the kernel's `scan` found: row, table, row, table … */
  readonly candidates: number[];
  /** True where comparing everything costs less. */
  isTooMuch: boolean;
}

/**
 * Looks queries up in an image that is not in memory. It goes through the parts for all queries together and reads what
 * they need of a part in the order of the image: each bucket once, and near ones with one call. It reads into the same
 * small memory again and again, because touching fresh memory costs more than reading into it.
 */
export class PagedSearch {
  readonly #kernel: HammingKernel;
  readonly #memory: Uint8Array;
  /** The same memory as 32-bit numbers. */
  readonly #numbers: Uint32Array;
  readonly #layout: ImageLayout;
  readonly #moves: Uint16Array;
  readonly #rowBytes: number;
  /** Addresses of the sections after the queries. */
  readonly #at: ReturnType<typeof behind>;

  /** @param rows at most `shardRows`. */
  constructor(
    readonly source: ImageSource,
    readonly bits: number,
    readonly rows: number,
  ) {
    this.#layout = imageLayout(bits, rows);
    this.#moves = permutation(bits);
    this.#rowBytes = bits / 8;
    this.#at = behind(at.image + together * this.#rowBytes, this.#rowBytes);
    // All buckets of one part would fit. Memory that no query needs is never touched, and costs nothing.
    const { kernel, memory } = loadHamming(this.#at.buckets + 6 * rows + 16);
    this.#kernel = kernel;
    this.#memory = memory;
    this.#numbers = new Uint32Array(memory.buffer);
    memory.set(new Uint8Array(masks.buffer), at.masks);
    memory.set(new Uint8Array(maskEnds.buffer), at.ends);
  }

  /**
   * For each of the queries (`bits / 8` bytes each, in the order of the hex text, without gaps), every row within
   * `threshold`, in no particular order; undefined where everything has to be compared. Raises DamagedImage and
   * whatever `source` raises.
   */
  find(queries: Uint8Array, threshold: number): (Hit[] | undefined)[] {
    const count = queries.length / this.#rowBytes;
    const radii = radiiFor(this.bits / 16, threshold);
    if (!radii) return new Array(count).fill(undefined);
    this.#memory.set(new Uint8Array(radii.buffer), at.radii);
    const found: (Hit[] | undefined)[] = [];
    for (let first = 0; first < count; first += together)
      found.push(...this.#findTogether(queries, first, Math.min(first + together, count), radii, threshold));
    return found;
  }

  #findTogether(
    queries: Uint8Array,
    first: number,
    end: number,
    radii: Int8Array,
    threshold: number,
  ): (Hit[] | undefined)[] {
    const asked: Asked[] = [];
    for (let number = first; number < end; number++) {
      const query = at.image + asked.length * this.#rowBytes;
      const bytes = queries.subarray(number * this.#rowBytes, (number + 1) * this.#rowBytes);
      permute(bytes, this.#moves, this.#memory, query);
      asked.push({ query, candidates: [], isTooMuch: false });
    }
    const sums = this.#at.sums >> 2;
    this.#numbers.fill(0, sums, sums + asked.length);
    for (const [part, radius] of radii.entries()) if (radius >= 0) this.#lookAtPart(part, radius, asked);
    return this.#verify(asked, threshold);
  }

  /** Adds the candidates from one part's buckets. */
  #lookAtPart(part: number, radius: number, asked: readonly Asked[]): void {
    const { sums, offsets, needed, pieces, runs, buckets } = this.#at;
    const [kernel, words, n] = [this.#kernel, this.bits / 64, this.rows];
    const starts = this.#layout.offsets + part * offsetBytes;
    this.#memory.set(this.source.peek(starts, starts + offsetBytes), offsets);
    const [near, most] = [Math.floor(nearBytes / 6), Math.floor(mostBytes / 6)];
    const { radii, masks, ends, list, candidates: out } = at;
    const limit = Math.max(n >> 1, alwaysRead);
    const where = [masks, offsets, limit, near, most, sums, needed, pieces, runs] as const;
    const count = kernel.plan(at.image, asked.length, n, words, part, maskEnds[radius]!, ...where) >>> 0;
    if (count === damaged) throw new DamagedImage('the offsets of the index are damaged');
    this.#readRuns(this.#layout.buckets + part * 6 * n, count);
    for (const [number, one] of asked.entries()) {
      const sum = (sums >> 2) + number;
      one.isTooMuch ||= this.#numbers[sum]! > limit;
      if (one.isTooMuch) continue;
      const capacity = candidateCapacity - one.candidates.length / 2;
      const tables = [radii, masks, ends, offsets, needed, pieces, buckets, list, out, capacity] as const;
      const found = kernel.scanPart(one.query, words, part, ...tables);
      if (found >= capacity) {
        one.isTooMuch = true;
        // A sum above the limit makes the kernel read nothing more for this query.
        this.#numbers[sum] = limit + 1;
      } else for (let k = 0; k < 2 * found; k++) one.candidates.push(this.#numbers[(out >> 2) + k]!);
    }
  }

  /** Reads the runs that `plan` chose, of the buckets that begin at byte `first` of the image. */
  #readRuns(first: number, count: number): void {
    let to = this.#at.buckets;
    const runs = this.#at.runs >> 2;
    for (let run = runs; run < runs + 2 * count; run += 2) {
      const bytes = this.source.peek(first + 6 * this.#numbers[run]!, first + 6 * this.#numbers[run + 1]!);
      this.#memory.set(bytes, to);
      to += bytes.length;
    }
  }

  /** The candidates of each query that lie within the threshold. */
  #verify(asked: readonly Asked[], threshold: number): (Hit[] | undefined)[] {
    const rows = this.#rowsOf(asked);
    // The candidates of a single query always fit.
    if (rows.length > candidateCapacity) {
      const half = asked.length >> 1;
      return [
        ...this.#verify(asked.slice(0, half), threshold),
        ...this.#verify(asked.slice(half), threshold),
      ];
    }
    const places = this.#readRows(rows);
    return asked.map((one) => (one.isTooMuch ? undefined : this.#hitsOf(one, threshold, rows, places)));
  }

  /** The rows of all candidates, sorted, each once. */
  #rowsOf(asked: readonly Asked[]): Uint32Array {
    const rows = new Set<number>();
    for (const { candidates } of asked.filter(({ isTooMuch }) => !isTooMuch))
      for (let k = 0; k < candidates.length; k += 2) {
        if (candidates[k]! >= this.rows) throw new DamagedImage('the buckets of the index are damaged');
        rows.add(candidates[k]!);
      }
    return Uint32Array.from(rows).sort();
  }

  /** Reads rows, which must be sorted. Returns the position of each among them. */
  #readRows(rows: Uint32Array): ReadonlyMap<number, number> {
    const [places, width] = [new Map<number, number>(), this.#rowBytes];
    for (let place = 0; place < rows.length; ) {
      const first = rows[place]!;
      let next = place + 1;
      const isNear = (row: number | undefined) =>
        row !== undefined &&
        (row - rows[next - 1]!) * width <= nearBytes &&
        (row + 1 - first) * width <= mostBytes;
      while (isNear(rows[next])) next++;
      const bytes = this.source.peek(first * width, (rows[next - 1]! + 1) * width);
      for (; place < next; place++) {
        const from = (rows[place]! - first) * width;
        this.#memory.set(bytes.subarray(from, from + width), this.#at.rows + place * width);
        places.set(rows[place]!, place);
      }
    }
    return places;
  }

  #hitsOf(
    { query, candidates }: Asked,
    threshold: number,
    rows: Uint32Array,
    places: ReadonlyMap<number, number>,
  ): Hit[] {
    const [numbers, words, out] = [this.#numbers, this.bits / 64, at.candidates];
    for (let k = 0; k < candidates.length; k += 2) {
      numbers[(out >> 2) + k] = places.get(candidates[k]!)!;
      numbers[(out >> 2) + k + 1] = candidates[k + 1]!;
    }
    const count = candidates.length / 2;
    const { radii } = at;
    const hits = this.#kernel.verify(
      query,
      this.#at.rows,
      rows.length,
      words,
      radii,
      threshold,
      out,
      count,
      out,
    );
    return Array.from({ length: hits }, (_, hit) => ({
      row: rows[numbers[(out >> 2) + 2 * hit]!]!,
      distance: numbers[(out >> 2) + 2 * hit + 1]!,
    }));
  }
}
