import { promises as fs } from 'node:fs';
import { fileUri } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import { type ListInput, openList, splitItems } from './list-input.js';
import { absolutePath } from './paths.js';
import { listingProblem } from './problems.js';
import { sourceAsset, sourceFailure, sourceSkip } from './sourced.js';
import type { Source, Sourced, SourceSkip } from './types.js';

/** How to read a list of paths. */
export interface PathListOptions {
  readonly input: ListInput;
  /** NUL instead of a newline ends each item. */
  readonly nullSeparated?: boolean;
  /** Absolute directory from which relative paths start. Default: the working directory. */
  readonly cwd?: string;
  /** Pass over links to directories from which the list names nothing, without counting the run as incomplete. */
  readonly ignoreSymlinks?: boolean;
}

/** `find` lists directories, too, beside the files in them. This source passes over directories and counts them. */
const directory = (ref: AssetRef): SourceSkip =>
  sourceSkip(ref, {
    reason: 'directory',
    message: 'a directory in a list of paths: name it as a target to scan it',
  });

/** A link to a directory: `find -L` lists its content right after it, other programs list none of it. */
const directoryLink = (ref: AssetRef, isIgnored: boolean): SourceSkip =>
  sourceSkip(ref, {
    reason: isIgnored ? 'symlink' : 'symlink-outside',
    message:
      'a symbolic link to a directory, of which the list names no file: name it as a target to scan it',
  });

/**
 * What a path of a list names. Where the system does not tell, it counts as a file, and fetching it says what is wrong.
 */
async function kindOf(path: Buffer): Promise<'file' | 'directory' | 'link'> {
  try {
    if (!(await fs.stat(path)).isDirectory()) return 'file';
    if (!(await fs.lstat(path)).isSymbolicLink()) return 'directory';
    return (await fs.readdir(path)).length > 0 ? 'link' : 'directory';
  } catch {
    return 'file';
  }
}

/**
 * A list of paths, raw bytes, one on each line (LF or CRLF) or NUL-separated. It passes over blank items and scans
 * repeated ones again; directories are skips. Items that cannot be a path are problems with the code `bad-path`; only
 * fetching shows whether a path exists. Raises UsageError where the list itself cannot be read.
 */
export async function pathListSource(options: PathListOptions): Promise<Source> {
  const list = await openList(options.input, options.cwd, '--files-from');
  const byNull = options.nullSeparated ?? false;
  const bad = (what: string): Sourced =>
    sourceFailure({ uri: list.uri }, 'bad-path', `${list.label} ${byNull ? 'item' : 'line'} ${what}`);
  const { ignoreSymlinks = false } = options;
  const skipped = (link: Buffer, next?: Buffer): SourceSkip => {
    const isListed = next?.subarray(0, link.length + 1).equals(Buffer.concat([link, Buffer.from('/')]));
    const ref = { uri: fileUri(link) };
    return isListed ? directory(ref) : directoryLink(ref, ignoreSymlinks);
  };
  async function* paths(signal?: AbortSignal): AsyncGenerator<Sourced | Buffer> {
    for await (const { number, bytes } of splitItems(list.open(), byNull ? 0 : 0x0a, signal)) {
      if (bytes === undefined) yield bad(`${number}: too long to be a path`);
      else if (bytes.includes(0))
        yield bad(`${number}: holds a NUL byte; is the list separated by them (--null)?`);
      else {
        const path = !byNull && bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
        if (path.length > 0) yield absolutePath(path, options.cwd);
      }
    }
  }
  return {
    label: list.label,
    async *list(signal) {
      if (signal?.aborted) return; // only a list that is read can report its errors
      try {
        /** The path before, where it was a link to a directory. */
        let link: Buffer | undefined;
        for await (const path of paths(signal)) {
          if (!Buffer.isBuffer(path)) {
            yield path;
            continue;
          }
          const ref = { uri: fileUri(path) };
          if (link) yield skipped(link, path);
          const kind = await kindOf(path);
          link = kind === 'link' ? path : undefined;
          if (kind === 'file') yield sourceAsset(ref);
          if (kind === 'directory') yield directory(ref);
        }
        if (link) yield skipped(link);
      } catch (error) {
        yield listingProblem({ uri: list.uri }, error);
      }
    },
  };
}
