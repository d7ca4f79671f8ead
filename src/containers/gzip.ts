import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Inside, isTarHeader } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, collect } from './collect.js';
import { chunksOf } from './store.js';
import { tarMembers } from './tar.js';
import type { Unaccounted } from './types.js';

/** Bytes that tell a tar file. */
const peek = 512;

/** A gzip file: the members of the tar file in it, or the one file that it holds. Raises what `Container.open` does. */
export async function* gzipContents(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const gunzip = createGunzip();
  // An error comes where the stream is read.
  const stream: Readable = pipeline(Readable.from(chunksOf(store), { objectMode: false }), gunzip, () => {});
  try {
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let head = Buffer.alloc(0);
    let failure: unknown;
    try {
      while (head.length < peek) {
        const next = await chunks.next();
        if (next.done) break;
        head = Buffer.concat([head, next.value]);
      }
    } catch (error) {
      failure = error;
    }
    async function* all() {
      if (head.length > 0) yield head;
      if (failure) throw failure;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    }
    if (isTarHeader(head)) yield* tarMembers(all(), budget);
    else {
      budget.member();
      yield { member: (await nameInside(store)) ?? 'content', ...(await collect(all(), budget)) };
    }
    if (gunzip.readableEnded) ends.set(store, gunzip.bytesWritten);
  } catch (error) {
    throw archiveDamaged(error);
  } finally {
    stream.destroy();
  }
}

/** Where the packed bytes end of what was read: zlib passes over zeros behind them, and all that follows these. */
const ends = new WeakMap<ByteStore, number>();

/** What is not looked at before the packed bytes (RFC 1952, FEXTRA and FCOMMENT) and behind them. */
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
