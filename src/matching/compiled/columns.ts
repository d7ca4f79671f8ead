import { type CompiledColumn, UsageError } from '../../core/index.js';
import { DamagedImage, type ImageSource, pageSize } from '../image.js';
import { HitList } from '../multi-index.js';
import { PagedSearch } from '../paged.js';
import { unpermute } from '../permutation.js';
import { Shard } from '../shard.js';
import type { Hit } from '../types.js';
import { entryReader, numbersAt } from './entries.js';
import type { ColumnMeta, CompiledMeta } from './format.js';
import type { PagedFile } from './pages.js';

/**
 * With more queries at once than this, reading a whole image is cheaper than reading what each query needs. We measured
 * limits from 400 at ten thousand hashes to 5,000 at ten million, where memory is slow to get.
 */
const mostTogether = (bytes: number) => 400 + bytes / 1e6;

/**
 * After this many reads of runs of pages, reading everything would have taken no longer; so would as many reads again.
 */
const mostReads = (bytes: number) => 4000 + bytes / 1e4;

/** Bytes read at a time when an image is read whole. */
const stride = 1024 * pageSize;

/** Opens one algorithm's hashes. */
export function openColumn(file: PagedFile, meta: ColumnMeta, whole: CompiledMeta): CompiledColumn {
  const entries = entryReader(file, meta, whole);
  const { bits, hashes: size } = meta;
  if (meta.sorted) return { bits, size, entries, ...sortedColumn(file, meta, meta.sorted) };
  return { bits, size, entries, ...imageColumn(file, meta) };
}

type Searching = Pick<CompiledColumn, 'search' | 'screen' | 'hash' | 'all'>;

/** Hashes in order: found by halving between the two starts that the first 16 bits name. */
function sortedColumn(
  file: PagedFile,
  meta: ColumnMeta,
  sorted: NonNullable<ColumnMeta['sorted']>,
): Searching {
  const rowBytes = meta.bits / 8;
  const hash = (row: number) => file.read(sorted.rows.offset + row * rowBytes, rowBytes);
  return {
    hash: (row) => hash(row).slice(),
    ...(meta.searchedWhole && { all: () => file.readRun(sorted.rows.offset, sorted.rows.length).slice() }),
    search(query, threshold) {
      if (threshold !== 0) {
        throw new UsageError(`${meta.algorithm} hashes match when they are equal: its threshold must be 0`);
      }
      const key = query[0]! * 256 + query[1]!;
      const starts = numbersAt(file, sorted.starts, key, 2);
      let from = starts[0]!;
      let to = starts[1]!;
      if (from > to || to > meta.rows) throw file.damaged(`the index of ${meta.algorithm}`);
      while (from < to) {
        const middle = (from + to) >>> 1;
        const order = Buffer.compare(hash(middle), query);
        if (order === 0) return [{ row: middle, distance: 0 }];
        if (order < 0) from = middle + 1;
        else to = middle;
      }
      return [];
    },
  };
}

/** The images of an index. It reads them page by page as queries need them, and whole once that is cheaper. */
function imageColumn(file: PagedFile, { algorithm, bits, shards = [] }: ColumnMeta): Searching {
  const bytes = shards.reduce((sum, { image }) => sum + image.length, 0);
  let opened: { shard: PagedShard; first: number }[] | undefined;
  /** What the queries that were screened last have found, by their bytes. */
  let known = new Map<string, readonly Hit[]>();
  const open = () => {
    let first = 0;
    opened ??= shards.map(({ rows, image }) => {
      const shard = new PagedShard(file, { bits, rows, offset: image.offset });
      first += rows;
      return { shard, first: first - rows };
    });
    return opened;
  };
  const isWorthReading = (queries: number) =>
    queries > mostTogether(bytes) ||
    open().reduce((reads, { shard }) => reads + shard.reads, 0) > mostReads(bytes);
  /** Returns what each of many queries finds. */
  const find = (many: Uint8Array, threshold: number): Hit[][] => {
    const count = (many.length * 8) / bits;
    const lists = Array.from({ length: count }, () => new HitList());
    const whole = isWorthReading(count);
    try {
      for (const { shard, first } of open()) {
        if (whole) shard.readAll();
        shard.find(many, threshold, (query, row, distance) => lists[query]!.add(first + row, distance));
      }
    } catch (error) {
      throw error instanceof DamagedImage ? file.damaged(`the index of ${algorithm}`) : error;
    }
    return lists.map((list) => list.sorted());
  };
  return {
    search: (query, threshold) => known.get(keyOf(query, threshold)) ?? find(query, threshold)[0]!,
    screen(many, threshold, marks) {
      known = new Map();
      if (isWorthReading(marks.length)) {
        for (const { shard } of open()) shard.screen(many, threshold, marks);
        return;
      }
      for (const [query, hits] of find(many, threshold).entries()) {
        known.set(keyOf(many.subarray((query * bits) / 8, ((query + 1) * bits) / 8), threshold), hits);
        if (hits.length > 0) marks[query] = 1;
      }
    },
    hash(row) {
      const { shard, first } = open().findLast((one) => one.first <= row)!;
      return shard.hash(row - first);
    },
  };
}

const keyOf = (query: Uint8Array, threshold: number): string =>
  `${threshold} ${Buffer.from(query).toString('latin1')}`;

/** An image that is read only where queries need it, until enough queries have come to read all of it into memory. */
class PagedShard implements ImageSource {
  #paged: PagedSearch | undefined;
  #whole: Shard | undefined;
  /** How many bytes of the image have been read whole. */
  #read = 0;
  #isWhole = false;
  /** How many runs of pages the queries have read. */
  reads = 0;

  constructor(
    private readonly file: PagedFile,
    private readonly image: { readonly bits: number; readonly rows: number; readonly offset: number },
  ) {}

  /** Calls `found` with the number of a query and a row for every row within `threshold` of it. */
  find(
    queries: Uint8Array,
    threshold: number,
    found: (query: number, row: number, distance: number) => void,
  ): void {
    const { bits, rows } = this.image;
    const rowBytes = bits / 8;
    if (!this.#isWhole) this.#paged ??= new PagedSearch(this, bits, rows);
    const answers = this.#paged?.find(queries, threshold);
    for (let query = 0; query < queries.length / rowBytes; query++) {
      const hits = answers?.[query];
      if (hits) for (const { row, distance } of hits) found(query, row, distance);
      else {
        const bytes = queries.subarray(query * rowBytes, (query + 1) * rowBytes);
        this.readAll().search(bytes, threshold, true, (row, distance) => found(query, row, distance));
      }
    }
  }

  screen(queries: Uint8Array, threshold: number, marks: Uint8Array): void {
    this.readAll().screen(queries, threshold, marks);
  }

  hash(row: number): Uint8Array {
    const rowBytes = this.image.bits / 8;
    return unpermute(this.file.read(this.image.offset + row * rowBytes, rowBytes));
  }

  /**
   * Reads the whole image into memory. Raises at a damaged page, and does not read again what comes before it the next
   * time.
   */
  readAll(): Shard {
    this.#whole ??= new Shard(this.image.bits, this.image.rows);
    const { image } = this.#whole;
    for (; this.#read < image.length; this.#read += stride)
      this.file.readPages(
        (this.image.offset + this.#read) / pageSize,
        image.subarray(this.#read, this.#read + stride),
      );
    this.#isWhole = true;
    this.#paged = undefined;
    return this.#whole;
  }

  peek(from: number, to: number): Uint8Array {
    this.reads++;
    return this.file.readRun(this.image.offset + from, to - from);
  }
}
