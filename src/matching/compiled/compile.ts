import { randomBytes } from 'node:crypto';
import type { HashColumn, HashList } from '../../core/index.js';
import type { Category } from '../../core/types.js';
import { isIndexable, shardRows } from '../image.js';
import { Shard } from '../shard.js';
import { LabelTable, writeEntries } from './entries-writer.js';
import type { ColumnMeta, CompiledIdentity, CompiledMeta, Section } from './format.js';
import { sortHashes } from './sorted.js';
import { CompiledWriter } from './writer.js';

/** How to compile lists. */
export interface CompileOptions {
  /** Version of the program, for `list info`. */
  readonly tool: string;
  readonly now: Date;
  /** Algorithms whose hashes match only if they are equal: digests. */
  readonly exact: ReadonlySet<string>;
  /** Algorithms whose distance is not in bits (plug-ins): their hashes are written without an index of bits. */
  readonly unindexed?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  /** Hashes in one image. Tests set it. */
  readonly hashesPerShard?: number;
}

/** What was written. */
export interface Compiled {
  readonly bytes: number;
  /** SHA-256 of everything after the header, lower-case hex: `list verify` compares it. */
  readonly sha256: string;
  readonly meta: CompiledMeta;
}

/**
 * Writes lists to one compiled file, which appears whole or not at all. Needs memory for one image (at most 2.2 GB) and
 * for the lists. Rejects with the system's error where the file cannot be written, and when the signal aborts.
 */
export async function compileLists(
  lists: readonly HashList[],
  path: string,
  options: CompileOptions,
): Promise<Compiled> {
  const writer = await CompiledWriter.create(path, options.signal);
  try {
    const labels = new LabelTable();
    const columns: ColumnMeta[] = [];
    for (const algorithm of new Set(lists.flatMap((list) => [...list.columns.keys()]))) {
      columns.push(await writeColumn(writer, algorithm, lists, labels, options));
    }
    const meta: CompiledMeta = {
      tool: options.tool,
      created: options.now.toISOString(),
      lists: lists.map(describe),
      columns,
      labels: await labels.write(writer),
    };
    return { ...(await writer.finish(meta)), meta };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function describe({ identity, columns, read, updatedAt }: HashList): CompiledIdentity {
  const categories: Partial<Record<Category, number>> = {};
  for (const column of columns.values()) {
    for (let row = 0; row < column.size; row++) {
      const { category } = column.labels(row);
      categories[category] = (categories[category] ?? 0) + 1;
    }
  }
  const hashes = Object.fromEntries([...columns].map(([algorithm, { size }]) => [algorithm, size]));
  return {
    ...identity,
    hashes,
    categories,
    ...(read && { read }),
    ...(updatedAt && { updatedAt: updatedAt.toISOString() }),
  };
}

/** Writes one algorithm's hashes of all lists, one list after the other. */
async function writeColumn(
  writer: CompiledWriter,
  algorithm: string,
  lists: readonly HashList[],
  labels: LabelTable,
  options: CompileOptions,
): Promise<ColumnMeta> {
  const parts = lists.flatMap((list, order) => {
    const column = list.columns.get(algorithm);
    return column ? [{ list: order, column }] : [];
  });
  const { bits } = parts[0]!.column;
  const hashes = join(parts.map(({ column }) => column));
  const isExact = options.exact.has(algorithm);
  const isSearchedWhole = !isExact && (options.unindexed?.has(algorithm) || !isIndexable(bits));
  const { rows, rowOf, ...where } =
    isExact || isSearchedWhole
      ? await writeSorted(writer, hashes, bits)
      : await writeShards(writer, hashes, bits, options.hashesPerShard ?? shardRows);
  const entries = await writeEntries(writer, parts, rowOf, rows, labels);
  const searched = isSearchedWhole ? { searchedWhole: true as const } : {};
  return { algorithm, bits, rows, hashes: rowOf.length, ...where, ...searched, ...entries };
}

function join(columns: readonly HashColumn[]): Uint8Array {
  if (columns.length === 1) return columns[0]!.hashes;
  const joined = new Uint8Array(columns.reduce((sum, { hashes }) => sum + hashes.length, 0));
  let at = 0;
  for (const { hashes } of columns) {
    joined.set(hashes, at);
    at += hashes.length;
  }
  return joined;
}

async function writeSorted(writer: CompiledWriter, hashes: Uint8Array, bits: number) {
  const { rows, starts, rowOf } = sortHashes(hashes, bits / 8);
  const sorted = {
    starts: await writer.section([new Uint8Array(starts.buffer)]),
    rows: await writer.section([rows]),
  };
  return { rows: (rows.length * 8) / bits, rowOf, sorted };
}

async function writeShards(writer: CompiledWriter, hashes: Uint8Array, bits: number, perShard: number) {
  const rowBytes = bits / 8;
  const rowOf = new Uint32Array(hashes.length / rowBytes);
  const shards: { rows: number; image: Section }[] = [];
  const seed = randomBytes(8).readBigUInt64LE();
  let rows = 0;
  for (let first = 0; first < rowOf.length; first += perShard) {
    const shard = new Shard(bits, Math.min(perShard, rowOf.length - first));
    shard.fill(hashes.subarray(first * rowBytes, (first + shard.size) * rowBytes));
    const merged = shard.merge(seed);
    for (let hash = 0; hash < merged.length; hash++) rowOf[first + hash] = rows + merged[hash]!;
    shard.build();
    shards.push({ rows: shard.size, image: await writer.section([shard.image]) });
    rows += shard.size;
  }
  return { rows, rowOf, shards };
}
