import { grades } from './grades.js';
import type { Match } from './types.js';

/**
 * The number of matches that an event lists. It lists more only where they all are needed for decisions (`BestMatches`).
 */
export const mostListed = 100;

/** Some of an asset's matches, and the number of all. */
export interface KeptMatches {
  /** The best one first. */
  readonly matches: readonly Match[];
  /** Number of all matches. */
  readonly count: number;
}

/**
 * Keeps the best of any number of matches in bounded memory, and counts all. Every decision about an asset (its
 * category, how sure it is, whether and as what it may be reported, which lists hold it) comes out the same from the
 * kept matches as from all: they include the best of every list, category, grade, band and algorithm, suppressed or
 * not.
 */
export class BestMatches {
  #kept: Match[] = [];
  readonly #decisive = new Map<string, Match>();
  #count = 0;

  /** Counts a match, and keeps it while it is one of the best. */
  offer(match: Match): void {
    this.#count += 1;
    for (const key of decisionsOf(match)) {
      const known = this.#decisive.get(key);
      if (!known || byRank(match, known) < 0) this.#decisive.set(key, match);
    }
    this.#kept.push(match);
    if (this.#kept.length >= 10 * mostListed) this.#kept = this.#best();
  }

  /** The kept matches, and the number of all. */
  kept(): KeptMatches {
    const best = this.#best();
    const decisive = new Set(this.#decisive.values());
    const missing = [...decisive].filter((match) => !best.includes(match));
    // Drops the farthest of those on which no decision depends.
    let excess = best.length + missing.length - mostListed;
    const stay = best.toReversed().filter((match) => decisive.has(match) || excess-- <= 0);
    return { matches: ranked([...stay.toReversed(), ...missing]), count: this.#count };
  }

  #best(): Match[] {
    return ranked(this.#kept).slice(0, mostListed);
  }
}

/**
 * Two matches that agree in one of these keys support the same decision, so the better one is kept. The number of keys
 * is bounded by the number of lists and categories.
 */
function decisionsOf({
  suppressed,
  list,
  category,
  classification,
  band,
  algorithm,
}: Match): readonly string[] {
  const state = `${suppressed ? 'suppressed' : 'live'} ${category}`;
  const grade = grades.find((known) => known === classification);
  return [
    `list ${state} ${list}`,
    `band ${state} ${band}`,
    `algorithm ${state} ${algorithm}`,
    ...(grade === undefined ? [] : [`grade ${state} ${grade}`]),
  ];
}

/**
 * Ranks a real match before a test, and a test before a suppressed match: the best match gives the asset its category.
 */
const gravity = ({ category, suppressed }: Match): number => (suppressed ? 2 : category === 'test' ? 1 : 0);

const byRank = (a: Match, b: Match): number => gravity(a) - gravity(b) || nearestFirst(a, b);

/** Sorts matches as an event lists them, the best one first. */
const ranked = (matches: readonly Match[]): Match[] => [...matches].sort(byRank);

/**
 * Orders exact digests first, then by the share of the threshold that the distance uses, so that distances under
 * different algorithms can be compared (a matching service tells none: what it calls near counts as all of it), then by
 * name, so that the order is the same in every run.
 */
function nearestFirst(a: Match, b: Match): number {
  const share = (m: Match) => {
    if (m.distance === undefined || m.threshold === undefined) return m.matchType === 'exact' ? 0 : 1;
    return m.threshold === 0 ? 0 : m.distance / m.threshold;
  };
  const digest = (m: Match) => (m.view === undefined ? 0 : 1);
  return (
    digest(a) - digest(b) ||
    share(a) - share(b) ||
    // At equal nearness the longer hash is surer.
    (b.threshold ?? 0) - (a.threshold ?? 0) ||
    (a.frame ?? 0) - (b.frame ?? 0) ||
    compareText(a.list, b.list) ||
    compareText(a.entryId, b.entryId) ||
    compareText(a.algorithm, b.algorithm)
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
