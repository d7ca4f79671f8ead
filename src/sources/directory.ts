import { displayUri, fileUri, fileUriOf } from '../core/index.js';
import { compileGlobs } from './globs.js';
import { absolutePath } from './paths.js';
import { listingProblem } from './problems.js';
import type { Source, Sourced } from './types.js';
import { type Found, walk } from './walk.js';

export interface DirectoryOptions {
  /** From where the process works, where it is relative; raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan; nothing given means everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out, directories with all they hold. */
  readonly exclude?: readonly string[];
  /** Scan what symbolic links point at; every directory once, whatever number of links leads there. */
  readonly followSymlinks?: boolean;
}

/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other.
 * Sockets, pipes and devices are yielded too (fetching them fails); links that are not followed are skips; a
 * directory that cannot be listed is a problem. Raises UsageError for a glob that cannot be meant.
 */
export function directorySource(options: DirectoryOptions): Source {
  const { followSymlinks = false } = options;
  const root = absolutePath(options.path);
  const globs = compileGlobs(options.include, options.exclude);
  return {
    label: displayUri(fileUri(root)),
    async *list(signal) {
      for await (const block of walk({ root, globs, followSymlinks, signal }))
        for (const found of block) {
          if (signal?.aborted) return;
          yield sourced(found);
        }
    },
  };
}

/** What was found as a source yields it. */
export function sourced(found: Found): Sourced {
  const ref = { uri: fileUriOf(found.path) };
  if ('error' in found) return listingProblem(ref, found.error);
  if (!found.link) return ref;
  return { ref, reason: 'symlink', message: 'a symbolic link; --follow-symlinks scans what it points at' };
}
