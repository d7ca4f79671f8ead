import {
  type CompiledColumn,
  type HashColumn,
  hexToBytes,
  identitiesOf,
  type KnownHashes,
  type PackedHashes,
  type Screening,
  StageError,
  toHex,
  UsageError,
} from '../core/index.js';
import type { Fingerprint, ListIdentity, Match } from '../core/types.js';
import { Commonplace } from './commonplace.js';
import { exactIndex } from './exact.js';
import { multiIndex } from './multi-index.js';
import { createScreening } from './screening.js';
import type { HashIndexMaker, ThresholdOf } from './types.js';

/** Compares fingerprints with all lists at once. */
export interface Matcher {
  /** The algorithms that the lists hold hashes of: only these are worth computing. */
  readonly algorithms: readonly string[];
  readonly lists: readonly ListIdentity[];
  /**
   * Every listed hash within the algorithm's threshold (distance ≤ threshold): nearest first, ties in the order of the
   * lists, then of entry ids. Empty for an algorithm that no list holds. Raises TypeError for a malformed fingerprint,
   * StageError('match', 'list-damaged') where a compiled list turns out to be damaged.
   */
  match(fingerprint: Fingerprint): Match[];
  /**
   * The same matches one by one, in any order, repeated where a list repeats itself: there may be more of them than fit
   * in memory. Where a list is damaged, it gives the matches of the other lists before it raises that.
   */
  matches(fingerprint: Fingerprint): Iterable<Match>;
  /**
   * False where `match` would find nothing for any of the fingerprints of an asset. It looks them up together, which is
   * faster. It does not report damage: `match` does. Raises TypeError for a malformed fingerprint.
   */
  mayMatch(fingerprints: readonly Fingerprint[]): boolean;
  /**
   * Tells the same for many assets at once, several times as fast as `match`. Raises nothing: `match` reports damage.
   */
  readonly screen: Screening;
}

/** Hashes of one algorithm, ready to be searched. */
export interface Searched {
  readonly bits: number;
  /** The index of its first list among all lists. */
  readonly firstList: number;
  readonly search: CompiledColumn['search'];
  readonly screen: CompiledColumn['screen'];
  readonly entries: CompiledColumn['entries'];
  readonly hash: CompiledColumn['hash'];
}

/**
 * Makes a matcher.
 * @param known lists, in the order that breaks ties.
 * @param thresholds bits by algorithm, 0…its width; every algorithm of the lists needs one (TypeError otherwise).
 * @param options `showHashes`: matches contain the listed hash, which is confidential. `thresholdOf`: the threshold of
 * each look, at most that of its algorithm in `thresholds`; without it, `thresholds` apply to all looks.
 */
export function createMatcher(
  known: readonly KnownHashes[],
  thresholds: Readonly<Record<string, number>>,
  options: {
    readonly showHashes?: boolean;
    readonly thresholdOf?: ThresholdOf;
    /** The index of an algorithm's hashes, where it is not the built-in one. */
    readonly indexOf?: (algorithm: string) => HashIndexMaker | undefined;
  } = {},
): Matcher {
  const lists: ListIdentity[] = [];
  const searched = new Map<string, Searched[]>();
  for (const one of known) {
    for (const [algorithm, column] of one.columns) {
      const largest = options.indexOf?.(algorithm) ? Number.MAX_SAFE_INTEGER : column.bits;
      const threshold = checkedThreshold(algorithm, thresholds, largest);
      const columns = searched.get(algorithm) ?? [];
      searched.set(algorithm, [
        ...columns,
        searchable(algorithm, column, threshold, lists.length, options.indexOf?.(algorithm)),
      ]);
    }
    for (const identity of identitiesOf(one)) lists.push(identity);
  }
  const screen = createScreening(searched, thresholds);
  const thresholdOf = ({ algorithm, view }: Fingerprint): number =>
    options.thresholdOf?.(algorithm, view) ?? thresholds[algorithm]!;
  const commonplace = new Commonplace();
  function* ordered(fingerprint: Fingerprint): Generator<Ordered> {
    const threshold = thresholdOf(fingerprint);
    let damage: StageError | undefined;
    for (const column of searched.get(fingerprint.algorithm) ?? [])
      try {
        yield* matchesOn(column, fingerprint, { threshold, lists, commonplace, ...options });
      } catch (error) {
        if (!(error instanceof StageError)) throw error;
        damage ??= error;
      }
    if (damage) throw damage;
  }
  return {
    algorithms: [...searched.keys()],
    lists,
    screen,
    mayMatch: (fingerprints) => {
      const listed = fingerprints.filter(({ algorithm }) => searched.has(algorithm));
      const isMalformed = ({ algorithm, hex }: Fingerprint) =>
        hex.length * 4 !== searched.get(algorithm)![0]!.bits;
      if (listed.some(isMalformed)) return true;
      return byThresholds(listed, thresholdOf).some(
        ({ thresholds, fingerprints }) => screen([packed(fingerprints)], thresholds)[0]!,
      );
    },
    *matches(fingerprint) {
      for (const { match } of ordered(fingerprint)) yield match;
    },
    match(fingerprint) {
      const found = [...ordered(fingerprint)];
      found.sort(
        (a, b) =>
          a.match.distance! - b.match.distance! ||
          a.order - b.order ||
          compare(a.match.entryId, b.match.entryId),
      );
      return withoutRepeats(found.map(({ match }) => match));
    },
  };
}

