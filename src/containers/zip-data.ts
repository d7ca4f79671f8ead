import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { type Collected, collect, damaged } from './collect.js';
import { chunksOf } from './store.js';

/** The method of a member whose bytes lie in the zip file unpacked (APPNOTE 4.4.5). */
export const stored = 0;
/** The method of a member that Deflate packed (APPNOTE 4.4.5). */
export const deflated = 8;

/** Where the packed bytes of a member lie, and how they are packed. */
export interface Packed {
  /** `stored` or `deflated`. */
  readonly method: number;
  /** The first byte, counted from the beginning of the file. */
  readonly from: number;
  /** The first byte behind them. A deflated stream may end before it. */
  readonly until: number;
}

/** What a member unpacks to. */
export interface Unpacked extends Collected {
  /** How many packed bytes the reader took. */
  readonly used: number;
}

/** Unpacks a member of one zip file. Raises StageError('decode', 'archive-limit'). */
export type Unpack = (packed: Packed) => Promise<Unpacked>;

/** How often each byte may be read on average. Members that share their bytes could keep a reader busy for ever. */
const mostReadings = 8;
/** Bytes that may be read in addition, however small the file is. */
const freeReadings = 1e6;

/** Makes the reader of one zip file. It keeps the last member, and does not read it again for a second name. */
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
  const got = await collect(chunksOf(store, from, end), budget);
  const used = Math.max(0, end - from);
  return end < until && !got.unread
    ? { ...got, unread: damaged('the file ends within the member'), used }
    : { ...got, used };
}

async function inflate(store: ByteStore, { from, until }: Packed, budget: Budget): Promise<Unpacked> {
  const end = Math.min(until, store.size);
  const small =
    end - from <= smallMember && inflateAtOnce(await store.read(from, Math.max(0, end - from)), budget);
  if (small) return small;
  const inflater = createInflateRaw();
  const source = Readable.from(growingChunks(store, from, end), { objectMode: false });
  // `collect` reads the stream, and gets its errors.
  pipeline(source, inflater, () => {});
  try {
    const got = await collect(inflater, budget);
    return { ...got, used: inflater.bytesWritten };
  } finally {
    inflater.destroy();
    source.destroy();
  }
}

/** A member of at most this many packed bytes is unpacked without a stream, if it unpacks to at most `smallOutput`. */
const smallMember = 1 << 16;
const smallOutput = 1 << 20;

/**
 * Unpacks a small member in one call. Undefined if it is too large or damaged: a stream then gives the bytes before the
 * damage.
 */
function inflateAtOnce(packed: Uint8Array, budget: Budget): Unpacked | undefined {
  const maxOutputLength = Math.min(smallOutput, budget.limits.maxBytes);
  let unpacked: { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
  try {
    unpacked = inflateRawSync(packed, { maxOutputLength, info: true }) as unknown as typeof unpacked;
  } catch {
    return undefined;
  }
  budget.spend(unpacked.buffer.length);
  return { bytes: unpacked.buffer, used: unpacked.engine.bytesWritten };
}

const [firstStep, longestStep] = [1 << 14, 1 << 20];

/** Reads the store in chunks that grow: the stream may end early, and its end is not known beforehand. */
async function* growingChunks(store: ByteStore, from: number, until: number): AsyncGenerator<Uint8Array> {
  let step = firstStep;
  for (let at = from; at < until; step = Math.min(2 * step, longestStep)) {
    const chunk = await store.read(at, Math.min(step, until - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}
