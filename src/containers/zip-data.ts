import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { StageError } from '../core/errors.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { type Collected, collect, damaged } from './collect.js';

export const stored = 0;
export const deflated = 8;

/** Where packed bytes lie. Deflated ones may end before `until`. */
export interface Packed {
  readonly method: number;
  readonly from: number;
  readonly until: number;
}

export interface Unpacked extends Collected {
  /** Packed bytes that were read. */
  readonly used: number;
}

/** Reads packed bytes of one zip file. Raises StageError('decode', 'archive-limit'). */
export type Unpack = (packed: Packed) => Promise<Unpacked>;

/** How often each byte of a zip file may be read: members that share their bytes could make this endless. */
const mostReadings = 8;
/** Bytes that may be read whatever the size. */
const freeReadings = 1e6;

/** The last member that was read is not read again for another name. */
export function createUnpack(store: ByteStore, budget: Budget): Unpack {
  let left = mostReadings * store.size + freeReadings;
  let last: { readonly packed: Packed; readonly unpacked: Unpacked } | undefined;
  return async (packed) => {
    if (last && isSame(last.packed, packed)) {
      budget.spend(last.unpacked.bytes?.length ?? 0);
      return last.unpacked;
    }
    last = undefined;
    const unpacked = await (packed.method === deflated ? inflate : copy)(store, packed, budget);
    left -= unpacked.used;
    if (left < 0)
      throw new StageError(
        'decode',
        'archive-limit',
        `its members share their bytes more than ${mostReadings} times`,
      );
    last = { packed, unpacked };
    return unpacked;
  };
}

const isSame = (a: Packed, b: Packed) => a.method === b.method && a.from === b.from && a.until === b.until;

async function copy(store: ByteStore, { from, until }: Packed, budget: Budget): Promise<Unpacked> {
  const end = Math.min(until, store.size);
  const got = await collect(chunksBetween(store, from, end), budget);
  const used = Math.max(0, end - from);
  return end < until && !got.unread
    ? { ...got, unread: damaged('the file ends within the member'), used }
    : { ...got, used };
}

async function inflate(store: ByteStore, { from, until }: Packed, budget: Budget): Promise<Unpacked> {
  const inflater = createInflateRaw();
  const source = Readable.from(chunksBetween(store, from, Math.min(until, store.size)), {
    objectMode: false,
  });
  // An error comes where the stream is read.
  pipeline(source, inflater, () => {});
  try {
    const got = await collect(inflater, budget);
    return { ...got, used: inflater.bytesWritten };
  } finally {
    inflater.destroy();
    source.destroy();
  }
}

const [firstStep, longestStep] = [1 << 14, 1 << 20];

/** Bytes of the store, at first few at once: nobody knows where a stream ends. */
async function* chunksBetween(store: ByteStore, from: number, until: number): AsyncGenerator<Uint8Array> {
  let step = firstStep;
  for (let at = from; at < until; step = Math.min(2 * step, longestStep)) {
    const chunk = await store.read(at, Math.min(step, until - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}
