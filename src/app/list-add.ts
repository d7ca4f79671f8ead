import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Answer, Voice } from '../core/index.js';
import { displayUri, printable, UsageError } from '../core/index.js';
import { algorithmBits, fingerprinters, type OwnAlgorithm } from '../fingerprints/index.js';
import { judge } from '../lists/index.js';
import { createScanner } from '../scanner/index.js';
import { requireEquipment } from './equipment.js';
import { exists } from './list-file.js';
import { changeOwnList, requireOwnList } from './own-list.js';
import { type OwnListOptions, ownListFile } from './own-list-place.js';
import { algorithmAmong, type ScanningOptions, scannerOptions } from './plan.js';
import { type Plugins, pluginsOf } from './plugins.js';
import { openSources, type SourceOptions } from './sources.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** Which hashes and pictures to add, and what the entries say. */
export interface AddOptions extends ScanningOptions, SourceOptions {
  /** Paths or URLs of pictures whose fingerprints are added. */
  readonly fromImage?: readonly string[] | undefined;
  /** Names of the algorithms for `fromImage`. Default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  /** Id of the entry. Default: a random id for each entry. */
  readonly id?: string | undefined;
  /** Category of the entry. Default: `own`. */
  readonly category?: string | undefined;
  /** Why the entry is on the list. */
  readonly note?: string | undefined;
  /** Who adds the entry. Default: the name of the system's user. */
  readonly by?: string | undefined;
  /** On an allow list, when the entry expires: an ISO 8601 time, or the last day on which it counts. */
  readonly until?: string | undefined;
}

/** Hexadecimal hashes of one picture, or of one view of it, by algorithm. */
export type Hashes = Readonly<Record<string, string>>;

/**
 * Adds hashes and pictures to a list of the operator's own, and creates the file where there is none.
 * @param path path of a list in JSON lines
 * @param hashes hexadecimal, with the algorithm in front: `pdq:f8f8…`
 * @returns the ids of the new entries
 * @throws UsageError for a hash that would match something else than it was made of, a picture that cannot be read, and
 * a file that is no such list; nothing is added then
 * @example
 * const [id] = await addToList('own.jsonl', [], { fromImage: ['removed.jpg'], note: 'ticket 4711' });
 */
export async function addToList(
  path: string,
  hashes: readonly string[],
  options: AddOptions = {},
  given: Surroundings = {},
): Promise<readonly string[]> {
  const around = surrounded(given);
  if (hashes.length === 0 && !options.fromImage)
    throw new UsageError('nothing to add: give hashes, or pictures with --from-image FILE');
  const plugins = await pluginsOf(around);
  if (await exists(path)) await requireOwnList(path, plugins.reading);
  const entries = [
    ...hashes.map((hash) => [typedHash(hash, plugins.reading)]),
    ...(await pictureHashes(options, plugins.algorithms, around)),
  ];
  if (options.id !== undefined && entries.length > 1)
    throw new UsageError('--id names one entry: add them one by one');
  const about = {
    category: options.category ?? 'own',
    added: new Date().toISOString(),
    by: options.by ?? whoAmI(),
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.until === undefined ? {} : { until: untilOf(options.until) }),
  };
  const ids = new Set<string>();
  await changeOwnList(
    path,
    async (lines, out) => {
      for await (const line of lines) await out(`${line}\n`);
      for (const entry of entries) {
        const id = options.id ?? `own-${randomBytes(6).toString('hex')}`;
        ids.add(id);
        // The views of one picture share its id, so that `list remove` takes all of them off the list.
        for (const view of entry) await out(`${JSON.stringify({ id, ...about, ...view })}\n`);
      }
    },
    plugins.reading,
  );
  return [...ids];
}

/**
 * Adds hashes and pictures to the operator's own list, which every scan compares with.
 * @returns the list's absolute path, and the ids of the new entries
 * @throws UsageError as `addToList` does, and where nothing says where the list is
 * @example
 * const { ids } = await addToOwnList([], { fromImage: ['removed.jpg'] }, { environment: process.env });
 */
export async function addToOwnList(
  hashes: readonly string[],
  options: AddOptions & OwnListOptions = {},
  given: Surroundings = {},
): Promise<{ readonly path: string; readonly ids: readonly string[] }> {
  const path = ownListFile(options, surrounded(given));
  return { path, ids: await addToList(path, hashes, options, given) };
}

const builtIn: Plugins['reading'] = { algorithms: algorithmBits };

/** Plug-ins bring no digests. */
const isDigest = (name: string): boolean =>
  Object.entries(fingerprinters).some(([known, { kind }]) => known === name && kind === 'bytes');

