import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { contentsOf } from './packed-file.js';
import { chunksOf } from './store.js';
import type { Unaccounted } from './types.js';

/**
 * Yields the members of the tar file in a gzip file, or the one other file that it holds. Raises what `Container.open`
 * does.
 */
export async function* gzipContents(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const gunzip = createGunzip();
  // `contentsOf` reads the stream, and gets its errors.
  const stream: Readable = pipeline(Readable.from(chunksOf(store), { objectMode: false }), gunzip, () => {});
  try {
    yield* contentsOf(stream, async () => (await nameInside(store)) ?? 'content', budget);
    if (gunzip.readableEnded) ends.set(store, gunzip.bytesWritten);
  } finally {
    stream.destroy();
  }
}

/** Where the packed bytes of each file end. Behind them, zlib passes over zeros and all that follows these. */
const ends = new WeakMap<ByteStore, number>();

/** The bytes that `gzipContents` does not look at: header fields (RFC 1952, FEXTRA, FNAME, FCOMMENT) and the end. */
export async function aroundGzip(store: ByteStore): Promise<Unaccounted> {
  const head = Buffer.from(await store.read(0, 1 << 18));
  if (head.length < 12) return {};
  const flags = head[3]!;
  const extra = flags & 4 ? 12 + head.readUInt16LE(10) : 10;
  const endOfText = (from: number) => 1 + Math.max(head.indexOf(0, from), from - 1);
  const named = flags & 8 ? endOfText(extra) : extra;
  const told = flags & 16 ? endOfText(named) : named;
  const end = ends.get(store) ?? store.size;
  return {
    strays: [
      { from: 10, to: Math.min(told, end) },
      { from: end, to: store.size },
    ],
  };
}

/** The name that gzip wrote into its header (RFC 1952, FNAME). */
async function nameInside(store: ByteStore): Promise<string | undefined> {
  const head = Buffer.from(await store.read(0, 4096));
  if (head.length < 12) return undefined;
  const flags = head[3]!;
  const start = 10 + (flags & 4 ? 2 + head.readUInt16LE(10) : 0);
  const end = head.indexOf(0, start);
  const isNamed = (flags & 8) !== 0 && end > start;
  return isNamed ? head.toString('latin1', start, end) : undefined;
}
