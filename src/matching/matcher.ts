import { hexToBytes } from '../core/hamming.js';
import type { HashColumn, HashList } from '../core/hash-list.js';
import { toHex } from '../core/hex.js';
import type { Fingerprint, ListIdentity, Match } from '../core/types.js';
import { exactIndex } from './exact.js';
import { multiIndex } from './multi-index.js';
import type { HashIndex } from './types.js';

/** Compares fingerprints with all lists at once. */
export interface Matcher {
  /** Algorithms that the lists hold hashes of: the ones worth computing. */
  readonly algorithms: readonly string[];
  readonly lists: readonly ListIdentity[];
  /**
   * Every listed hash within the algorithm's threshold (distance ≤ threshold): nearest first, ties in the order of the
   * lists, then of entry ids. Empty for an algorithm that no list holds. Raises TypeError for a malformed fingerprint.
   */
  match(fingerprint: Fingerprint): Match[];
}

interface Searched {
  readonly identity: ListIdentity;
  readonly column: HashColumn;
  readonly index: HashIndex;
}

/**
 * Makes a matcher.
 * @param lists in the order in which ties are broken.
 * @param thresholds bits by algorithm, 0…its width; every algorithm of the lists needs one (TypeError otherwise).
 * @param options `showHashes`: matches carry the listed hash, which is confidential.
 */
export function createMatcher(
  lists: readonly HashList[],
  thresholds: Readonly<Record<string, number>>,
  options: { readonly showHashes?: boolean } = {},
): Matcher {
  const searched = new Map<string, Searched[]>();
  for (const { identity, columns } of lists) {
    for (const [algorithm, column] of columns) {
      const index = indexOf(column, thresholdOf(algorithm, thresholds, column.bits));
      const others = searched.get(algorithm) ?? [];
      searched.set(algorithm, [...others, { identity, column, index }]);
    }
  }
  return {
    algorithms: [...searched.keys()],
    lists: lists.map(({ identity }) => identity),
    match(fingerprint) {
      const threshold = thresholds[fingerprint.algorithm]!;
      const found = (searched.get(fingerprint.algorithm) ?? []).flatMap((one, order) =>
        matchesOn(one, fingerprint, threshold, options.showHashes === true).map((match) => ({
          order,
          match,
        })),
      );
      found.sort(
        (a, b) =>
          a.match.distance - b.match.distance ||
          a.order - b.order ||
          compare(a.match.entryId, b.match.entryId),
      );
      return withoutRepeats(found.map(({ match }) => match));
    },
  };
}

function thresholdOf(algorithm: string, thresholds: Readonly<Record<string, number>>, bits: number): number {
  const threshold = thresholds[algorithm];
  if (threshold === undefined || !Number.isInteger(threshold) || threshold < 0 || threshold > bits) {
    throw new TypeError(`${algorithm} needs a threshold of 0…${bits} bits`);
  }
  return threshold;
}

const indexOf = ({ hashes, bits }: HashColumn, threshold: number): HashIndex =>
  threshold === 0 ? exactIndex(hashes, bits) : multiIndex(hashes, bits);

function matchesOn(
  { identity, column, index }: Searched,
  { algorithm, hex, view, frame }: Fingerprint,
  threshold: number,
  showHashes: boolean,
): Match[] {
  const query = hexToBytes(hex);
  if (query.length !== column.bits / 8) {
    throw new TypeError(`a ${algorithm} fingerprint needs ${column.bits / 4} hexadecimal digits`);
  }
  return index.search(query, threshold).map(({ row, distance }) => {
    const { id, ...labels } = column.entry(row);
    const bytes = column.bits / 8;
    return {
      list: identity.name,
      entryId: id,
      algorithm,
      distance,
      threshold,
      ...(view !== undefined && { view }),
      ...(frame !== undefined && { frame }),
      ...labels,
      ...(showHashes && { listedHash: toHex(column.hashes.subarray(row * bytes, (row + 1) * bytes)) }),
    };
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A list may say the same thing twice; a match that says nothing new is left out. */
function withoutRepeats(matches: Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter((match) => {
    const key = JSON.stringify(match);
    return seen.size !== seen.add(key).size;
  });
}
