import { DamagedImage, type ImageLayout, type ImageSource, pageSize, wholePages } from './image.js';
import { at, candidateCapacity } from './workspace.js';

/** Bytes of gathered buckets that are kept beside those of one query: a quarter of all, and not more than 32 MB. */
const keptBuckets = (rows: number) => Math.min(2 ** 25, 24 * rows);

/** Rows that are kept: as many as one query may need. */
const keptRows = candidateCapacity;

/**
 * What of an image that is not in memory its queries needed. A query needs some hundred buckets and rows, each on a page of
 * its own: in their places they would touch that much fresh memory, which costs more than reading them. So they are
 * gathered, one behind the other, and stay there, as the looks at one picture need many of them again. In the kernel's memory
 * come the offsets, in whole pages as they are read, then the buckets, then the rows.
 */
export class Gathered {
  readonly bucketsAt: number;
  readonly rowsAt: number;
  /** Where the memory ends. */
  readonly end: number;
  /**
   * Of the buckets, by where each lies in the image and by its length: its place among the gathered, in rows. The length, too,
   * because the offsets of a forged list may give two of them one start.
   */
  readonly #starts = new Map<number, number>();
  readonly #places = new Map<number, number>();
  readonly #rowBytes: number;
  #length = 0;
  #rows: number[] = [];
  #hasOffsets = false;

  constructor(
    readonly source: ImageSource,
    bits: number,
    readonly layout: ImageLayout,
  ) {
    this.#rowBytes = bits / 8;
    this.bucketsAt = at.image + wholePages(layout.buckets) - this.#firstPage;
    this.rowsAt =
      this.bucketsAt + Math.ceil((this.#mostOfQuery * 6 + 16 + keptBuckets(this.#size)) / 16) * 16;
    this.end = this.rowsAt + keptRows * this.#rowBytes;
  }

  /** Rows of the image. */
  get #size(): number {
    return this.layout.offsets / this.#rowBytes;
  }

  /** Rows that the buckets of one query have at most: beyond that, everything is compared. */
  get #mostOfQuery(): number {
    return Math.ceil(this.#size / 2);
  }

  /** Where in the image the page of the first offset begins. */
  get #firstPage(): number {
    return this.layout.offsets - (this.layout.offsets % pageSize);
  }

  /** Reads the offsets, if they are not there yet; returns their address. */
  loadOffsets(memory: Uint8Array): number {
    if (!this.#hasOffsets) this.source.read(this.#firstPage, memory.subarray(at.image, this.bucketsAt));
    this.#hasOffsets = true;
    return at.image + this.layout.offsets - this.#firstPage;
  }

  /** Gathers the buckets that `probe` listed; their starts in the list become those among the gathered. */
  gatherBuckets(memory: Uint8Array, numbers: Uint32Array): void {
    const sum = numbers[(at.list >> 2) + 1]!;
    if (this.bucketsAt + (this.#length + sum) * 6 > this.rowsAt - 16) {
      this.#starts.clear();
      this.#length = 0;
    }
    const entries = (at.list >> 2) + 2;
    const count = numbers[at.list >> 2]!;
    for (let entry = entries; entry < entries + 3 * count; entry += 3) {
      const place = (numbers[entry]! & 0xff) * this.#size + numbers[entry + 1]!;
      const size = numbers[entry + 2]!;
      const bucket = place * 2 ** 25 + size;
      let start = this.#starts.get(bucket);
      if (start === undefined) {
        const from = this.layout.buckets + place * 6;
        start = this.#length;
        memory.set(this.source.peek(from, from + size * 6), this.bucketsAt + start * 6);
        this.#starts.set(bucket, start);
        this.#length += size;
      }
      numbers[entry + 1] = start;
    }
  }

  /**
   * Gathers the `count` rows that are candidates; in the list of candidates they become their places among the gathered, whose
   * row numbers are returned.
   */
  gatherRows(memory: Uint8Array, numbers: Uint32Array, count: number): readonly number[] {
    if (this.#rows.length + count > keptRows) {
      this.#places.clear();
      this.#rows = [];
    }
    for (let candidate = 0; candidate < count; candidate++) {
      const entry = (at.candidates >> 2) + 2 * candidate;
      const row = numbers[entry]!;
      let place = this.#places.get(row);
      if (place === undefined) {
        if (row >= this.#size) throw new DamagedImage('the buckets of the index are damaged');
        const from = row * this.#rowBytes;
        place = this.#rows.length;
        memory.set(this.source.peek(from, from + this.#rowBytes), this.rowsAt + place * this.#rowBytes);
        this.#places.set(row, place);
        this.#rows.push(row);
      }
      numbers[entry] = place;
    }
    return this.#rows;
  }
}
