import { printable, UsageError } from '../core/index.js';
import { inShard, readShard, Scope, sources, tellTarget } from '../sources/index.js';
import type { Source, Sourced } from '../sources/types.js';
import { type WebOptions, webOptions } from './plan.js';
import type { Around } from './surroundings.js';
import { openBuckets, openWeb } from './web.js';
import type { Read } from './written-files.js';

/** What is scanned besides the targets, and which files are left out. */
export interface SourceOptions extends WebOptions {
  /** Paths of files that hold one path a line. */
  readonly filesFrom?: readonly string[] | undefined;
  /** Paths in `filesFrom` end with NUL instead. */
  readonly null?: boolean | undefined;
  /** Paths of files that hold one URL a line. */
  readonly urls?: readonly string[] | undefined;
  /** Name for the asset on standard input, where a target is `-`. */
  readonly stdinName?: string | undefined;
  /** Patterns of names; only files that match one are scanned. */
  readonly include?: readonly string[] | undefined;
  /** Patterns of names; files that match one are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** `2/8`: only that part of what is found, by the address of the file. */
  readonly shard?: string | undefined;
  readonly followSymlinks?: boolean | undefined;
  readonly ignoreSymlinks?: boolean | undefined;
  readonly ignoreRobots?: boolean | undefined;
  /** Most pages that are read, counted over all pages and sitemaps. */
  readonly maxPages?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Largest size in bytes of one page or picture. */
  readonly maxBytes?: number | undefined;
  /** Seconds for one page or picture. */
  readonly timeout?: number | undefined;
}

/** The opened sources as one source, with what the scan must know of them. */
export interface Opened {
  readonly source: AsyncIterable<Sourced>;
  /** Paths of the directories among the targets, and of the directories in which patterns search. */
  readonly directories: readonly string[];
  /** Files that the user named, as targets or as lists of targets. */
  readonly named: readonly Read[];
  /** True where symbolic links may lead to files: because a path was named, or because links are followed. */
  readonly hasLinks: boolean;
  /** True where a source finds assets by itself or reads them from a list; then the ledger is used by default. */
  readonly isMany: boolean;
}

/** The files that the options name, as targets or as lists of targets. */
export const namedBy = (
  targets: readonly string[],
  { filesFrom = [], urls = [], pages = [], sitemap = [] }: SourceOptions,
): Read[] => [
  ...targets.map((path) => ({ what: 'what is to be scanned', path })),
  ...Object.entries({
    '--files-from': filesFrom,
    '--urls': urls,
    '--pages': pages,
    '--sitemap': sitemap,
  }).flatMap(([option, paths]) => paths.map((path) => ({ what: `the file of ${option}`, path }))),
];

/** What has been opened so far. */
interface Opening {
  readonly opened: Source[];
  readonly directories: string[];
  readonly named: Read[];
  /** The scanned places, by which a link is judged as leading inside or outside. */
  readonly scope: Scope;
  /** Standard input, which only one reader may have. */
  readonly input: ReturnType<typeof inputOnce>;
  buckets?: Awaited<ReturnType<typeof openBuckets>>;
  web?: ReturnType<typeof openWeb>;
}

/** The directory from which sources start, the input for `-`, and the signal that ends them. */
export type SourceSurroundings = Pick<Around, 'directory' | 'openInput' | 'signal'>;

/**
 * Opens the sources that are named and joins them, one after the other. Raises UsageError for one that does not exist,
 * so that nothing is scanned in part.
 */
export async function openSources(
  targets: readonly string[],
  values: SourceOptions,
  around: SourceSurroundings,
): Promise<Opened> {
  checkTogether(targets, values);
  const shard = values.shard === undefined ? undefined : readShard(values.shard);
  const input = inputOnce(around.openInput);
  const opening: Opening = { opened: [], directories: [], named: [], scope: new Scope(), input };
  for (const target of targets) await openTarget(target, values, around, opening);
  await openPathLists(values, around, opening);
  await openPages(values, around, opening);
  const { opened, directories, named, buckets, web } = opening;
  if (opened.length === 0)
    throw new UsageError(
      'nothing to read: name a file or directory, or give --urls, --files-from, --pages or --sitemap',
    );
  const isMany = directories.length > 0 || Boolean(values.filesFrom ?? values.urls ?? web ?? buckets);
  named.push(...namedBy([], values));
  const hasLinks = values.followSymlinks === true || named.length > 0;
  const all = inTurn(opened, around.signal, [web, buckets]);
  const source = shard === undefined ? all : inShard(all, shard);
  return { source, directories, named, hasLinks, isMany };
}

