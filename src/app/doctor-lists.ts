import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { reasonOf } from '../config/index.js';
import type { AssetFacts } from '../core/types.js';
import { readState } from '../exchanges/index.js';
import { knownAlgorithms } from '../fingerprints/index.js';
import { recentPictures } from '../ledger/index.js';
import { isCompiledFile, openCompiled } from '../matching/index.js';
import type { Check } from './doctor-check.js';
import { describeList } from './list-info.js';
import { type Plugins, pluginsOf } from './plugins.js';
import type { Around } from './surroundings.js';

/** Bytes of the largest list that is read for an examination; of a larger one that is not compiled nothing is told. */
const largestRead = 100_000_000;
/** How many files of the ledger are looked at. */
const sample = 2000;
/** Fewer pictures than this say nothing about how a service stores them. */
const fewestPictures = 20;

/**
 * Checks the lists of the configuration: whether there is one, whether it can be read, and whether digests alone can
 * find anything among the files that were scanned.
 * @param ledger absolute path of the ledger, if one is known.
 */
export async function examineLists(
  lists: readonly string[],
  ledger: string | undefined,
  around: Pick<Around, 'config' | 'environment'>,
): Promise<Check> {
  const name = 'lists';
  if (lists.length === 0)
    return {
      name,
      state: 'missing',
      advice:
        'no list of others is configured, only your own is looked for: hashsieve init tells how to get one',
    };
  const held = new Set<string>();
  let plugins: Plugins;
  try {
    plugins = await pluginsOf(around);
  } catch (error) {
    return { name, state: 'broken', detail: reasonOf(error), advice: 'no scan can start' };
  }
  for (const path of lists)
    try {
      for (const algorithm of await algorithmsIn(path, plugins, around)) held.add(algorithm);
    } catch (error) {
      return { name, state: 'broken', path, detail: reasonOf(error), advice: 'no scan can use it' };
    }
  const detail = `${lists.length} configured${held.size > 0 ? `: ${[...held].join(', ')}` : ''}`;
  const known = knownAlgorithms([], { plugins: plugins.algorithms });
  const isDigestsOnly = held.size > 0 && [...held].every((one) => known.all.get(one)?.kind === 'bytes');
  if (!isDigestsOnly) return { name, state: 'ok', detail };
  const altered = ledger === undefined ? undefined : await reencoded(ledger);
  return {
    name,
    state: 'ok',
    detail: `${detail}; digests only, which find exact copies only`,
    ...(altered === undefined
      ? {}
      : {
          advice:
            `the scanned files look re-encoded (${altered}): such a file has another digest than the upload, and these lists ` +
            'cannot find it. Scan the original at upload, or get a list with PDQ (docs/get-a-list.md)',
        }),
  };
}

/** The algorithms of a list; none where it is too large to be read for this. Raises UsageError. */
async function algorithmsIn(
  path: string,
  { reading }: Plugins,
  around: Pick<Around, 'config' | 'environment'>,
): Promise<readonly string[]> {
  if (await isCompiledFile(path)) {
    const compiled = openCompiled(path, reading.algorithms);
    compiled.close();
    return [...compiled.columns.keys()];
  }
  const synced = (await readState(path))?.list?.hashes;
  if (synced) return Object.keys(synced);
  if ((await stat(path)).size > largestRead) return [];
  const facts = await describeList(path, {}, around);
  return 'hashes' in facts ? Object.keys(facts.hashes) : [];
}

/** Why the scanned files look re-encoded; undefined where they do not, or where nobody can tell. */
const reencoded = async (ledger: string): Promise<string | undefined> =>
  existsSync(ledger) ? recentPictures(ledger, sample).then(looksReencoded, () => undefined) : undefined;

/** Formats in which services store pictures and people rarely upload them. */
const storedAs = ['image/webp', 'image/avif'];

/**
 * Says why pictures look as if a service had re-encoded them: nearly all are WebP or AVIF, or of one format and many of
 * the same longest side. What people upload is mixed.
 */
export function looksReencoded(pictures: readonly AssetFacts[]): string | undefined {
  if (pictures.length < fewestPictures) return undefined;
  const [type = '', ofType = 0] = commonest(pictures.map(({ mediaType }) => mediaType));
  if (ofType < 0.95 * pictures.length) return undefined;
  if (storedAs.includes(type)) return `${ofType} of ${pictures.length} pictures are ${type}`;
  const [side, ofSide = 0] = commonest(
    pictures.flatMap(({ width, height }) => (width && height ? [Math.max(width, height)] : [])),
  );
  if (ofSide < 0.5 * pictures.length) return undefined;
  return `${ofType} of ${pictures.length} pictures are ${type}, and the longest side of ${ofSide} is ${side}`;
}

/** The commonest value, and how often it is there. */
function commonest<T>(values: readonly T[]): readonly [T?, number?] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
}
