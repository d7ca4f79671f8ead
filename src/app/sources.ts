import { printable, UsageError } from '../core/index.js';
import { Scope, sources, tellTarget } from '../sources/index.js';
import type { Source, Sourced } from '../sources/types.js';
import { type WebOptions, webOptions } from './plan.js';
import { openBuckets, openWeb } from './web.js';
import type { Read } from './written-files.js';

/** What is scanned besides the targets, and what of it is left out. */
export interface SourceOptions extends WebOptions {
  readonly filesFrom?: readonly string[] | undefined;
  /** Paths in `filesFrom` end with NUL. */
  readonly null?: boolean | undefined;
  readonly urls?: readonly string[] | undefined;
  /** Name of what standard input holds, where a target is `-`. */
  readonly stdinName?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly followSymlinks?: boolean | undefined;
  readonly ignoreSymlinks?: boolean | undefined;
  readonly ignoreRobots?: boolean | undefined;
  readonly maxPages: number;
  readonly allowEmpty?: boolean | undefined;
  /** Bytes of one page or picture. */
  readonly maxBytes: number;
  /** Seconds for one page or picture. */
  readonly timeout: number;
}

export interface Opened {
  readonly source: AsyncIterable<Sourced>;
  /** Paths of the directories among the targets, and of those in which patterns look. */
  readonly directories: readonly string[];
  /** Files that are read because somebody named them: to be scanned, or for what they list. */
  readonly named: readonly Read[];
  /** True where links may lead to files: from paths that are named, or because links are followed. */
  readonly hasLinks: boolean;
  /** True where a source yields what nobody named one by one, or a list of it: worth remembering. */
  readonly isMany: boolean;
}

/** Files that may be read because somebody named them: to be scanned, or for what they list. */
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

/**
 * The sources that the command line names, one after the other. Raises UsageError for one that does not exist, so
 * that nothing is scanned by halves.
 */
export async function openSources(
  targets: readonly string[],
  values: SourceOptions,
  directory: string,
  signal: AbortSignal,
): Promise<Opened> {
  const { include, exclude, followSymlinks = false, ignoreSymlinks = false } = values;
  if (followSymlinks && ignoreSymlinks)
    throw new UsageError('--follow-symlinks and --ignore-symlinks contradict each other; give one of them');
  if (values.stdinName !== undefined && !targets.includes('-'))
    throw new UsageError('--stdin-name names what standard input holds: give - as a target, too');
  const scope = new Scope();
  const chosen = {
    ...(include ? { include } : {}),
    ...(exclude ? { exclude } : {}),
    followSymlinks,
    ignoreSymlinks,
    scope,
  };
  const opened: Source[] = [];
  const directories: string[] = [];
  const named: Read[] = [];
  let stdinTaken = false;
  let buckets: Awaited<ReturnType<typeof openBuckets>> | undefined;
  const input = (path: string, flag: string) => {
    if (path !== '-') return { path };
    if (stdinTaken) throw new UsageError(`${flag} -: standard input is read already`);
    stdinTaken = true;
    return { stream: process.stdin };
  };
  for (const target of targets) {
    const told = await tellTarget(target, directory);
    if (told.kind === 'stdin')
      opened.push(
        sources.stdin({
          ...(input('-', 'a target') as { readonly stream: NodeJS.ReadStream }),
          ...(values.stdinName === undefined ? {} : { name: values.stdinName }),
          maxBytes: values.maxBytes,
        }),
      );
    else if (told.kind === 'url') opened.push(sources.url({ url: told.url }));
    else if (told.kind === 'bucket') {
      buckets ??= await openBuckets(values);
      opened.push(sources.bucket({ place: told.place, list: buckets.list }));
    } else if (told.kind === 'pattern') {
      const options = { pattern: told.pattern, cwd: directory, ...chosen };
      const source = await sources.pattern(options);
      if (await findsAny(source, signal))
        directories.push(...source.folders.map((path) => Buffer.from(path).toString()));
      else if (!values.allowEmpty)
        throw new UsageError(
          `${printable(target)}: no such file or directory, and nothing matches it as a pattern`,
        );
      opened.push(source);
    } else if (told.kind === 'file') {
      named.push({ what: 'what is to be scanned', path: target });
      scope.addFile(told.path);
      opened.push(sources.file({ path: told.path }));
    } else {
      directories.push(target);
      opened.push(sources.directory({ path: told.path, ...chosen }));
    }
  }
  for (const path of values.filesFrom ?? [])
    opened.push(
      await sources['path-list']({
        input: input(path, '--files-from'),
        nullSeparated: values.null === true,
        cwd: directory,
        ignoreSymlinks,
      }),
    );
  for (const path of values.urls ?? [])
    opened.push(await sources['url-list']({ input: input(path, '--urls'), cwd: directory }));
  const { pages = [], sitemap: sitemaps = [] } = values;
  const web = pages.length + sitemaps.length > 0 ? openWeb(values) : undefined;
  if (web) {
    const { ignoreRobots, maxPages } = values;
    const { hosts = [] } = webOptions(values);
    const { Crawl } = await import('../sources/index.js');
    const crawl = new Crawl({
      web,
      hosts,
      robots: ignoreRobots !== true,
      maxPages,
    });
    for (const page of pages) opened.push(await sources.pages({ page, cwd: directory, crawl }));
    for (const sitemap of sitemaps) opened.push(await sources.sitemap({ sitemap, cwd: directory, crawl }));
  }
  if (opened.length === 0)
    throw new UsageError(
      'nothing to read: name a file or directory, or give --urls, --files-from, --pages or --sitemap',
    );
  const isMany = directories.length > 0 || Boolean(values.filesFrom ?? values.urls ?? web ?? buckets);
  named.push(...namedBy([], values));
  const hasLinks = followSymlinks || named.length > 0;
  return { source: inTurn(opened, signal, [web, buckets]), directories, named, hasLinks, isMany };
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
