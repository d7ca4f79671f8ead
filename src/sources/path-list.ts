import { promises as fs } from 'node:fs';
import { fileUri } from '../core/index.js';
import { type ListInput, openList, splitItems } from './list-input.js';
import { absolutePath } from './paths.js';
import { listingProblem } from './problems.js';
import type { Source, Sourced } from './types.js';

export interface PathListOptions {
  readonly input: ListInput;
  /** Items end with NUL instead of a newline. */
  readonly nullSeparated?: boolean;
  /** Absolute directory that relative paths start from. Default: where the process works. */
  readonly cwd?: string;
}

/** `find` lists directories too, next to the files in them: those are passed over, and counted. */
async function named(path: Buffer): Promise<Sourced> {
  const ref = { uri: fileUri(path) };
  const directory = await fs.stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // fetching it says what is wrong
  );
  if (!directory) return ref;
  return {
    ref,
    reason: 'directory',
    message: 'a directory in a list of paths: name it as a target to scan it',
  };
}

/**
 * A list of paths, raw bytes, one a line (LF or CRLF) or NUL-separated; blank items are passed over, repeated ones
 * are scanned again, directories are skips. Items that cannot be a path are problems with the code `bad-path`; whether a path exists is
 * found out when it is fetched. Raises UsageError where the list itself cannot be read.
 */
export async function pathListSource(options: PathListOptions): Promise<Source> {
  const list = await openList(options.input, options.cwd, '--files-from');
  const byNull = options.nullSeparated ?? false;
  const bad = (what: string): Sourced => ({
    ref: { uri: list.uri },
    stage: 'source',
    code: 'bad-path',
    message: `${list.label} ${byNull ? 'item' : 'line'} ${what}`,
  });
  return {
    label: list.label,
    async *list(signal) {
      if (signal?.aborted) return; // a list that is opened must be read, or its errors are nobody's
      try {
        for await (const { number, bytes } of splitItems(list.open(), byNull ? 0 : 0x0a, signal)) {
          if (bytes === undefined) yield bad(`${number}: too long to be a path`);
          else if (bytes.includes(0))
            yield bad(`${number}: holds a NUL byte; is the list separated by them (--null)?`);
          else {
            const path = !byNull && bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
            if (path.length > 0) yield await named(absolutePath(path, options.cwd));
          }
        }
      } catch (error) {
        yield listingProblem({ uri: list.uri }, error);
      }
    },
  };
}
