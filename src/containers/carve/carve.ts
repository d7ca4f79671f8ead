import { type Inside, StageError } from '../../core/index.js';
import type { ByteStore } from '../../core/types.js';
import type { Budget } from '../budget.js';
import type { Span, Unaccounted } from '../types.js';
import { kinds } from './beginnings.js';
import { findPair, pairsOf } from './kernel.js';
import { type Extent, headBytes, type Kind } from './kinds.js';
import { bufferOf, holds } from './spans.js';

/** Bytes that one step searches. */
const windowBytes = 1 << 22;
/**
 * The most bytes of all pieces together, for each byte of the span. Pieces may overlap. The limit counts once they have
 * more than `freeBytes`.
 */
const mostTimes = 8;
const freeBytes = 64e6;
/** The most markers and boxes that are read, in addition to one for every eight bytes. */
const freeSteps = 1e6;

/** The most bytes that a file has before its magic. */
const before = Math.max(...kinds.map(({ offset = 0 }) => offset));

const table = pairsOf(
  kinds.flatMap(({ magic }) => {
    const byte = (at: number) => (magic[at] === '?' || at >= magic.length ? undefined : magic.charCodeAt(at));
    const [first, second, third] = [byte(0)!, byte(1)!, byte(2)];
    return [[first, second] as const, [second, third] as const];
  }),
);

/** The kinds by the first byte of their magic. */
const byFirst: (Kind[] | undefined)[] = [];
for (const kind of kinds) {
  const byte = kind.magic.charCodeAt(0);
  byFirst[byte] ??= [];
  byFirst[byte].push(kind);
}

/** A file that the search found. */
export interface Piece {
  /** The file as a member: `at-` and the byte where it begins. */
  readonly inside: Inside & { readonly bytes?: Uint8Array };
  /** Where it lies in the store. */
  readonly span: Span;
  /** True if the search also yields the files that begin within it. */
  readonly isSearched: boolean;
}

/**
 * Yields the pictures and archives that begin anywhere in a span, in their order. A place counts if the bytes there
 * pass a check: a chain of markers, a sane header, a checksum. The search passes over members that `toldAt` recognises.
 * The time is linear in the bytes of the span and of the pieces, which are bounded. Raises StageError('decode',
 * 'archive-limit').
 */
export async function* carve(
  store: ByteStore,
  { from, to }: Span,
  budget: Budget,
  toldAt?: Unaccounted['toldAt'],
): AsyncGenerator<Piece> {
  const { maxBytes } = budget.limits;
  const spend = spending(to - from);
  const step = stepping(to - from);
  let next = from;
  for (let at = from; at < to; at += windowBytes) {
    budget.checkTime();
    if (next >= at + windowBytes) continue;
    const start = Math.max(from, at - before);
    const window = bufferOf(await store.read(start, Math.min(windowBytes + before + headBytes, to - start)));
    const last = Math.min(at + windowBytes, to) - start;
    for (const { place, kind } of placesIn(window, at - start, last)) {
      const offset = kind.offset ?? 0;
      const begin = start + place - offset;
      if (begin < next) continue;
      if (!kind.isCredible(window.subarray(begin - start, begin - start + headBytes), step)) continue;
      const bytes = bufferOf(await store.read(begin, Math.min(to - begin, maxBytes)));
      const told = toldAt?.(bytes);
      if (told) {
        next = begin + told;
        continue;
      }
      const extent: Extent | undefined = kind.extentOf ? kind.extentOf(bytes, step) : { end: bytes.length };
      if (!extent) continue;
      const { end } = extent;
      const isOpen = end >= bytes.length && !extent.bytes;
      budget.checkDepth();
      budget.member();
      budget.spend(end);
      spend(end);
      next = begin + (extent.next ?? (isOpen ? offset + kind.magic.length : end));
      const isCut = isOpen && begin + end < to;
      yield {
        inside: {
          member: `at-${begin}`,
          ...(isCut ? { unread: tooLarge(maxBytes) } : { bytes: extent.bytes ?? bytes.subarray(0, end) }),
        },
        span: { from: begin, to: isCut ? to : begin + end },
        isSearched: isOpen,
      };
    }
  }
}

const tooLarge = (maxBytes: number) =>
  ({ kind: 'failed', stage: 'fetch', code: 'too-large', message: `larger than ${maxBytes} bytes` }) as const;

/** Makes a counter, to be called with the bytes of every piece. It raises StageError('decode', 'archive-limit'). */
function spending(searched: number): (bytes: number) => void {
  let left = Math.max(freeBytes, mostTimes * searched);
  return (bytes) => {
    left -= bytes;
    if (left < 0) throw limit(`what begins within it shares its bytes more than ${mostTimes} times`);
  };
}

/**
 * Makes a counter, to be called for every marker: crafted chains of markers would take for ever. It raises
 * StageError('decode', 'archive-limit').
 */
function stepping(searched: number): () => void {
  const most = freeSteps + searched / 8;
  let done = 0;
  return () => {
    done += 1;
    if (done > most) throw limit(`more than ${Math.floor(most)} markers within it`);
  };
}

const limit = (message: string) => new StageError('decode', 'archive-limit', message);

/** Yields the places within `from` and `to` where the magic of a kind stands. */
function* placesIn(window: Buffer, from: number, to: number): Generator<{ place: number; kind: Kind }> {
  const odd = window.byteOffset % 2;
  const words = new Uint16Array(window.buffer, window.byteOffset + odd, (window.length - odd) >> 1);
  /** The first place that has not been looked at. */
  let place = from;
  for (let pair = Math.max(0, (from - odd) >> 1); ; pair++) {
    pair = findPair(words, table, pair);
    const at = 2 * pair + odd;
    if (pair >= words.length || at > to) break;
    // The pair may be the second byte and the third of a magic.
    if (place < at - 1) place = at - 1;
    for (const end = Math.min(at + 1, to); place < end; place++) {
      const some = byFirst[window[place]!];
      if (some === undefined) continue;
      for (const kind of some) if (holds(window, place, kind.magic)) yield { place, kind };
    }
  }
}
