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

/** What a picture's hashes of one algorithm are compared with, and how often. */
export interface Exposure {
  /** Listed hashes of the algorithm on all lists. */
  readonly listed: number;
  /** Hashes made of one picture under the algorithm: one a view and turn. */
  readonly views: number;
}

/**
 * Matches at this distance or nearer that chance alone gives in a million pictures: the union bound over the views and
 * the list. Grows with the distance, the list and the views; may exceed a million.
 */
export const expectedByChance = (tail: Tail, distance: number, { listed, views }: Exposure): number =>
  perPictures * listed * views * chanceOf(tail, distance);

/** The same for digests of `bits` bits, which are equal or not. */
export const expectedOfDigest = (bits: number, listed: number): number => perPictures * listed * 2 ** -bits;

/** The largest distance, 0 or more, at which no more than `expected` matches in a million pictures are by chance. */
export function thresholdFor(tail: Tail, expected: number, exposure: Exposure): number {
  const { listed, views } = exposure;
  if (listed === 0) return tail.most;
  const decades = Math.log10(expected / (perPictures * listed * views));
  // The tenth of a millionth absorbs rounding where the answer is a whole number.
  const distance = Math.floor(tail.at + (decades - tail.decades) / tail.slope + 1e-7);
  return Math.max(0, Math.min(tail.most, distance));
}

/** At most so many chance matches in a million pictures, and a match is strong. */
export const strongExpectation = 1;

/** Chance matches in a million pictures, one in a hundred of them, above which a distance tells nothing by being customary. */
export const noisyExpectation = 10_000;

/**
 * `customary` is the threshold, in bits, that the algorithm's users agree on: what lies within it is strong, unless
 * chance matches as near in more than one picture of a hundred, as 64-bit hashes do against large lists.
 */
export const bandOf = (distance: number, customary: number, expected: number): Band =>
  expected <= (distance <= customary ? noisyExpectation : strongExpectation) ? 'strong' : 'possible';

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
