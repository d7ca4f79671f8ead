import { type Found, isIndexable, shardRows } from './image.js';
import { linearIndex } from './linear.js';
import { Shard } from './shard.js';
import type { HashIndex, Hit } from './types.js';

/**
 * With fewer rows than this, comparing everything takes microseconds, and the tables' fixed part would need most of the
 * memory.
 */
const smallest = 2000;

/** Comparing this few rows is as fast as a look-up. */
const fewest = 50;

/**
 * A small index still gets tables for screening many queries at once, after this many comparisons, which cost as much
 * as the tables.
 */
const comparisonsWorthBuilding = 500_000;

/** Building the tables costs as much as some 150–350 queries that compare everything, whatever the number of rows. */
const queriesWorthBuilding = 200;

/** Collects hits of several shards and sorts them. */
export class HitList {
  // Distance and row in one number, which the engine sorts without a callback.
  readonly #keys: number[] = [];

  /** Returns a function that collects hits of the shard whose first row is `firstRow`. */
  from(firstRow: number): Found {
    return (row, distance) => this.add(firstRow + row, distance);
  }

  add(row: number, distance: number): void {
    this.#keys.push(distance * 2 ** 40 + row);
  }

  /** Nearest first, ties by row. */
  sorted(): Hit[] {
    const keys = Float64Array.from(this.#keys).sort();
    return Array.from(keys, (key) => ({ row: key % 2 ** 40, distance: Math.floor(key / 2 ** 40) }));
  }
}

/** Sizes at which the index changes its method. Tests set them. */
export interface MultiIndexOptions {
  readonly buildAfter?: number;
  readonly rowsPerShard?: number;
  readonly smallest?: number;
  readonly neighboursAfter?: number;
}

/**
 * An exact index in memory. At first it compares everything, and it builds its tables once so many queries have come
 * that the tables are worth their cost. It needs about 160 bytes a row of 256 bits, hashes included.
 * @param hashes `rows * bits / 8` bytes, bytes in the order of the hex text; copied.
 * @param options for tests: `buildAfter` queries without tables, `rowsPerShard`, `smallest` number of rows, `neighboursAfter`
 * queries that are screened without tables of their own.
 */
export function multiIndex(hashes: Uint8Array, bits: number, options: MultiIndexOptions = {}): HashIndex {
  const rowBytes = bits / 8;
  const size = hashes.length / rowBytes;
  if (!isIndexable(bits)) return linearIndex(hashes, bits);
  if (size < (options.smallest ?? smallest)) return smallIndex(hashes, bits);
  const perShard = options.rowsPerShard ?? shardRows;
  const shards: Shard[] = [];
  for (let row = 0; row < size; row += perShard) {
    const shard = new Shard(bits, Math.min(perShard, size - row), {
      neighboursAfter: options.neighboursAfter,
    });
    shard.fill(hashes.subarray(row * rowBytes, (row + shard.size) * rowBytes));
    shards.push(shard);
  }
  let waiting = options.buildAfter ?? queriesWorthBuilding;
  /** Returns true once there are tables. */
  const prepare = (queries: number): boolean => {
    if (waiting < 0) return true;
    if (waiting < queries) for (const shard of shards) shard.build();
    waiting -= queries;
    return waiting < 0;
  };
  return {
    bits,
    size,
    search(query, threshold) {
      const tables = prepare(1);
      const hits = new HitList();
      for (const [order, shard] of shards.entries()) {
        shard.search(query, threshold, tables, hits.from(order * perShard));
      }
      return hits.sorted();
    },
    screen(queries, threshold, marks) {
      if (prepare(marks.length)) for (const shard of shards) shard.screen(queries, threshold, marks);
      else marks.fill(1);
    },
  };
}

/** An index that compares one query with everything, and uses tables only to screen many at once. */
function smallIndex(hashes: Uint8Array, bits: number): HashIndex {
  const plain = linearIndex(hashes, bits);
  if (plain.size < fewest) return plain;
  let tables: HashIndex | undefined;
  let comparisons = 0;
  return {
    ...plain,
    screen(queries, threshold, marks) {
      comparisons += marks.length * plain.size;
      if (comparisons >= comparisonsWorthBuilding)
        tables ??= multiIndex(hashes, bits, { smallest: 0, buildAfter: 0 });
      (tables ?? plain).screen!(queries, threshold, marks);
    },
  };
}
