import { type Inside, knownKindOf, Skip } from '../../core/index.js';
import type { ByteStore } from '../../core/types.js';
import type { Budget } from '../budget.js';
import { memoryStore } from '../store.js';
import type { Span, Unaccounted } from '../types.js';
import { carve } from './carve.js';
import { isHarmless, restOf } from './rest.js';
import { merged, without } from './spans.js';

/** What to search, and which of it needs no search. */
export interface Search {
  /** The bytes of the asset. */
  readonly store: ByteStore;
  /** Pays for the search. */
  readonly budget: Budget;
  /** Where members lie that a container has already yielded. */
  readonly accounted: readonly Span[];
  /** True if an outer search has already looked through these bytes. */
  readonly isSearched: boolean;
  /** Gets the bytes of each file that was found and through which this search has already looked. */
  readonly onSearched: (bytes: Uint8Array) => void;
}

/** The search passes over spans of fewer bytes. */
const shortest = 32;

/**
 * Yields the files that begin in bytes that a reader leaves out. Afterwards it raises Skip('unknown-format') if some
 * strays belong to none of these files and may still hold a picture. Raises StageError('decode', 'archive-limit').
 */
export async function* searchLeft(left: Unaccounted, search: Search): AsyncGenerator<Inside> {
  const strays = merged(left.strays ?? []);
  const found: Span[] = [...search.accounted];
  for (const span of merged([...(left.records ?? []), ...strays]))
    for (const part of without(span, search.accounted)) yield* searchIn(part, search, found, left);
  for (const { at, bytes } of left.joined?.(search.budget) ?? [])
    for await (const { inside, span } of carve(
      memoryStore(bytes),
      { from: 0, to: bytes.length },
      search.budget,
    ))
      yield { ...inside, member: `at-${at}~${span.from}` };
  for (const stray of strays)
    for (const rest of without(stray, found)) {
      search.budget.checkTime();
      const isPart = rest.to - rest.from < search.store.size;
      if (!(await isHarmless(search.store, rest, isPart)))
        throw new Skip(
          'unknown-format',
          `nobody knows the ${rest.to - rest.from} bytes from ${rest.from} on: they were not looked at`,
        );
    }
}

async function* searchIn(
  span: Span,
  search: Search,
  found: Span[],
  { toldAt }: Unaccounted,
): AsyncGenerator<Inside> {
  if (search.isSearched || span.to - span.from < shortest) return;
  for await (const piece of carve(search.store, span, search.budget, toldAt)) {
    if (piece.isSearched && piece.inside.bytes) search.onSearched(piece.inside.bytes);
    found.push(piece.span);
    yield piece.inside;
  }
}

/**
 * Yields the files that begin in a file that no reader knows. If there are some and the rest holds no picture, the
 * function ends without an error. Otherwise it raises Skip: `not-an-image` if the file holds no picture,
 * `unsupported-format` if its tags hold one that hashsieve does not read, `unknown-format` if some bytes are unknown.
 * Raises StageError('decode', 'archive-limit').
 */
export async function* searchUnknown(mediaType: string, search: Search): AsyncGenerator<Inside> {
  const { store } = search;
  const whole = { from: 0, to: store.size };
  const kind = knownKindOf(mediaType);
  const isText = mediaType.startsWith('text/');
  if (isText || !kind) {
    const rest = search.accounted.length > 0 ? 'binary' : await restOf(store, whole);
    if (rest !== 'binary')
      throw new Skip(
        'not-an-image',
        rest === 'text' ? `${mediaType} is no picture` : 'one byte over and over',
      );
  }
  let isFound = search.accounted.length > 0;
  const left = kind && !isText ? { records: [whole] } : { strays: [whole] };
  for await (const inside of searchLeft(left, search)) {
    isFound = true;
    yield inside;
  }
  if (!isFound && kind && (await holds(store, kind.unless ?? [])))
    throw new Skip('unsupported-format', `${mediaType} with a picture in its tags that is not read`);
  if (!isFound) throw new Skip('not-an-image', `${mediaType} is no picture: ${kind?.reason}`);
}

/**
 * Checks whether a file is text throughout, if the operator switched the search off. Always raises Skip: `not-an-image`
 * for text, `unknown-format` if the file goes on as something else.
 */
export async function tellText(mediaType: string, { store }: Pick<Search, 'store'>): Promise<never> {
  if ((await restOf(store, { from: 0, to: store.size })) === 'binary')
    throw new Skip('unknown-format', 'it begins as text and goes on as something else: it was not looked at');
  throw new Skip('not-an-image', `${mediaType} is no picture`);
}

/** Bytes at the beginning of a file in which the search looks for tags. */
const longestTags = 1 << 22;

async function holds(store: ByteStore, texts: readonly string[]): Promise<boolean> {
  if (texts.length === 0) return false;
  const head = Buffer.from(await store.read(0, longestTags));
  return texts.some((text) => head.includes(text, 0, 'latin1'));
}
