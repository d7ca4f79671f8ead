import type { Band, Match } from './types.js';

/**
 * How often two unrelated pictures' hashes lie this near, by distance: a straight line on a logarithmic scale
 * (docs/accuracy.md gives data and doubts).
 */
export interface Tail {
  /** Bits. */
  readonly at: number;
  /** Decimal logarithm of the share of unrelated pairs at `at` bits or nearer. */
  readonly decades: number;
  /** How much it grows a bit. */
  readonly slope: number;
  /** The largest distance that was measured: beyond it nobody knows. */
  readonly most: number;
}

/** Share of unrelated pairs of hashes at this distance or nearer, 0…1. Grows with the distance. */
export const chanceOf = (tail: Tail, distance: number): number =>
  Math.min(1, 10 ** (tail.decades + tail.slope * (distance - tail.at)));

/** Pictures that every expectation is given for. */
export const perPictures = 1_000_000;

/** What a hash of one look is compared with, and what part of the chance matches its look may have. */
export interface Exposure {
  /** Listed hashes of the algorithm on all lists. */
  readonly listed: number;
  /** Part of the budget of chance matches that the look has, above 0 and at most 1; all looks together have 1. */
  readonly share: number;
}

/**
 * The least budget of chance matches in a million pictures with which this distance would still match: the union bound
 * over the list and the looks, weighted by their shares (a weighted Bonferroni correction). All looks together give
 * chance matches of at most this expectation no more often than it says. Grows with distance and list; may exceed a
 * million.
 */
export const expectedByChance = (tail: Tail, distance: number, { listed, share }: Exposure): number =>
  (perPictures * listed * chanceOf(tail, distance)) / share;

/** The same for digests of `bits` bits, which are equal or not. */
export const expectedOfDigest = (bits: number, listed: number): number => perPictures * listed * 2 ** -bits;

/** The largest distance, 0 or more, whose expectation is no more than `expected` matches in a million pictures. */
export function thresholdFor(tail: Tail, expected: number, { listed, share }: Exposure): number {
  if (listed === 0) return tail.most;
  const decades = Math.log10((expected * share) / (perPictures * listed));
  // The tenth of a millionth absorbs rounding where the answer is a whole number.
  const distance = Math.floor(tail.at + (decades - tail.decades) / tail.slope + 1e-7);
  return Math.max(0, Math.min(tail.most, distance));
}

/** At most so many chance matches in a million pictures, and a match is strong. */
export const strongExpectation = 1;

/** Chance matches in a million pictures, one in a hundred of them, from which on a threshold is too wide to work with. */
export const noisyExpectation = 10_000;

/** How sure a match of pixels is: `strong` where chance gives at most one such match in a million pictures. */
export const bandOf = (expected: number): Band => (expected <= strongExpectation ? 'strong' : 'possible');

/**
 * What a second algorithm's agreement divides the expectation by. Assumed, not measured: look-alike pictures deceive
 * several algorithms at once, so that their chances must not be multiplied.
 */
const agreement = 10;

/**
 * A match of an entry that was hit under so many perceptual algorithms in the same frame: it is less likely to be by chance than
 * the likeliest of them alone, whose expectation is `least`.
 */
export function corroborated(match: Match, algorithms: number, least: number): Match {
  if (algorithms < 2 || match.expectedByChance === undefined) return match;
  const expected = least / agreement ** (algorithms - 1);
  const band = expected <= strongExpectation ? 'strong' : (match.band ?? 'possible');
  return { ...match, expectedByChance: expected, band };
}
