import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** Bytes of the size and the name of a box. */
const head = 8;

/**
 * Yields the videos of motion photos in HEIC files: each box `mpvd` at the top level holds one. Yields nothing if the
 * bytes are no such file. Raises StageError('decode', 'archive-limit').
 */
export async function* heifVideos(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  let found = 0;
  for (let at = 0; at + head <= store.size; ) {
    const box = Buffer.from(await store.read(at, 2 * head));
    if (box.length < head || (at === 0 && box.toString('latin1', 4, 8) !== 'ftyp')) return;
    const isLong = box.readUInt32BE(0) === 1 && box.length === 2 * head;
    const size = isLong ? Number(box.readBigUInt64BE(head)) : box.readUInt32BE(0) || store.size - at;
    const from = at + (isLong ? 2 * head : head);
    if (size < from - at) return;
    if (box.toString('latin1', 4, 8) === 'mpvd') {
      budget.member();
      const bytes = await store.read(from, Math.min(size, store.size - at) - (from - at));
      budget.spend(bytes.length);
      found += 1;
      yield { member: `video-${found}`, bytes };
    }
    at += size;
  }
}