/** The hashes of fingerprints, grouped by algorithm. */
function packed(fingerprints: readonly Fingerprint[]): Pick<PackedHashes, 'each'> {
  const texts = new Map<string, string[]>();
  for (const { algorithm, hex } of fingerprints) {
    const some = texts.get(algorithm) ?? [];
    some.push(hex);
    texts.set(algorithm, some);
  }
  return {
    each(visit) {
      for (const [algorithm, some] of texts) {
        const width = some[0]!.length / 2;
        visit({ algorithm, width, offsets: some.map((_, k) => k * width) }, hexToBytes(some.join('')), 0);
      }
    },
  };
}

interface SameThresholds {
  /** Thresholds in bits by algorithm. */
  readonly thresholds: Record<string, number>;
  readonly fingerprints: Fingerprint[];
}

/**
 * Puts fingerprints into as few groups as possible, so that those of one group and algorithm have the same threshold.
 */
function byThresholds(
  fingerprints: readonly Fingerprint[],
  thresholdOf: (fingerprint: Fingerprint) => number,
): SameThresholds[] {
  const groups: SameThresholds[] = [];
  for (const fingerprint of fingerprints) {
    const { algorithm } = fingerprint;
    const threshold = thresholdOf(fingerprint);
    let group = groups.find(({ thresholds }) => (thresholds[algorithm] ?? threshold) === threshold);
    if (!group) {
      group = { thresholds: {}, fingerprints: [] };
      groups.push(group);
    }
    group.thresholds[algorithm] = threshold;
    group.fingerprints.push(fingerprint);
  }
  return groups;
}

function checkedThreshold(
  algorithm: string,
  thresholds: Readonly<Record<string, number>>,
  largest: number,
): number {
  const threshold = thresholds[algorithm];
  if (threshold === undefined || !Number.isInteger(threshold) || threshold < 0 || threshold > largest) {
    throw new TypeError(`${algorithm} needs a threshold of 0…${largest}`);
  }
  return threshold;
}

function searchable(
  algorithm: string,
  column: HashColumn | CompiledColumn,
  threshold: number,
  firstList: number,
  own?: HashIndexMaker,
): Searched {
  const { bits } = column;
  if ('search' in column) {
    const { entries, hash, all } = column;
    if (own && !all)
      throw new UsageError(`a compiled list holds ${algorithm} for another metric: compile the list again`);
    const { search, screen } = all ? madeOnce(() => (own ?? multiIndex)(all(), bits)) : column;
    return { bits, firstList, search, screen, entries, hash };
  }
  const { hashes } = column;
  const make = own ?? (threshold === 0 ? exactIndex : multiIndex);
  const { search, screen } = make(hashes, bits);
  const hash = (row: number) => hashes.subarray((row * bits) / 8, ((row + 1) * bits) / 8);
  return { bits, firstList, search, screen, entries: (row) => [{ list: 0, entry: column.entry(row) }], hash };
}

/** An index that is made when it is first asked. */
function madeOnce(make: () => ReturnType<HashIndexMaker>): Pick<Searched, 'search' | 'screen'> {
  let made: ReturnType<HashIndexMaker> | undefined;
  const index = () => {
    made ??= make();
    return made;
  };
  return { search: (query, threshold) => index().search(query, threshold), screen: undefined };
}

/** A match and the index of its list among all lists. */
interface Ordered {
  readonly order: number;
  readonly match: Match;
}

/**
 * Only for so many of the nearest listed hashes does the matcher check whether they say little: a hash may match a
 * million.
 */
const mostLooked = 64;

interface Search {
  readonly threshold: number;
  readonly lists: readonly ListIdentity[];
  readonly commonplace: Commonplace;
  readonly showHashes?: boolean;
}

function* matchesOn(
  column: Searched,
  { algorithm, hex, view, frame, lowDetail }: Fingerprint,
  { threshold, lists, commonplace, showHashes }: Search,
): Generator<Ordered> {
  const query = hexToBytes(hex);
  if (query.length !== column.bits / 8) {
    throw new TypeError(`a ${algorithm} fingerprint needs ${column.bits / 4} hexadecimal digits`);
  }
  let looked = 0;
  for (const { row, distance } of column.search(query, threshold)) {
    const saysLittle =
      lowDetail ||
      commonplace.has(algorithm, query) ||
      (looked++ < mostLooked && commonplace.has(algorithm, column.hash(row)));
    for (const { list, entry } of column.entries(row)) {
      const { id, ...labels } = entry;
      const order = column.firstList + list;
      const match: Match = {
        list: lists[order]!.name,
        entryId: id,
        algorithm,
        distance,
        threshold,
        ...(view !== undefined && { view }),
        ...(frame !== undefined && { frame }),
        ...(saysLittle && { commonplace: true }),
        ...labels,
        ...(showHashes && { listedHash: toHex(column.hash(row)) }),
      };
      yield { order, match };
    }
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Leaves out repeated matches: a list may contain the same entry twice. */
function withoutRepeats(matches: Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter((match) => {
    const key = JSON.stringify(match);
    return seen.size !== seen.add(key).size;
  });
}
