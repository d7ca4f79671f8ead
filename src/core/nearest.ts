import { grades } from './grades.js';
import type { Match } from './types.js';

/** Matches that an event tells one by one, where it does not take more of them to decide what all decide. */
export const mostTold = 100;

/** Some of the matches of an asset, and how many there are. */
export interface Told {
  /** The best first. */
  readonly matches: readonly Match[];
  /** Of all matches. */
  readonly count: number;
}

/**
 * Keeps the best of any number of matches in bounded memory, and counts all. Whatever is decided from an asset's matches
 * (its category, how sure it is, whether it may be reported, as what, by which lists) is decided alike from those that
 * are kept: they hold the best of every list, category, grade, band and algorithm, live and suppressed.
 */
export class Nearest {
  #kept: Match[] = [];
  readonly #telling = new Map<string, Match>();
  #count = 0;

  offer(match: Match): void {
    this.#count += 1;
    for (const key of whatItDecides(match)) {
      const known = this.#telling.get(key);
      if (!known || byRank(match, known) < 0) this.#telling.set(key, match);
    }
    this.#kept.push(match);
    if (this.#kept.length >= 10 * mostTold) this.#kept = this.#best();
  }

  told(): Told {
    const best = this.#best();
    const telling = new Set(this.#telling.values());
    const missing = [...telling].filter((match) => !best.includes(match));
    // The farthest give way that nothing depends on.
    let excess = best.length + missing.length - mostTold;
    const stay = best.toReversed().filter((match) => telling.has(match) || excess-- <= 0);
    return { matches: ranked([...stay.toReversed(), ...missing]), count: this.#count };
  }

  #best(): Match[] {
    return ranked(this.#kept).slice(0, mostTold);
  }
}

/** Of matches that agree in one of these the best is told. There are no more of them than lists and categories allow. */
function whatItDecides({
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

/** A real match comes before a test, and that before one known to be harmless: the best match names the asset. */
const gravity = ({ category, suppressed }: Match): number => (suppressed ? 2 : category === 'test' ? 1 : 0);

const byRank = (a: Match, b: Match): number => gravity(a) - gravity(b) || nearestFirst(a, b);

/** The order that an event tells matches in: the first is the best. */
const ranked = (matches: readonly Match[]): Match[] => [...matches].sort(byRank);

/**
 * Exact digests first, then the share of the threshold that the distance uses up, so that distances under
 * different algorithms compare; then by name, so that the order never depends on the run.
 */
function nearestFirst(a: Match, b: Match): number {
  const share = (m: Match) => (m.threshold === 0 ? 0 : m.distance / m.threshold);
  const digest = (m: Match) => (m.view === undefined ? 0 : 1);
  return (
    digest(a) - digest(b) ||
    share(a) - share(b) ||
    // At equal nearness the longer hash says more.
    b.threshold - a.threshold ||
    (a.frame ?? 0) - (b.frame ?? 0) ||
    compareText(a.list, b.list) ||
    compareText(a.entryId, b.entryId) ||
    compareText(a.algorithm, b.algorithm)
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
