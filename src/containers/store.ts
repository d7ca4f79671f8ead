import type { ByteStore } from '../core/types.js';

/** Bytes in memory, read in parts. */
export const memoryStore = (bytes: Uint8Array): ByteStore => ({
  size: bytes.length,
  read: async (position, length) => bytes.subarray(position, position + length),
  close: async () => {},
});

/** Bytes read at once. */
const step = 1 << 20;

/** All bytes, one after the other, or those from `position` up to `end`. */
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
