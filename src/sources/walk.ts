import { type Dirent, promises as fs } from 'node:fs';
import { type Globs, pathFilter } from './globs.js';
import { nameText } from './paths.js';
import type { LinkEnd } from './scope.js';

/** Something that is no directory, or a directory that could not be listed. */
export type Found =
  /** `link`: of a link that is not followed, where it leads. */
  { readonly path: string; readonly link?: LinkEnd } | { readonly path: string; readonly error: unknown };

export interface WalkOptions {
  /** Absolute. */
  readonly root: Buffer;
  readonly globs: Globs;
  /** Links are followed where it says `follow`; of others it says where they lead. */
  readonly links: 'follow' | ((link: Uint8Array) => Promise<LinkEnd>);
  readonly signal: AbortSignal | undefined;
}

/** Names of one directory that are held, and sorted, at once. */
const blockSize = 8192;

interface Place {
  /** Absolute. */
  readonly path: string;
  /** From the root, as globs are matched with it: empty for the root. */
  readonly below: string;
}

type RawDirent = Omit<Dirent, 'name'> & { readonly name: Buffer };

/**
 * Walks a directory: its files in the order of their names, then those one level below, one directory after the other,
 * and so on, so that what links lead to more than once is found by the shortest way. What it finds comes in blocks, of
 * a large directory one after the other: memory depends on the number of directories only. Nothing is looked at before
 * everything found until then is taken.
 *
 * Paths, here and in what is found, are raw bytes, each of them a character of the same number: no byte of a name is lost.
 */
export async function* walk({ root, globs, links, signal }: WalkOptions): AsyncGenerator<Found[]> {
  const filter = await pathFilter(globs);
  const seen = new Set<string>();

  /** Takes a block of a directory apart: what was found in it, by name; its directories wait for their turn. */
  async function take(block: readonly RawDirent[], { path, below }: Place, inner: Place[]): Promise<Found[]> {
    const found: { readonly path: string; readonly link?: LinkEnd }[] = [];
    const prefix = path === '/' ? path : `${path}/`;
    for (const entry of block) {
      const place = prefix + entry.name.toString('latin1');
      const text = filter ? (below === '' ? '' : `${below}/`) + nameText(entry.name) : '';
      if (entry.isSymbolicLink() && links !== 'follow') {
        const link = await links(Buffer.from(place, 'latin1'));
        // What would be followed to a directory is named as one.
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

/** A link that leads nowhere is found like a file: fetching it says what is wrong. */
async function leadsToDirectory(path: string): Promise<boolean> {
  const target = await fs.stat(Buffer.from(path, 'latin1')).catch(() => undefined);
  return target?.isDirectory() === true;
}

/** False when this directory has been listed already, by another link. */
async function firstVisit(path: string, seen: Set<string>): Promise<boolean> {
  const { dev, ino } = await fs.stat(Buffer.from(path, 'latin1'), { bigint: true });
  const id = `${dev}:${ino}`;
  return !seen.has(id) && Boolean(seen.add(id));
}

/** The entries of a directory, names as raw bytes (Node's types know only strings here). */
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
