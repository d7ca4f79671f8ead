import { type Dirent, promises as fs } from 'node:fs';
import type { Globs } from './globs.js';
import { nameBytes, nameText } from './paths.js';

/** Something that is no directory, or a directory that could not be listed. Paths are absolute, raw bytes. */
export type Found =
  | { readonly path: Buffer; readonly link: boolean }
  | { readonly path: Buffer; readonly error: unknown };

export interface WalkOptions {
  readonly root: Buffer;
  readonly globs: Globs;
  readonly followSymlinks: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Names of one directory that are held, and sorted, at once. */
const blockSize = 8192;

type Kind = 'directory' | 'link' | 'other';

/** One entry of a directory, in the shape that fast-glob reads. */
class Entry {
  constructor(
    readonly name: string,
    readonly kind: Kind,
  ) {}
  isDirectory() {
    return this.kind === 'directory';
  }
  isSymbolicLink() {
    return this.kind === 'link';
  }
}

/** The names of a directory that is larger than a block, from the next block on. */
interface Remainder {
  /** From the root, as fast-glob writes it: `/a/b`. */
  readonly path: string;
  readonly names: AsyncIterator<RawDirent>;
}

type RawDirent = Omit<Dirent, 'name'> & { readonly name: Buffer };

/**
 * Walks a directory with fast-glob, in memory that depends on the number of directories only: fast-glob itself holds
 * all that it finds until its reader comes, so each directory is withheld from it until everything before is taken,
 * and a large one is handed to it in blocks, each in a walk of its own.
 *
 * fast-glob believes that the walk starts at "/" and that names are text, so that nothing in the real path is ever
 * taken for a pattern, and no byte of a name is lost.
 */
export async function* walk(options: WalkOptions): AsyncGenerator<Found> {
  const seen = new Set<string>();
  const remainders: Remainder[] = [];
  try {
    yield* walkOnce(options, seen, remainders);
    while (remainders.length > 0 && !options.signal?.aborted) {
      const [remainder] = remainders.splice(0, 1);
      yield* walkOnce(options, seen, remainders, remainder);
    }
  } finally {
    for (const { names } of remainders) await names.return?.();
  }
}

async function* walkOnce(
  { root, globs, followSymlinks, signal }: WalkOptions,
  seen: Set<string>,
  remainders: Remainder[],
  start?: Remainder,
): AsyncGenerator<Found> {
  const { default: glob } = await import('fast-glob');
  const ready: Found[] = [];
  let waiting: (() => void) | undefined; // lists the directory that fast-glob wants next
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const real = (path: string) => {
    const tail = nameBytes(path === '/' ? '' : path);
    return root.length === 1 && tail.length > 0 ? tail : Buffer.concat([root, tail]);
  };

  async function block(path: string, names: AsyncIterator<RawDirent>): Promise<Entry[]> {
    const entries: Entry[] = [];
    while (entries.length < blockSize) {
      const next = await names.next();
      if (next.done) return entries.sort(byName);
      entries.push(await entryOf(next.value, real(path), followSymlinks));
    }
    remainders.push({ path, names });
    return entries.sort(byName);
  }

  async function list(path: string): Promise<Entry[]> {
    try {
      // A walk for a remainder goes straight to its directory.
      if (start?.path === path) return await block(path, start.names);
      const prefix = path === '/' ? path : `${path}/`;
      if (start?.path.startsWith(prefix))
        return [new Entry(start.path.slice(prefix.length).split('/')[0]!, 'directory')];
      if (followSymlinks && !(await firstVisit(real(path), seen))) return [];
      return await block(path, await open(real(path)));
    } catch (error) {
      ready.push({ path: real(path), error });
      return [];
    }
  }

  const readdir = (path: string, _options: unknown, done: (error: null, entries: Entry[]) => void) => {
    waiting = () => {
      list(path)
        .then((entries) => done(null, entries))
        .catch(fail);
    };
    wake();
  };
  const stream = glob.stream(globs.include, {
    cwd: '/',
    ignore: globs.exclude,
    dot: true,
    onlyFiles: false,
    objectMode: true,
    unique: false,
    followSymbolicLinks: false,
    concurrency: 1,
    fs: { readdir: readdir as never },
  }) as NodeJS.ReadableStream & { destroy(): void };
  stream.on('data', (entry: unknown) => {
    const { path, dirent } = entry as { path: string; dirent: Entry };
    if (dirent.kind !== 'directory') ready.push({ path: real(`/${path}`), link: dirent.kind === 'link' });
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
    while (!signal?.aborted && !failure) {
      if (next < ready.length) yield ready[next++]!;
      else if (ended) return;
      else {
        ready.length = next = 0;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const go = waiting;
        waiting = undefined;
        go?.();
        await woken;
      }
    }
    if (failure) throw failure.error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
}

const byName = (a: Entry, b: Entry) => (a.name < b.name ? -1 : 1);

/** False when this directory has been listed already, by another link. */
async function firstVisit(path: Buffer, seen: Set<string>): Promise<boolean> {
  const { dev, ino } = await fs.stat(path, { bigint: true });
  const id = `${dev}:${ino}`;
  return !seen.has(id) && Boolean(seen.add(id));
}

/** The names of a directory as raw bytes, a few hundred in memory at a time (Node's types know only strings here). */
async function open(path: Buffer): Promise<AsyncIterator<RawDirent>> {
  const directory: unknown = await fs.opendir(path as never, {
    encoding: 'buffer' as never,
    bufferSize: 256,
  });
  return (directory as AsyncIterable<RawDirent>)[Symbol.asyncIterator]();
}

async function entryOf(dirent: RawDirent, directory: Buffer, followSymlinks: boolean): Promise<Entry> {
  const name = nameText(dirent.name);
  if (dirent.isDirectory()) return new Entry(name, 'directory');
  if (!dirent.isSymbolicLink()) return new Entry(name, 'other');
  if (!followSymlinks) return new Entry(name, 'link');
  // A link that leads nowhere is found like a file: fetching it says what is wrong.
  const target = await fs
    .stat(Buffer.concat([directory, Buffer.from('/'), dirent.name]))
    .catch(() => undefined);
  return new Entry(name, target?.isDirectory() ? 'directory' : 'other');
}
