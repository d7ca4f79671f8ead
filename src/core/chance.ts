import type { Band, Match } from './types.js';

/**
 * How often the hashes of two unrelated pictures are within a distance of each other: a straight line on a logarithmic
 * scale (docs/accuracy.md has the data and its limits).
 */
export interface Tail {
  /** A distance in bits. */
  readonly at: number;
  /** Decimal logarithm of the share of unrelated pairs at `at` bits or nearer. */
  readonly decades: number;
  /** What each further bit adds to `decades`. */
  readonly slope: number;
  /** The largest distance in bits that was measured. */
  readonly most: number;
}

/** Share of unrelated pairs of hashes at this distance or nearer, 0…1. Grows with the distance. */
export const chanceOf = (tail: Tail, distance: number): number =>
  Math.min(1, 10 ** (tail.decades + tail.slope * (distance - tail.at)));

/** The number of pictures to which every expectation refers. */
export const perPictures = 1_000_000;

/** How many hashes a hash of one look is compared with, and the look's share of the chance matches. */
export interface Exposure {
  /** Listed hashes of the algorithm on all lists. */
  readonly listed: number;
  /** The look's part of the budget of chance matches, above 0 and at most 1; the parts of all looks add up to 1. */
  readonly share: number;
}

/**
 * The smallest budget of chance matches in a million pictures with which this distance would still match: the union
 * bound over the list and the looks, weighted by their shares (a weighted Bonferroni correction). With that budget all
 * looks together give no more chance matches than it allows. Grows with the distance and the list; may exceed a
 * million.
 */
export const expectedByChance = (tail: Tail, distance: number, { listed, share }: Exposure): number =>
  (perPictures * listed * chanceOf(tail, distance)) / share;

/** The same for digests of `bits` bits. */
export const expectedOfDigest = (bits: number, listed: number): number => perPictures * listed * 2 ** -bits;

/** The largest distance in bits, 0 or more, at which chance gives at most `expected` matches in a million pictures. */
export function thresholdFor(tail: Tail, expected: number, { listed, share }: Exposure): number {
  if (listed === 0) return tail.most;
  const decades = Math.log10((expected * share) / (perPictures * listed));
  // The added 1e-7 absorbs rounding errors where the exact answer is a whole number.
  const distance = Math.floor(tail.at + (decades - tail.decades) / tail.slope + 1e-7);
  return Math.max(0, Math.min(tail.most, distance));
}

/** A match is strong where chance gives at most this many such matches in a million pictures. */
export const strongExpectation = 1;

/**
 * From this many chance matches in a million pictures on (one in a hundred pictures), people cannot review the matches.
 */
export const noisyExpectation = 10_000;

/** How sure a match of pixels is: `strong` where chance gives at most one such match in a million pictures. */
export const bandOf = (expected: number): Band => (expected <= strongExpectation ? 'strong' : 'possible');

/** A match whose expectation is `expected` because the entry was hit under several perceptual algorithms at once. */
export function corroborated(match: Match, expected: number): Match {
  if (match.expectedByChance === undefined || expected >= match.expectedByChance) return match;
  const band = expected <= strongExpectation ? 'strong' : (match.band ?? 'possible');
  return { ...match, expectedByChance: expected, band };
}
