import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { UsageError } from '../core/errors.js';
import type { AssetRef } from '../core/types.js';
import { displayUri, fileUri } from '../core/uri.js';
import { absolutePath, globText, nameBytes, nameText } from './paths.js';
import { listingProblem } from './problems.js';
import type { Source, Sourced } from './types.js';

export interface DirectoryOptions {
  /** Absolute, raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan; nothing given means everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out, directories with all they hold. */
  readonly exclude?: readonly string[];
  /** Scan what symbolic links point at; every directory once, whatever number of links leads there. */
  readonly followSymlinks?: boolean;
}

type Kind = 'directory' | 'symlink' | 'other';

/** One entry of a directory, in the shape that fast-glob reads. */
class Entry {
  constructor(
    readonly name: string,
    readonly kind: Kind,
  ) {}
  isDirectory = () => this.kind === 'directory';
  isSymbolicLink = () => this.kind === 'symlink';
  isFile = () => this.kind === 'other';
}

/** Refuses what would silently mean something else. */
function checkGlob(flag: string, glob: string): void {
  if (glob === '') throw new UsageError(`${flag}: an empty pattern matches nothing; leave the option out`);
  if (glob.startsWith('!') && glob[1] !== '(')
    throw new UsageError(`${flag} ${glob}: patterns are not negated with "!"; use the opposite option`);
  if (glob.split('/').includes('..'))
    throw new UsageError(
      `${flag} ${glob}: patterns are relative to the scanned directory and cannot leave it`,
    );
}

/**
 * A glob without a slash means a name at any depth, one with a slash a path from the scanned directory. The first
 * segment is wrapped so that fast-glob, which would start a walk of its own for each literal prefix, makes one walk.
 */
function fromRoot(glob: string): string {
  const path = globText(glob).replace(/^(\.?\/)+/, '');
  if (!path.replace(/\/+$/, '').includes('/')) return `**/${path}`;
  const [first, ...rest] = path.split('/');
  return /[*?[\](){}!@+\\]/.test(first!) ? path : [`@(${first})`, ...rest].join('/');
}

const directoryGlob = (glob: string) => `${glob.replace(/\/+$/, '')}/**`;

/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other.
 * Sockets, pipes and devices are yielded too (fetching them fails); links that are not followed are skips; a
 * directory that cannot be listed is a problem. In memory: the names of one directory and the directories still to
 * come. Raises UsageError for a glob that cannot be meant.
 */
export function directorySource(options: DirectoryOptions): Source {
  for (const glob of options.include ?? []) checkGlob('--include', glob);
  for (const glob of options.exclude ?? []) checkGlob('--exclude', glob);
  const root = absolutePath(options.path, '/');
  return {
    label: displayUri(fileUri(root)),
    list: (signal) => walk(root, options, signal),
  };
}

async function* walk(root: Buffer, options: DirectoryOptions, signal?: AbortSignal): AsyncGenerator<Sourced> {
  const { default: glob } = await import('fast-glob');
  const follow = options.followSymlinks ?? false;
  const seen = new Set<string>();
  const ready: Sourced[] = [];
  let waiting: (() => void) | undefined; // the directory that fast-glob wants to list next
  let wake = () => {};
  const at = (path: string): Buffer =>
    path === '' ? root : Buffer.concat([root, Buffer.from(root.length > 1 ? '/' : ''), nameBytes(path)]);

  async function names(path: Buffer): Promise<Entry[]> {
    if (follow) {
      const { dev, ino } = await fs.stat(path);
      if (seen.has(`${dev}:${ino}`)) return [];
      seen.add(`${dev}:${ino}`);
    }
    return readNames(path, follow);
  }

  // fast-glob neither waits for its reader nor survives an unreadable directory: this does both. The walk believes
  // that it starts at "/", so that nothing in the real path is ever taken for a pattern.
  const readdir = (path: string, _options: unknown, done: (error: null, entries: Entry[]) => void) => {
    waiting = () => {
      const directory = at(path.slice(1));
      names(directory)
        .catch((error: unknown) => {
          ready.push(listingProblem({ uri: fileUri(directory) }, error));
          return [];
        })
        .then((entries) => done(null, entries), fail);
    };
    wake();
  };

  let ended = false;
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    ended = true;
    wake();
  };
  const include = (options.include ?? []).map(fromRoot);
  const exclude = (options.exclude ?? []).map(fromRoot);
  const stream = glob.stream(
    include.length > 0 ? include.flatMap((one) => (one.endsWith('/') ? directoryGlob(one) : one)) : ['**'],
    {
      cwd: '/',
      ignore: exclude.flatMap((one) => [one.replace(/\/+$/, ''), directoryGlob(one)]),
      dot: true,
      onlyFiles: false,
      objectMode: true,
      unique: false,
      followSymbolicLinks: false,
      concurrency: 1,
      fs: { readdir: readdir as never },
    },
  );
  stream.on('data', (entry: unknown) => {
    const { path, dirent } = entry as { path: string; dirent: Entry };
    if (dirent.kind === 'directory') return;
    ready.push(sourced({ uri: fileUri(at(path)) }, dirent.kind));
    wake();
  });
  stream.on('error', fail);
  stream.on('end', () => {
    ended = true;
    wake();
  });
  const stop = () => wake();
  signal?.addEventListener('abort', stop);
  try {
    let next = 0;
    while (!signal?.aborted && failure === undefined) {
      if (next < ready.length) yield ready[next++]!;
      else if (ended) return;
      else {
        ready.length = next = 0;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const begin = waiting;
        waiting = undefined;
        begin?.();
        await woken;
      }
    }
    if (failure !== undefined) throw failure;
  } finally {
    signal?.removeEventListener('abort', stop);
    (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  }
}

async function readNames(path: Buffer, follow: boolean): Promise<Entry[]> {
  const dirents = (await fs.readdir(path, { withFileTypes: true, encoding: 'buffer' })) as unknown as (Omit<
    Dirent,
    'name'
  > & { name: Buffer })[];
  const entries: Entry[] = [];
  for (const dirent of dirents) {
    let kind: Kind = dirent.isDirectory() ? 'directory' : dirent.isSymbolicLink() ? 'symlink' : 'other';
    if (kind === 'symlink' && follow) {
      // A link that leads nowhere is yielded as a file: fetching it says what is wrong.
      const target: Stats | undefined = await fs
        .stat(Buffer.concat([path, Buffer.from('/'), dirent.name]))
        .catch(() => undefined);
      kind = target?.isDirectory() ? 'directory' : 'other';
    }
    entries.push(new Entry(nameText(dirent.name), kind));
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sourced(ref: AssetRef, kind: Kind): Sourced {
  if (kind !== 'symlink') return ref;
  return { ref, reason: 'symlink', message: 'a symbolic link; --follow-symlinks scans what it points at' };
}