/** Checks a hash as the reader of lists would, and raises UsageError where the reader would leave it out. */
export function typedHash(text: string, { algorithms }: Plugins['reading'] = builtIn): Hashes {
  const parts = /^([a-z][a-z0-9-]*):([0-9a-f]+)$/i.exec(text);
  if (!parts) throw new UsageError('a hash is written with its algorithm in front: pdq:f8f8…');
  const [algorithm, hash] = [parts[1]!.toLowerCase(), parts[2]!.toLowerCase()];
  const verdict = judge({ line: 1, hashes: [] }, { algorithm, hash }, { algorithms, unnamed: [] });
  if (verdict.kind === 'usable') return { [verdict.algorithm]: hash };
  if (verdict.kind === 'problem') throw new UsageError(`${printable(algorithm)}: ${verdict.problem}`);
  throw new UsageError(
    verdict.kind === 'left-out'
      ? `${algorithm}: this hash would match what it does not mean (${verdict.reason})`
      : `${printable(algorithm)} hashes cannot be computed by this program`,
  );
}

/**
 * Fingerprints the pictures of `fromImage`, with one entry for each frame; an entry holds the frame's views, each
 * marked as such. Raises UsageError for a picture that cannot be read.
 */
async function pictureHashes(
  options: AddOptions,
  plugins: readonly OwnAlgorithm[],
  around: Around,
): Promise<Hashes[][]> {
  if (!options.fromImage) return [];
  const wanted = (options.algorithms ?? ['pdq', 'sha256']).map((name) => algorithmAmong(name, plugins));
  const { source } = await openSources(options.fromImage, options, around);
  requireEquipment(wanted, plugins);
  const looking = scannerOptions(options, around.environment, plugins);
  const scanner = createScanner({ views: 'all', ...looking, algorithms: wanted, side: 'list' });
  const found: Hashes[][] = [];
  try {
    for await (const item of scanner.fingerprint(source, around.signal))
      for (const entry of entriesOf(item, wanted, around.voice)) found.push(entry);
  } finally {
    await scanner.close();
  }
  if (found.length === 0) throw new UsageError('no picture was found with --from-image');
  return found;
}

/**
 * The entries of one picture: one for each frame, with a line for each view. Raises UsageError where only a part of the
 * picture was read.
 */
export function entriesOf(item: Answer, wanted: readonly string[], voice: Voice): Hashes[][] {
  const why = 'outcome' in item ? item : item.unread;
  const name = displayUri(item.ref.uri);
  if ('outcome' in item || why)
    throw new UsageError(
      `${name} cannot be read as a picture: ${why && 'message' in why ? printable(why.message) : ''}`,
    );
  const withheld = new Set(item.withheld.map(({ algorithm }) => algorithm));
  // A picture without any hash of its pixels is at least known by its bytes.
  const listed: readonly string[] = wanted.every((algorithm) => withheld.has(algorithm))
    ? [...wanted, 'sha256']
    : wanted;
  const digests = listed.filter((name) => isDigest(name));
  const copies =
    digests.length > 0
      ? `its ${digests.join(' and ')} ${digests.length === 1 ? 'is' : 'are'} listed, which only files of exactly the same bytes match; a copy that was saved again is not found`
      : 'its pictures of too little information are not found again; list its sha256 too (--algorithms pdq,sha256)';
  if (withheld.size > 0)
    voice.say(`warning: ${name} holds too little information for ${[...withheld].join(', ')}: ${copies}`);
  if (item.fingerprints.some(({ view, lowDetail }) => view === 'upright' && lowDetail))
    voice.say(
      `warning: ${name} holds little detail, as logos and flags do: unrelated pictures resemble it, so that a changed copy is at most a possible match`,
    );
  const frames = new Map<number, Map<string, Record<string, string>>>();
  for (const { algorithm, hex, view = 'upright', frame = 0 } of item.fingerprints) {
    if (!listed.some((name) => name === algorithm)) continue;
    const views = frames.get(frame) ?? new Map<string, Record<string, string>>();
    const marked = view === 'upright' ? {} : { view };
    frames.set(frame, views.set(view, { ...views.get(view), ...marked, [algorithm]: hex }));
  }
  return [...frames.values()].map((views) => [...views.values()]);
}

/** The last moment of a day, or a time, as ISO 8601. Raises UsageError for any other text. */
export function untilOf(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = new Date(day ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw new UsageError(`--until: "${printable(text)}" is no date; write for example 2027-12-31`);
  return time.toISOString();
}

/** Name of the system's user, for records of who did something. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
