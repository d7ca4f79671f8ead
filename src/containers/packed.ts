import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import { archiveKind, type Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { lz4Chunks } from './lz4.js';
import { lzipMembers } from './lzip.js';
import { contentsOf } from './packed-file.js';
import { headLength, unpack } from './seven-zip.js';
import { chunksOf } from './store.js';

/** The format of a packed file whose bytes do not show their format. Its name did. */
const byName = 'brotli';

/**
 * Reads a file that packs one other file, by xz, bzip2, zstd, lzma, compress, lz4, lzip or Brotli. If that is a tar
 * file, the function yields its members, else the one file under the name `content`. Raises what `Container.open` does.
 */
export async function* packedContents(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const format = archiveKind(await store.read(0, headLength))?.format ?? byName;
  yield* contentsOf(chunksBy(format, store, budget), async () => 'content', budget);
}

function chunksBy(format: string, store: ByteStore, budget: Budget): AsyncIterable<Uint8Array> {
  if (format === byName)
    return pipeline(
      Readable.from(chunksOf(store), { objectMode: false }),
      createBrotliDecompress(),
      () => {},
    );
  if (format === 'lz4') return lz4Chunks(store);
  return format === 'lzip' ? lzipChunks(store, budget) : unpacked(format, store, budget);
}

/** The bytes that 7-Zip unpacks from the file. Raises an error if some of them are missing or damaged. */
async function* unpacked(format: string, store: ByteStore, budget: Budget): AsyncGenerator<Uint8Array> {
  const unpacking = unpack(format, store, budget);
  for await (const { chunks, trouble } of unpacking.members()) {
    yield* chunks;
    const message = trouble();
    if (message !== undefined) throw new Error(message);
  }
  unpacking.check();
}

async function* lzipChunks(store: ByteStore, budget: Budget): AsyncGenerator<Uint8Array> {
  for await (const member of lzipMembers(store)) yield* unpacked('lzma', member, budget);
}
