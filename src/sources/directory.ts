import { displayUri, fileUri, fileUriOf } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import { compileGlobs } from './globs.js';
import { absolutePath } from './paths.js';
import { listingProblem } from './problems.js';
import { type LinkEnd, Scope } from './scope.js';
import { sourceAsset, sourceSkip } from './sourced.js';
import type { Source, Sourced, SourceSkip } from './types.js';
import { type Found, type WalkOptions, walk } from './walk.js';

/** What to do with symbolic links below a directory. */
export interface LinkOptions {
  /** Scan what they point to. Each directory is scanned once, however many links lead to it. */
  readonly followSymlinks?: boolean;
  /** Pass over links that lead out of what is scanned as well, without counting the run as incomplete. */
  readonly ignoreSymlinks?: boolean;
  /** Everything that the run scans. Default: what the source itself scans. */
  readonly scope?: Scope;
}

/** Which directory to scan, and what of it. */
export interface DirectoryOptions extends LinkOptions {
  /** A relative path starts from the working directory. Raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan. Default: everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out; a directory is left out with everything in it. */
  readonly exclude?: readonly string[];
}

/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other. The
 * directory itself may be a link. The source also yields sockets, pipes and devices (fetching them fails). Links below
 * it that it does not follow are skips, `symlink-outside` where the run does not scan their target; a directory that it
 * cannot list is a problem. Raises UsageError for a glob that cannot work as written.
 */
export function directorySource(options: DirectoryOptions): Source {
  const root = absolutePath(options.path);
  const globs = compileGlobs(options.include, options.exclude);
  const links = linkRule(options, (scope) => scope.addDirectory(root, globs));
  return {
    label: displayUri(fileUri(root)),
    async *list(signal) {
      for await (const block of walk({ root, globs, links, signal }))
        for (const found of block) {
          if (signal?.aborted) return;
          yield sourced(found);
        }
    },
  };
}

/**
 * How a walk treats links.
 * @param add adds to the scope what the source scans.
 */
export function linkRule(
  { followSymlinks, ignoreSymlinks, scope = new Scope() }: LinkOptions,
  add: (scope: Scope) => void,
): WalkOptions['links'] {
  if (followSymlinks) return 'follow';
  add(scope);
  if (!ignoreSymlinks) return (link) => scope.endOf(link);
  return async (link) => {
    const { where, isDirectory } = await scope.endOf(link);
    return { where: where === 'outside' ? 'ignored' : where, isDirectory };
  };
}

const linkWords: Readonly<Record<LinkEnd['where'], string>> = {
  inside: 'a symbolic link to what is looked at where it lies',
  outside:
    'a symbolic link out of what is scanned: --follow-symlinks scans what it points at, --ignore-symlinks passes over it',
  nowhere: 'a symbolic link that leads to no file',
  ignored: 'a symbolic link out of what is scanned, passed over by --ignore-symlinks',
};

/** The skip for a link that is not followed. */
export const skippedLink = (ref: AssetRef, where: LinkEnd['where']): SourceSkip =>
  sourceSkip(ref, {
    reason: where === 'outside' ? 'symlink-outside' : 'symlink',
    message: linkWords[where],
  });

/** Turns what the walk found into what a source yields. */
export function sourced(found: Found): Sourced {
  const ref = { uri: fileUriOf(found.path) };
  if ('error' in found) return listingProblem(ref, found.error);
  return found.link ? skippedLink(ref, found.link.where) : sourceAsset(ref);
}
