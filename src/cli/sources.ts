import { UsageError } from '../core/errors.js';
import { sources, tellTarget } from '../sources/index.js';
import type { Source, Sourced } from '../sources/types.js';
import type { OptionValues } from './options.js';

export interface Opened {
  readonly source: AsyncIterable<Sourced>;
  /** Paths of the directories among the targets. */
  readonly directories: readonly string[];
}

/**
 * The sources that the command line names, one after the other. Raises UsageError for one that does not exist, so
 * that nothing is scanned by halves.
 */
export async function openSources(
  targets: readonly string[],
  values: OptionValues,
  directory: string,
  signal: AbortSignal,
): Promise<Opened> {
  const { include, exclude, followSymlinks } = values;
  const opened: Source[] = [];
  const directories: string[] = [];
  let stdinTaken = false;
  const input = (path: string, flag: string) => {
    if (path !== '-') return { path };
    if (stdinTaken) throw new UsageError(`${flag} -: standard input is read already`);
    stdinTaken = true;
    return { stream: process.stdin };
  };
  for (const target of targets) {
    const told = await tellTarget(target, directory);
    if (told.kind === 'stdin')
      throw new UsageError('-: name what standard input holds: --files-from - for paths, --urls - for URLs');
    if (told.kind === 'url') opened.push(sources.url({ url: told.url }));
    else if (told.kind === 'file') opened.push(sources.file({ path: told.path }));
    else {
      directories.push(target);
      opened.push(
        sources.directory({
          path: told.path,
          ...(include ? { include } : {}),
          ...(exclude ? { exclude } : {}),
          ...(followSymlinks ? { followSymlinks } : {}),
        }),
      );
    }
  }
  for (const path of values.filesFrom ?? [])
    opened.push(
      await sources['path-list']({
        input: input(path, '--files-from'),
        nullSeparated: values.null === true,
        cwd: directory,
      }),
    );
  for (const path of values.urls ?? [])
    opened.push(await sources['url-list']({ input: input(path, '--urls'), cwd: directory }));
  if (opened.length === 0)
    throw new UsageError('nothing to read: name a file or directory, or give --urls or --files-from');
  return { source: inTurn(opened, signal), directories };
}

async function* inTurn(opened: readonly Source[], signal: AbortSignal): AsyncGenerator<Sourced> {
  for (const source of opened) yield* source.list(signal);
}
