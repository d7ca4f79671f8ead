import { displayUri, fileUri, fileUriOf } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import { compileGlobs } from './globs.js';
import { absolutePath } from './paths.js';
import { listingProblem } from './problems.js';
import { type LinkEnd, Scope } from './scope.js';
import type { Source, Sourced, SourceSkip } from './types.js';
import { type Found, type WalkOptions, walk } from './walk.js';

/** What becomes of symbolic links below a directory. */
export interface LinkOptions {
  /** Scan what they point at; every directory once, whatever number of links leads there. */
  readonly followSymlinks?: boolean;
  /** Pass over those, too, that lead out of what is scanned: they then count for nothing. */
  readonly ignoreSymlinks?: boolean;
  /** All that is scanned besides; default: what the source itself scans. */
  readonly scope?: Scope;
}

export interface DirectoryOptions extends LinkOptions {
  /** From where the process works, where it is relative; raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan; nothing given means everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out, directories with all they hold. */
  readonly exclude?: readonly string[];
}

/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other. The directory itself
 * may be a link. Sockets, pipes and devices are yielded too (fetching them fails); links below it that are not followed are skips,
 * `symlink-outside` where what they lead to is not looked at; a directory that cannot be listed is a problem. Raises UsageError for a
 * glob that cannot be meant.
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
 * How a walk takes links.
 * @param add adds what the source scans to the scope.
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

/** A link that is not followed, as a skip. */
export const skippedLink = (ref: AssetRef, where: LinkEnd['where']): SourceSkip => ({
  ref,
  reason: where === 'outside' ? 'symlink-outside' : 'symlink',
  message: linkWords[where],
});

/** What was found as a source yields it. */
export function sourced(found: Found): Sourced {
  const ref = { uri: fileUriOf(found.path) };
  if ('error' in found) return listingProblem(ref, found.error);
  return found.link ? skippedLink(ref, found.link.where) : ref;
}
