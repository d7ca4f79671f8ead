import { UsageError } from '../../core/errors.js';
import type { CompiledColumn } from '../../core/hash-list.js';
import { DamagedImage, type ImageSource, imageLayout, pageSize } from '../image.js';
import { HitList } from '../multi-index.js';
import { unpermute } from '../permutation.js';
import { Shard } from '../shard.js';
import { entryReader, numbersAt } from './entries.js';
import type { ColumnMeta, CompiledMeta } from './format.js';
import type { PagedFile } from './pages.js';

/** From this many queries on it is cheaper to read an image whole than the pages that each query needs. */
const queriesWorthReading = 500;

/** Images of up to this many bytes are read whole at once: as fast as finding out which pages are needed. */
const smallImage = 8 << 20;

/** Bytes read at a time when an image is read whole. */
const stride = 1024 * pageSize;

/** Opens one algorithm's hashes. */
export function openColumn(file: PagedFile, meta: ColumnMeta, whole: CompiledMeta): CompiledColumn {
  const entries = entryReader(file, meta, whole);
  const { bits, hashes: size } = meta;
  if (meta.sorted) return { bits, size, entries, ...sortedColumn(file, meta, meta.sorted) };
  return { bits, size, entries, ...imageColumn(file, meta) };
}

type Searching = Pick<CompiledColumn, 'search' | 'screen' | 'hash'>;

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

/** Images of an index, read page by page as queries need them, and whole when that gets cheaper. */
function imageColumn(file: PagedFile, { algorithm, bits, shards = [] }: ColumnMeta): Searching {
  let queries = 0;
  let opened: { shard: PagedShard; first: number }[] | undefined;
  const open = () => {
    let first = 0;
    return shards.map(({ rows, image }) => {
      const shard = new PagedShard(file, { bits, rows, offset: image.offset });
      first += rows;
      return { shard, first: first - rows };
    });
  };
  return {
    search(query, threshold) {
      opened ??= open();
      queries++;
      const hits = new HitList();
      try {
        for (const { shard, first } of opened) {
          if (queries > queriesWorthReading) shard.readAll();
          shard.search(query, threshold, hits.from(first));
        }
      } catch (error) {
        throw error instanceof DamagedImage ? file.damaged(`the index of ${algorithm}`) : error;
      }
      return hits.sorted();
    },
    screen(many, threshold, marks) {
      if (queries + marks.length <= queriesWorthReading) {
        marks.fill(1); // Each is searched for, and counted, by itself.
        return;
      }
      queries += marks.length;
      opened ??= open();
      for (const { shard } of opened) shard.screen(many, threshold, marks);
    },
    hash(row) {
      opened ??= open();
      const { shard, first } = opened.findLast((one) => one.first <= row)!;
      return shard.hash(row - first);
    },
  };
}

/** An image of which only what was needed is in memory, until all of it is. */
class PagedShard implements ImageSource {
  /** Holds what queries gather. */
  #part: Shard | undefined;
  #whole: Shard | undefined;
  /** Bytes of the whole that have been read. */
  #read = 0;
  #isWhole = false;

  constructor(
    private readonly file: PagedFile,
    private readonly image: { readonly bits: number; readonly rows: number; readonly offset: number },
  ) {
    if (imageLayout(image.bits, image.rows).length <= smallImage) this.readAll();
  }

  search(query: Uint8Array, threshold: number, found: (row: number, distance: number) => void): void {
    const { bits, rows } = this.image;
    if (!this.#isWhole) {
      this.#part ??= new Shard(bits, rows, { source: this });
      if (this.#part.search(query, threshold, true, found)) return;
    }
    this.readAll().search(query, threshold, true, found);
  }

  screen(queries: Uint8Array, threshold: number, marks: Uint8Array): void {
    this.readAll().screen(queries, threshold, marks);
  }

  hash(row: number): Uint8Array {
    const rowBytes = this.image.bits / 8;
    return unpermute(this.peek(row * rowBytes, (row + 1) * rowBytes));
  }

  /** All of it, in memory. A damaged page stays in the way: what was read before it is not read again. */
  readAll(): Shard {
    this.#whole ??= new Shard(this.image.bits, this.image.rows);
    const { image } = this.#whole;
    for (; this.#read < image.length; this.#read += stride)
      this.read(this.#read, image.subarray(this.#read, this.#read + stride));
    this.#isWhole = true;
    this.#part = undefined;
    return this.#whole;
  }

  read(from: number, target: Uint8Array): void {
    this.file.readPages((this.image.offset + from) / pageSize, target);
  }

  peek(from: number, to: number): Uint8Array {
    return this.file.read(this.image.offset + from, to - from);
  }
}
