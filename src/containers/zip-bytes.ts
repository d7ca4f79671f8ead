import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** Bytes that one reading takes: `step` at most, `shortStep` at the start of a search. */
const step = 1 << 16;
const shortStep = 1 << 12;

/** Reads `length` bytes from `at` on: fewer at the end of the store, none if `at` lies outside it. */
export async function bytesAt(store: ByteStore, at: number, length: number): Promise<Buffer> {
  if (at < 0 || at >= store.size) return Buffer.alloc(0);
  const bytes = await store.read(at, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Makes a reader of `length` bytes from `at` on. It keeps the last reading and answers neighbouring pieces from it. */
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

/** Bytes behind a place that `accepts` gets to see, if the file has so many. */
const ahead = 2048;

/** Where to search for a signature, and which places count. */
export interface Search {
  /** The first byte of the range. */
  readonly from: number;
  /** The first byte behind the range. */
  readonly to: number;
  /** Bounds the time; raises StageError('decode', 'archive-limit'). */
  readonly budget: Budget;
  /** Judges a place by the bytes from there on. Without it, every place counts. */
  readonly accepts?: (bytes: Buffer) => boolean;
}

/**
 * Yields every place within `from` and `to` where a signature of four bytes stands. The caller may hand a later place
 * to `next()`: the search then goes on from there.
 */
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

/** The first place that `placesOf` finds; undefined if there is none. */
export async function find(...search: Parameters<typeof placesOf>): Promise<number | undefined> {
  for await (const place of placesOf(...search)) return place;
  return undefined;
}

const zeros = Buffer.alloc(step);

/** The place of the first byte from `from` on that is not zero; `to` if all of them are. */
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
