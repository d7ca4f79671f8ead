import { type Agreeing, expectedOfAgreement } from './agreement.js';
import { BestMatches, type KeptMatches } from './best-matches.js';
import { corroborated } from './chance.js';
import { StageError } from './errors.js';
import type { Match } from './types.js';

/** Looks up one fingerprint; every call finds the same matches. */
export type Lookup = () => Iterable<Match>;

/** The matches of an asset, and how many there are. */
export interface Gathered extends KeptMatches {
  /** Set where a list turned out to be damaged. The matches of other lists are valid. */
  readonly trouble?: StageError;
}

/**
 * Up to this many matches of one fingerprint are kept for the second pass; where there are more, they are looked up
 * again.
 */
const mostKept = 1000;

/**
 * Gathers the matches of an asset's fingerprints, one frame after another, in memory that grows with the entries that
 * one frame hits and not with the number of matches. Where several views of a frame hit one entry, it keeps the surest
 * hit: the one that chance gives least often, and of equals the nearest. Equal statements of a list are kept once.
 * @param frames the fingerprints of each frame.
 * @param finish adds further facts to a match; called for each match before it is counted and ranked.
 */
export function gather(
  frames: Iterable<readonly Lookup[]>,
  finish: (match: Match) => Match = (match) => match,
): Gathered {
  const nearest = new BestMatches();
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
      const offer = (match: Match) => {
        const hit = frame.hitOf(match);
        if (hit === undefined || numberOf(hit) !== number) return;
        if (isRepeated(hit) && !isNew(match)) return;
        nearest.offer(finish(frame.corroborate(match)));
      };
      note(find(offer));
    }
  }
  return { ...nearest.kept(), ...(trouble && { trouble }) };
}

/** A lookup whose matches can be visited twice. The error of a damaged list is returned; other errors are thrown. */
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
 * Packs the surest hit of an entry under one algorithm into one number, because there may be a million of them: the
 * rank of its expectation, its distance, the number of the fingerprint, and whether the entry was hit more than once.
 * The smallest number is the surest hit.
 */
const packed = (expected: number | undefined, distance: number, number: number): number =>
  (rankOf(expected) * 2 ** 20 + distance) * 2 ** 17 + number * 2;
const numberOf = (hit: number): number => (hit % 2 ** 17) >> 1;
const isRepeated = (hit: number): boolean => hit % 2 === 1;

/** Ranks an expectation from 1e-30 to 1e30 in hundredths of a power of ten: 0…6000. */
const rankOf = (expected: number | undefined): number =>
  expected === undefined ? 0 : Math.round(100 * (Math.min(30, Math.max(-30, Math.log10(expected))) + 30));

/** The entries that the fingerprints of one frame hit. */
class FrameHits {
  /** The surest hit by algorithm, list and entry. */
  readonly #surest = new Map<string, Map<string, Map<string, number>>>();
  /** The pixel algorithms that had a hit. */
  readonly #perceptual = new Set<string>();
  /** The expectation of each hit of a telling hash, by algorithm: pictures that say little deceive all algorithms alike. */
  readonly #expected = new Map<string, Map<number, number>>();

  see(match: Match, number: number): void {
    const { algorithm, list, entryId, distance, view, expectedByChance, commonplace } = match;
    if (view !== undefined) this.#perceptual.add(algorithm);
    const lists = ofKey(this.#surest, algorithm, () => new Map<string, Map<string, number>>());
    const entries = ofKey(lists, list, () => new Map<string, number>());
    const known = entries.get(entryId);
    const hit = packed(expectedByChance, distance!, number);
    entries.set(entryId, known === undefined ? hit : Math.min(hit, known - (known % 2)) + 1);
    if (expectedByChance !== undefined && !commonplace)
      ofKey(this.#expected, algorithm, () => new Map<number, number>()).set(hit, expectedByChance);
  }

  hitOf({ algorithm, list, entryId }: Match): number | undefined {
    return this.#surest.get(algorithm)?.get(list)?.get(entryId);
  }

  /** Makes a match surer whose entry was hit under several pixel algorithms. */
  corroborate(match: Match): Match {
    if (match.view === undefined || match.commonplace || this.#perceptual.size < 2) return match;
    const hits: Agreeing[] = [];
    for (const algorithm of this.#perceptual) {
      const hit = this.hitOf({ ...match, algorithm });
      const expected = hit === undefined ? undefined : this.#expected.get(algorithm)?.get(hit - (hit % 2));
      // An algorithm without measured chance matches makes no match surer.
      if (expected !== undefined) hits.push({ algorithm, expected });
    }
    return hits.length < 2 ? match : corroborated(match, expectedOfAgreement(hits));
  }
}

function ofKey<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Makes a filter that is true for a match that differs from all before it. */
function unrepeated(): (match: Match) => boolean {
  const seen = new Set<string>();
  return (match) => seen.size !== seen.add(JSON.stringify(match)).size;
}
