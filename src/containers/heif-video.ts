import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** Bytes of the size and the name of a box. */
const head = 8;

/** A box at the top level of a file; its content is from `from` up to `to`. */
interface Box {
  readonly name: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The top-level boxes of an ISO base media file; none where the bytes are no such file. Ends at an impossible size. */
async function* boxesOf(store: ByteStore): AsyncGenerator<Box> {
  for (let at = 0; at + head <= store.size; ) {
    const box = Buffer.from(await store.read(at, 2 * head));
    if (box.length < head || (at === 0 && box.toString('latin1', 4, 8) !== 'ftyp')) return;
    const isLong = box.readUInt32BE(0) === 1 && box.length === 2 * head;
    const size = isLong ? Number(box.readBigUInt64BE(head)) : box.readUInt32BE(0) || store.size - at;
    const from = at + (isLong ? 2 * head : head);
    if (size < from - at) return;
    const to = Math.min(at + size, store.size);
    yield { name: box.toString('latin1', 4, 8), at, from, to };
    at += size;
  }
}

/**
 * Yields the videos in HEIF and AVIF files: each box `mpvd` at the top level holds one, that of a motion photo, and a
 * box `moov` makes the file a sequence of pictures (ISO/IEC 23008-12, 7), which is coded as a video is. Yields nothing
 * if the bytes are no such file. Raises StageError('decode', 'archive-limit').
 */
export async function* heifVideos(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  let found = 0;
  const boxes: Box[] = [];
  for await (const box of boxesOf(store)) {
    boxes.push(box);
    if (box.name !== 'mpvd') continue;
    budget.member();
    const bytes = await store.read(box.from, box.to - box.from);
    budget.spend(bytes.length);
    found += 1;
    yield { member: `video-${found}`, bytes };
  }
  if (!boxes.some(({ name }) => name === 'moov')) return;
  budget.member();
  budget.spend(store.size);
  const bytes = Buffer.from(await store.read(0, store.size));
  for (const { name, at, from } of boxes) {
    // What reads videos takes the file for one by these names, and does not read the pictures beside the sequence.
    if (name === 'ftyp' && from + 4 <= bytes.length) bytes.write('isom', from, 'latin1');
    if (name === 'meta') bytes.write('free', at + 4, 'latin1');
  }
  yield { member: 'sequence.mp4', bytes };
}