/** Opens one target: a file, a directory, a pattern, a URL or a bucket. Raises UsageError. */
async function openTarget(
  target: string,
  values: SourceOptions,
  { directory, signal }: SourceSurroundings,
  opening: Opening,
): Promise<void> {
  const { opened, directories, named } = opening;
  const parsed = await tellTarget(target, directory);
  if (parsed.kind === 'stdin') {
    const { stdinName: name, maxBytes = 100_000_000 } = values;
    opened.push(
      sources.stdin({
        stream: opening.input('a target'),
        ...(name === undefined ? {} : { name }),
        maxBytes,
      }),
    );
  } else if (parsed.kind === 'url') opened.push(sources.url({ url: parsed.url }));
  else if (parsed.kind === 'bucket') {
    opening.buckets ??= await openBuckets(values);
    opened.push(sources.bucket({ place: parsed.place, list: opening.buckets.list }));
  } else if (parsed.kind === 'pattern') {
    const options = { pattern: parsed.pattern, cwd: directory, ...chosen(values, opening) };
    const source = await sources.pattern(options);
    if (await findsAny(source, signal))
      directories.push(...source.folders.map((path) => Buffer.from(path).toString()));
    else if (!values.allowEmpty)
      throw new UsageError(
        `${printable(target)}: no such file or directory, and nothing matches it as a pattern`,
      );
    opened.push(source);
  } else if (parsed.kind === 'file') {
    named.push({ what: 'what is to be scanned', path: target });
    opening.scope.addFile(parsed.path);
    opened.push(sources.file({ path: parsed.path }));
  } else {
    directories.push(target);
    opened.push(sources.directory({ path: parsed.path, ...chosen(values, opening) }));
  }
}

/** Which files of a directory are scanned. */
const chosen = (
  { include, exclude, followSymlinks = false, ignoreSymlinks = false }: SourceOptions,
  { scope }: Opening,
) => ({
  ...(include ? { include } : {}),
  ...(exclude ? { exclude } : {}),
  followSymlinks,
  ignoreSymlinks,
  scope,
});

/** Raises UsageError for options that contradict each other. */
function checkTogether(
  targets: readonly string[],
  { followSymlinks, ignoreSymlinks, stdinName }: SourceOptions,
): void {
  if (followSymlinks && ignoreSymlinks)
    throw new UsageError('--follow-symlinks and --ignore-symlinks contradict each other; give one of them');
  if (stdinName !== undefined && !targets.includes('-'))
    throw new UsageError('--stdin-name names what standard input holds: give - as a target, too');
}

/** Gives standard input to the first reader. Raises UsageError for any further reader. */
function inputOnce(open: SourceSurroundings['openInput']) {
  let isTaken = false;
  return (asker: string) => {
    if (isTaken) throw new UsageError(`${asker} -: standard input is read already`);
    isTaken = true;
    return open();
  };
}

/** Opens files of paths and files of URLs. Raises UsageError. */
async function openPathLists(
  values: SourceOptions,
  { directory: cwd }: SourceSurroundings,
  { opened, input: standard }: Opening,
): Promise<void> {
  const input = (path: string, flag: string) => (path === '-' ? { stream: standard(flag) } : { path });
  for (const path of values.filesFrom ?? []) {
    const nullSeparated = values.null === true;
    const { ignoreSymlinks = false } = values;
    opened.push(
      await sources['path-list']({ input: input(path, '--files-from'), nullSeparated, cwd, ignoreSymlinks }),
    );
  }
  for (const path of values.urls ?? [])
    opened.push(await sources['url-list']({ input: input(path, '--urls'), cwd }));
}

/** Opens pages and sitemaps, which share what was learned of their sites. Raises UsageError. */
async function openPages(
  values: SourceOptions,
  { directory: cwd }: SourceSurroundings,
  opening: Opening,
): Promise<void> {
  const { pages = [], sitemap: sitemaps = [], ignoreRobots, maxPages } = values;
  if (pages.length + sitemaps.length === 0) return;
  const web = openWeb(values);
  opening.web = web;
  const { hosts = [] } = webOptions(values);
  const { Crawl } = await import('../sources/index.js');
  const crawl = new Crawl({
    ...{ web, hosts, robots: ignoreRobots !== true },
    ...(maxPages === undefined ? {} : { maxPages }),
  });
  for (const page of pages) opening.opened.push(await sources.pages({ page, cwd, crawl }));
  for (const sitemap of sitemaps) opening.opened.push(await sources.sitemap({ sitemap, cwd, crawl }));
}

async function findsAny(source: Source, signal: AbortSignal): Promise<boolean> {
  for await (const _ of source.list(signal)) return true;
  return signal.aborted;
}

async function* inTurn(
  opened: readonly Source[],
  signal: AbortSignal,
  toClose: readonly ({ close(): unknown } | undefined)[],
): AsyncGenerator<Sourced> {
  try {
    for (const source of opened) yield* source.list(signal);
  } finally {
    for (const one of toClose) await one?.close();
  }
}
