import { type Inside, knownKindOf, Skip } from '../../core/index.js';
import type { ByteStore } from '../../core/types.js';
import type { Budget } from '../budget.js';
import { memoryStore } from '../store.js';
import type { Span, Unaccounted } from '../types.js';
import { carve } from './carve.js';
import { isHarmless, restOf } from './rest.js';
import { merged, without } from './spans.js';

/** What is searched, and what of it need not be. */
export interface Search {
  readonly store: ByteStore;
  readonly budget: Budget;
  /** What was yielded already. */
  readonly accounted: readonly Span[];
  /** True where another search found what begins in these bytes. */
  readonly isSearched: boolean;
  /** Takes bytes in which everything was found that begins there. */
  readonly onSearched: (bytes: Uint8Array) => void;
}

/** Bytes of the shortest thing that is looked for. */
const shortest = 32;

/**
 * What begins in bytes that a reader leaves out. Raises Skip('unknown-format') behind it, where bytes that belong to nothing hold
 * neither what was found nor what is known to hold no picture.
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
 * What begins in a file that no reader knows. Ends without an error where something does and the rest is known to hold no
 * picture; else raises Skip: `not-an-image` with the reason where all of it is known, `unknown-format` where it is not.
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
 * Says what a text is where nothing may be searched. Raises Skip: `not-an-image`, or `unknown-format` where it goes on as
 * something else than text.
 */
export async function tellText(mediaType: string, { store }: Pick<Search, 'store'>): Promise<never> {
  if ((await restOf(store, { from: 0, to: store.size })) === 'binary')
    throw new Skip('unknown-format', 'it begins as text and goes on as something else: it was not looked at');
  throw new Skip('not-an-image', `${mediaType} is no picture`);
}

/** Bytes at the beginning of a file in which tags are looked for. */
const longestTags = 1 << 22;

async function holds(store: ByteStore, texts: readonly string[]): Promise<boolean> {
  if (texts.length === 0) return false;
  const head = Buffer.from(await store.read(0, longestTags));
  return texts.some((text) => head.includes(text, 0, 'latin1'));
}
