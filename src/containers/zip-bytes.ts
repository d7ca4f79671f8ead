import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** Bytes that are read together. */
const step = 1 << 16;
const shortStep = 1 << 12;

/** The bytes from `at` on, fewer at the end of the store. */
export async function bytesAt(store: ByteStore, at: number, length: number): Promise<Buffer> {
  if (at < 0 || at >= store.size) return Buffer.alloc(0);
  const bytes = await store.read(at, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Reads on through a store; neighbouring pieces come from one reading. */
export function createPieces(store: ByteStore) {
  let start = 0;
  let held: Buffer = Buffer.alloc(0);
  return async (at: number, length: number): Promise<Buffer> => {
    if (at < start || at + length > start + held.length) {
      held = await bytesAt(store, at, Math.max(step, length));
      start = at;
    }
    return held.subarray(at - start, at - start + length);
  };
}

/** Bytes behind a place that are there, where the file has them, when it is judged. */
const ahead = 2048;

/** Which bytes are looked for, and where. */
export interface Search {
  readonly from: number;
  readonly to: number;
  readonly budget: Budget;
  /** Judges a place by the bytes from there on; all are taken without. */
  readonly accepts?: (bytes: Buffer) => boolean;
}

/** Every place within `from` and `to` where a signature of four bytes stands; the caller may go on from further behind. */
export async function* placesOf(
  store: ByteStore,
  signature: string,
  { from, to, budget, accepts = () => true }: Search,
): AsyncGenerator<number, void, number | undefined> {
  // Few bytes at first: most searches end soon.
  let window = shortStep;
  for (let at = from, next = from; at + 4 <= to; at = Math.max(at + window, next)) {
    budget.checkTime();
    if (at > from) window = Math.min(2 * window, step);
    const bytes = await bytesAt(store, at, Math.min(window, to - at) + ahead);
    const last = Math.min(at + window - 1, to - 4);
    for (;;) {
      const found = at + bytes.indexOf(signature, next - at, 'latin1');
      if (found < at || found > last) break;
      next = found + 1;
      if (accepts(bytes.subarray(found - at))) next = (yield found) ?? next;
    }
  }
}

/** The first of them. */
export async function find(...search: Parameters<typeof placesOf>): Promise<number | undefined> {
  for await (const place of placesOf(...search)) return place;
  return undefined;
}

const zeros = Buffer.alloc(step);

/** The first byte that is not zero, from there on; `to` where all are. */
export async function endOfZeros(
  store: ByteStore,
  from: number,
  to: number,
  budget: Budget,
): Promise<number> {
  for (let at = from; at < to; at += step) {
    budget.checkTime();
    const bytes = await bytesAt(store, at, Math.min(step, to - at));
    if (!bytes.equals(zeros.subarray(0, bytes.length))) return at + bytes.findIndex((byte) => byte !== 0);
  }
  return to;
}
