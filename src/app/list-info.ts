import { readState, type SyncState, updatedAt } from '../exchanges/index.js';
import { algorithmBits } from '../fingerprints/index.js';
import { isCompiledFile, openCompiled } from '../matching/index.js';
import { listReader } from './list-file.js';
import type { ListOptions } from './lists.js';
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
  return (await isCompiledFile(path)) ? compiledFacts(path) : readFacts(path, options, surrounded(given));
}

function compiledFacts(given: string) {
  const opened = openCompiled(given, algorithmBits);
  opened.close();
  const { path, sha256, meta } = opened;
  const { tool, created, lists, columns } = meta;
  const algorithms = columns.map(({ algorithm, hashes, rows }) => ({ algorithm, hashes, distinct: rows }));
  return { path, created, tool, sha256, lists, algorithms };
}

async function readFacts(path: string, options: ListOptions, around: Around) {
  const reader = listReader(path, options, around);
  let entries = 0;
  for await (const batch of reader.entries()) entries += batch.length;
  const { format, hashes, categories, foreign, leftOut, read, warnings } = reader.report();
  const state = path === '-' ? undefined : await readState(path);
  return {
    path,
    format,
    sha256: reader.sha256(),
    ...(path === '-' ? {} : { updatedAt: (await updatedAt(path)).toISOString() }),
    entries,
    hashes,
    categories,
    notUsable: { kinds: foreign, leftOut, badLines: read.unread },
    warnings,
    ...(state && { sync: syncOf(state) }),
  };
}

const syncOf = ({ source, syncedAt, upTo, passed = {}, pending }: SyncState) => ({
  source,
  syncedAt,
  upTo,
  notKept: passed,
  ...(pending && { underWay: { since: pending.at, pages: pending.pages, round: pending.round } }),
});
