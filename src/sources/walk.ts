import { type Dirent, promises as fs } from 'node:fs';
import { type Globs, pathFilter } from './globs.js';
import { nameText } from './paths.js';
import type { LinkEnd } from './scope.js';

/** Something other than a directory, or a directory that could not be listed. */
export type Found =
  /** `link`: for a link that is not followed, where it leads. */
  { readonly path: string; readonly link?: LinkEnd } | { readonly path: string; readonly error: unknown };

/** What to walk, and how. */
export interface WalkOptions {
  /** Absolute path of the directory to walk. */
  readonly root: Buffer;
  readonly globs: Globs;
  /** `follow` follows links; a function tells where a link leads that is not followed. */
  readonly links: 'follow' | ((link: Uint8Array) => Promise<LinkEnd>);
  readonly signal: AbortSignal | undefined;
}

/** How many names of one directory are held and sorted at once. */
const blockSize = 8192;

interface Place {
  /** Absolute path. */
  readonly path: string;
  /** Path from the root, as globs match it; empty for the root. */
  readonly below: string;
}

type RawDirent = Omit<Dirent, 'name'> & { readonly name: Buffer };

/**
 * Walks a directory: first its files in the order of their names, then those one level below, one directory after the
 * other, and so on. So what several links lead to is found on the shortest way. The walk yields in blocks, a large
 * directory in several, so that memory depends only on the number of directories. It reads nothing further before the
 * caller has taken a block.
 * Paths, in the options and in what is found, are raw bytes, each as the character of the same number: no byte of a
 * name is lost.
 */
export async function* walk({ root, globs, links, signal }: WalkOptions): AsyncGenerator<Found[]> {
  const filter = await pathFilter(globs);
  const seen = new Set<string>();

  /** Splits a block of a directory: returns what is not a directory, by name, and adds the directories to `inner`. */
  async function take(block: readonly RawDirent[], { path, below }: Place, inner: Place[]): Promise<Found[]> {
    const found: { readonly path: string; readonly link?: LinkEnd }[] = [];
    const prefix = path === '/' ? path : `${path}/`;
    for (const entry of block) {
      const place = prefix + entry.name.toString('latin1');
      const text = filter ? (below === '' ? '' : `${below}/`) + nameText(entry.name) : '';
      if (entry.isSymbolicLink() && links !== 'follow') {
        const link = await links(Buffer.from(place, 'latin1'));
        // A link counts as a directory where following it would lead to one.
        const isMeant = !filter || (link.isDirectory ? filter.enters(text) : filter.wants(text));
        if (isMeant) found.push({ path: place, link });
        continue;
      }
      const isDirectory = entry.isSymbolicLink() ? await leadsToDirectory(place) : entry.isDirectory();
      if (isDirectory) {
        if (!filter || filter.enters(text)) inner.push({ path: place, below: text });
      } else if (!filter || filter.wants(text)) found.push({ path: place });
    }
    return found.sort(byPath);
  }

  async function* list(place: Place, inner: Place[]): AsyncGenerator<Found[]> {
    try {
      if (links === 'follow' && !(await firstVisit(place.path, seen))) return;
      for await (const block of blocksOf(place.path)) yield await take(block, place, inner);
    } catch (error) {
      yield [{ path: place.path, error }];
    }
  }

  let level: Place[] = [{ path: root.toString('latin1'), below: '' }];
  while (level.length > 0) {
    const next: Place[] = [];
    for (const place of level) {
      const inner: Place[] = [];
      for await (const found of list(place, inner)) {
        if (signal?.aborted) return;
        yield found;
      }
      if (signal?.aborted) return;
      for (const one of inner.sort(byPath)) next.push(one);
    }
    level = next;
  }
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);

/** False for a link that leads nowhere: it is found like a file, and fetching it says what is wrong. */
async function leadsToDirectory(path: string): Promise<boolean> {
  const target = await fs.stat(Buffer.from(path, 'latin1')).catch(() => undefined);
  return target?.isDirectory() === true;
}

/** False where another link has led to this directory before. */
async function firstVisit(path: string, seen: Set<string>): Promise<boolean> {
  const { dev, ino } = await fs.stat(Buffer.from(path, 'latin1'), { bigint: true });
  const id = `${dev}:${ino}`;
  return !seen.has(id) && Boolean(seen.add(id));
}

/** The entries of a directory, with names as raw bytes (Node's types know only strings here). */
async function* blocksOf(path: string): AsyncGenerator<RawDirent[]> {
  const directory: unknown = await fs.opendir(Buffer.from(path, 'latin1') as never, {
    encoding: 'buffer' as never,
    bufferSize: 1024,
  });
  let block: RawDirent[] = [];
  for await (const entry of directory as AsyncIterable<RawDirent>) {
    block.push(entry);
    if (block.length < blockSize) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
