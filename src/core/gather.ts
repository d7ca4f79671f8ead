import { corroborated } from './chance.js';
import { StageError } from './errors.js';
import { Nearest, type Told } from './nearest.js';
import type { Match } from './types.js';

/** Looks one fingerprint up; called again, it finds the same again. */
export type Lookup = () => Iterable<Match>;

export interface Gathered extends Told {
  /** Set where a list turned out to be damaged: what else was found counts. */
  readonly trouble?: StageError;
}

/** Matches of one fingerprint that are kept to be gone through twice; where there are more, they are looked up again. */
const mostKept = 1000;

/**
 * What the fingerprints of an asset match, a frame at a time, in memory that grows with the entries that one frame hits and
 * not with the matches. An entry that several views of a frame hit is told once, by the surest of them: the one that
 * chance gives least often, and of those the nearest. What a list says twice is told once.
 * @param frames the fingerprints of each frame.
 * @param finish says what else is to be told of a match: called for each, before it is counted and ranked.
 */
export function gather(
  frames: Iterable<readonly Lookup[]>,
  finish: (match: Match) => Match = (match) => match,
): Gathered {
  const nearest = new Nearest();
  let trouble: StageError | undefined;
  const note = (damage: StageError | undefined) => {
    trouble ??= damage;
  };
  for (const lookups of frames) {
    const frame = new FrameHits();
    const finders = lookups.map(twice);
    for (const [number, find] of finders.entries()) note(find((match) => frame.see(match, number)));
    for (const [number, find] of finders.entries()) {
      const isNew = unrepeated();
      const tell = (match: Match) => {
        const hit = frame.hitOf(match);
        if (hit === undefined || numberOf(hit) !== number) return;
        if (isRepeated(hit) && !isNew(match)) return;
        nearest.offer(finish(frame.corroborate(match)));
      };
      note(find(tell));
    }
  }
  return { ...nearest.told(), ...(trouble && { trouble }) };
}

/** A lookup to be gone through twice. What a damaged list keeps back is returned; other errors are thrown. */
function twice(lookup: Lookup): (visit: (match: Match) => void) => StageError | undefined {
  let kept: Match[] | undefined;
  let isFirst = true;
  const search = (visit: (match: Match) => void): StageError | undefined => {
    try {
      for (const match of lookup()) visit(match);
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      return error;
    }
    return undefined;
  };
  return (visit) => {
    if (!isFirst) {
      if (!kept) return search(visit);
      for (const match of kept) visit(match);
      return undefined;
    }
    isFirst = false;
    kept = [];
    return search((match) => {
      if (kept && kept.length < mostKept) kept.push(match);
      else kept = undefined;
      visit(match);
    });
  };
}

/**
 * The surest hit of an entry under one algorithm as one small number, of which there may be a million: how often chance
 * gives it, then its distance, the number of the fingerprint, and whether the entry was hit more than once. The least
 * number is the surest hit.
 */
const packed = (expected: number | undefined, distance: number, number: number): number =>
  (rankOf(expected) * 2 ** 12 + distance) * 2 ** 17 + number * 2;
const numberOf = (hit: number): number => (hit % 2 ** 17) >> 1;
const isRepeated = (hit: number): boolean => hit % 2 === 1;

/** An expectation from 1e-30 to 1e30 in hundredths of a decade: 0…6000. */
const rankOf = (expected: number | undefined): number =>
  expected === undefined ? 0 : Math.round(100 * (Math.min(30, Math.max(-30, Math.log10(expected))) + 30));

/** What the fingerprints of one frame hit. */
class FrameHits {
  /** By algorithm, list and entry. */
  readonly #surest = new Map<string, Map<string, Map<string, number>>>();
  /** Algorithms of pixels. */
  readonly #perceptual = new Set<string>();
  /** Expectation of each hit by algorithm. */
  readonly #expected = new Map<string, Map<number, number>>();

  see({ algorithm, list, entryId, distance, view, expectedByChance }: Match, number: number): void {
    if (view !== undefined) this.#perceptual.add(algorithm);
    const lists = ofKey(this.#surest, algorithm, () => new Map<string, Map<string, number>>());
    const entries = ofKey(lists, list, () => new Map<string, number>());
    const known = entries.get(entryId);
    const hit = packed(expectedByChance, distance, number);
    entries.set(entryId, known === undefined ? hit : Math.min(hit, known - (known % 2)) + 1);
    if (expectedByChance !== undefined)
      ofKey(this.#expected, algorithm, () => new Map<number, number>()).set(hit, expectedByChance);
  }

  hitOf({ algorithm, list, entryId }: Match): number | undefined {
    return this.#surest.get(algorithm)?.get(list)?.get(entryId);
  }

  /** An entry that was hit under several algorithms of pixels is surer than the likeliest of them. */
  corroborate(match: Match): Match {
    if (match.view === undefined || this.#perceptual.size < 2) return match;
    let algorithms = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const algorithm of this.#perceptual) {
      const hit = this.hitOf({ ...match, algorithm });
      const expected = hit === undefined ? undefined : this.#expected.get(algorithm)?.get(hit - (hit % 2));
      // An algorithm whose chance matches nobody has measured makes no other one surer.
      if (expected === undefined) continue;
      algorithms += 1;
      least = Math.min(least, expected);
    }
    return corroborated(match, algorithms, least);
  }
}

function ofKey<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** True for a match that says something else than those before it. */
function unrepeated(): (match: Match) => boolean {
  const seen = new Set<string>();
  return (match) => seen.size !== seen.add(JSON.stringify(match)).size;
}
