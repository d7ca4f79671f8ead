import { readState, type SyncState, updatedAt } from '../exchanges/index.js';
import { knownAlgorithms, type OwnAlgorithm } from '../fingerprints/index.js';
import { isCompiledFile, openCompiled } from '../matching/index.js';
import { listReader } from './list-file.js';
import type { ListOptions } from './lists.js';
import { type Plugins, pluginsOf } from './plugins.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** Facts of a compiled list. */
export type CompiledFacts = ReturnType<typeof compiledFacts>;
/** Facts of a list that was read whole, what of it could not be used, and when it was synced. */
export type ListFileFacts = Awaited<ReturnType<typeof readFacts>>;

/**
 * Describes a list: counts by algorithm and category, what could not be used, digests, dates, syncs.
 * @param path path of a list; `-` is standard input. For a compiled list the answer has `lists`.
 * @throws UsageError where the list cannot be read
 * @example
 * const facts = await describeList('known.csv');
 * console.log(facts.sha256);
 */
export async function describeList(
  path: string,
  options: ListOptions = {},
  given: Surroundings = {},
): Promise<CompiledFacts | ListFileFacts> {
  const around = surrounded(given);
  const plugins = await pluginsOf(around);
  return (await isCompiledFile(path))
    ? compiledFacts(path, plugins)
    : readFacts(path, options, plugins, around);
}

/** What a list can find. */
export interface Findable {
  /** Share of the listed hashes by algorithm, 0…1, of those that cannot be computed too. */
  readonly shares: Readonly<Record<string, number>>;
  /** `altered`: altered copies too, by hashes of pixels; `exact`: only files of the same bytes. */
  readonly finds: 'altered' | 'exact' | 'nothing';
}

/** @param hashes number of hashes by algorithm that can be computed. @param foreign that of the others. */
function findable(
  hashes: Readonly<Record<string, number>>,
  foreign: Readonly<Record<string, number>> = {},
  plugins: readonly OwnAlgorithm[] = [],
): Findable {
  const all = Object.entries({ ...hashes, ...foreign });
  const sum = all.reduce((total, [, count]) => total + count, 0);
  const known = knownAlgorithms([], { plugins });
  const isOfPixels = (name: string) => known.get(name).kind === 'pixels';
  const names = Object.keys(hashes);
  return {
    shares: Object.fromEntries(all.map(([name, count]) => [name, Math.round((count / sum) * 1e4) / 1e4])),
    finds: names.some(isOfPixels) ? 'altered' : names.length > 0 ? 'exact' : 'nothing',
  };
}

const dayMs = 86_400_000;

function compiledFacts(given: string, plugins: Plugins) {
  const opened = openCompiled(given, plugins.reading.algorithms);
  opened.close();
  const { path, sha256, meta } = opened;
  const { tool, created, lists, columns } = meta;
  const algorithms = columns.map(({ algorithm, hashes, rows }) => ({ algorithm, hashes, distinct: rows }));
  const counts = Object.fromEntries(algorithms.map(({ algorithm, hashes }) => [algorithm, hashes]));
  return { path, created, tool, sha256, lists, algorithms, ...findable(counts, {}, plugins.algorithms) };
}

async function readFacts(path: string, options: ListOptions, plugins: Plugins, around: Around) {
  const reader = await listReader(path, options, around);
  let entries = 0;
  for await (const batch of reader.entries()) entries += batch.length;
  const { format, hashes, videos, categories, foreign, onlyForeign, leftOut, read, warnings } =
    reader.report();
  const state = path === '-' ? undefined : await readState(path);
  return {
    path,
    format,
    sha256: reader.sha256(),
    ...(path === '-' ? {} : ageOf(await updatedAt(path))),
    entries,
    hashes,
    videos,
    categories,
    ...findable(hashes, foreign, plugins.algorithms),
    notUsable: { kinds: foreign, entriesOfOnlyThese: onlyForeign, leftOut, badLines: read.unread },
    warnings,
    ...(state && { sync: syncOf(state) }),
  };
}

const ageOf = (updated: Date) => ({
  updatedAt: updated.toISOString(),
  ageDays: Math.max(0, Math.floor((Date.now() - updated.getTime()) / dayMs)),
});

const syncOf = ({ source, syncedAt, upTo, passed = {}, pending }: SyncState) => ({
  source,
  syncedAt,
  upTo,
  notKept: passed,
  ...(pending && { underWay: { since: pending.at, pages: pending.pages, round: pending.round } }),
});
