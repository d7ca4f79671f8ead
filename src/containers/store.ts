import type { ByteStore } from '../core/types.js';

/** Makes a store of bytes in memory. What it reads are views of these bytes, not copies. */
export const memoryStore = (bytes: Uint8Array): ByteStore => ({
  size: bytes.length,
  read: async (position, length) => bytes.subarray(position, position + length),
  close: async () => {},
});

/** Bytes of one reading. */
const step = 1 << 20;

/** Reads a store in chunks of at most 1 MiB: all of it, or the bytes from `position` up to `end`. */
export async function* chunksOf(
  store: ByteStore,
  position = 0,
  end: number = store.size,
): AsyncGenerator<Uint8Array> {
  for (let at = position; at < end; ) {
    const chunk = await store.read(at, Math.min(step, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}
