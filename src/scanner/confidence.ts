import {
  bandOf,
  type Exposure,
  expectedByChance,
  expectedOfDigest,
  type KnownHashes,
  type Tail,
  thresholdFor,
  UsageError,
} from '../core/index.js';
import type { Match } from '../core/types.js';
import {
  type AlgorithmName,
  type KnownAlgorithm,
  type KnownAlgorithms,
  knownAlgorithms,
  type PixelAlgorithm,
} from '../fingerprints/index.js';
import { type LookGroup, lookGroup, sharesOf, type ViewSet } from '../views/index.js';

/**
 * How near a hash must be to match: `strict` takes the customary thresholds, `balanced` and `wide` the widest ones that
 * keep to an accepted number of chance matches.
 */
export const strictnesses = ['strict', 'balanced', 'wide'] as const;
/** One of `strictnesses`. */
export type Strictness = (typeof strictnesses)[number];

/** Accepted chance matches in a million pictures. */
const expectations = { balanced: 1, wide: 100 } as const;

/** What determines the thresholds. */
export interface ConfidenceOptions {
  readonly lists: readonly KnownHashes[];
  readonly views: ViewSet;
  /** The known algorithms. Default: those of the registry. */
  readonly known?: KnownAlgorithms;
  /** Thresholds in bits by algorithm. They take precedence over everything else. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  readonly strictness?: Strictness;
  /** Accepted chance matches in a million pictures, above 0. Takes precedence over `strictness`. */
  readonly maxExpected?: number;
}

/** The thresholds for matching against these lists, and how certain a match is. */
export interface Confidence {
  /** Thresholds in bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Thresholds in bits by group of looks, for the algorithms whose looks differ. */
  readonly thresholdsByLook: Readonly<Record<string, Readonly<Partial<Record<LookGroup, number>>>>>;
  /** Chance matches to expect in a million pictures at these thresholds, over all looks. */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** Threshold in bits of this look; 0 for an algorithm that no list holds. */
  thresholdOf(algorithm: string, view?: string): number;
  /**
   * The match, with its confidence and the chance matches to expect, in an asset of which so many frames were hashed.
   */
  rate(match: Match, frames?: number): Match;
}

/** Computes the thresholds for lists of a size. Raises UsageError for a threshold out of range. */
export function confidence(options: ConfidenceOptions): Confidence {
  const { lists, known = knownAlgorithms() } = options;
  checkThresholds(options.thresholds ?? {}, known);
  const listed = [...known.all.keys()].filter((name) => lists.some((list) => list.columns.has(name)));
  const shares = sharesOf(options.views);
  // For a look that this set of views lacks: the ledger may hold more looks than the run asked for.
  const least = Math.min(...shares.values());
  const shareOf = (view: string | undefined) => shares.get(view ?? 'upright') ?? least;
  const sizes = new Map(
    listed.map((name) => [name, lists.reduce((sum, list) => sum + (list.columns.get(name)?.size ?? 0), 0)]),
  );
  /** Chance matches to expect. Undefined for an algorithm whose chance matches no one has measured. */
  const expected = (
    name: string,
    distance: number,
    view?: string,
    saysLittle = false,
  ): number | undefined => {
    const fingerprinter = known.get(name);
    const size = sizes.get(name)!;
    if (fingerprinter.kind === 'bytes') return expectedOfDigest(fingerprinter.bits, size);
    const tail = (saysLittle && fingerprinter.commonplaceTail) || tailOf(fingerprinter, view);
    return tail && expectedByChance(tail, distance, { listed: size, share: shareOf(view) });
  };
  const reached = new Map<string, number>();
  const thresholdOf = (name: string, view?: string): number => {
    const size = sizes.get(name);
    if (size === undefined) return 0;
    const share = shareOf(view);
    const key = `${name} ${share} ${isTurned(view)}`;
    const given = options.thresholds?.[name as AlgorithmName];
    const bits =
      reached.get(key) ?? given ?? threshold(known.get(name), { listed: size, share }, { view, ...options });
    reached.set(key, bits);
    return bits;
  };
  const looks = [...shares.keys()];
  const widest = (name: string) => Math.max(...looks.map((view) => thresholdOf(name, view)));
  const byLook = (name: string) =>
    Object.fromEntries(looks.map((view) => [lookGroup(view), thresholdOf(name, view)]));
  const differ = (name: string) => new Set(Object.values(byLook(name))).size > 1;
  /** Chance matches to expect over all looks at their thresholds. */
  const atThresholds = (name: string): number | undefined => {
    if (known.get(name).kind === 'bytes') return expected(name, 0);
    let sum = 0;
    for (const view of looks) {
      const value = expected(name, thresholdOf(name, view), view);
      if (value === undefined) return undefined;
      sum += shareOf(view) * value;
    }
    return sum;
  };
  return {
    thresholds: Object.fromEntries(listed.map((name) => [name, widest(name)])),
    thresholdsByLook: Object.fromEntries(listed.filter(differ).map((name) => [name, byLook(name)])),
    expectedByChance: Object.fromEntries(
      listed.flatMap((name) => {
        const value = atThresholds(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    thresholdOf,
    rate(match, frames = 1) {
      const isDigest = known.get(match.algorithm).kind === 'bytes';
      const chance = expected(match.algorithm, match.distance!, match.view, match.commonplace);
      if (chance === undefined) return { ...match, band: 'possible' };
      const value = chance * (isDigest ? 1 : frames);
      return { ...match, expectedByChance: value, band: isDigest ? 'exact' : bandOf(value) };
    },
  };
}

const isTurned = (view: string | undefined): boolean =>
  view !== undefined && /\+(turned|negative)$/.test(lookGroup(view));

/** How often unrelated pictures are how near in this look, where that was measured. */
const tailOf = ({ tail, turnedTail }: PixelAlgorithm, view: string | undefined): Tail | undefined =>
  (isTurned(view) && turnedTail) || tail;

/**
 * For at most so many listed hashes, `balanced` accepts as many chance matches as `strict`: users of small lists rely
 * on the customary thresholds, and dividing the budget among the looks would leave almost nothing to hashes of 64 bits.
 */
export const smallList = 1000;

/**
 * The largest distance that the strictness allows to a look. `balanced` and `wide`, whose matches a person reviews,
 * never go below the customary threshold.
 */
function threshold(
  fingerprinter: KnownAlgorithm,
  exposure: Exposure,
  { strictness = 'strict', maxExpected, view }: ConfidenceOptions & { readonly view: string | undefined },
): number {
  if (fingerprinter.kind === 'bytes') return 0;
  const { threshold: customary } = fingerprinter;
  const tail = tailOf(fingerprinter, view);
  // For an algorithm that no one has measured, only its author can say how near is near.
  if (!tail) return customary;
  if (maxExpected !== undefined) return thresholdFor(tail, maxExpected, exposure);
  if (strictness === 'strict') return customary;
  const allowed = thresholdFor(tail, expectations[strictness], exposure);
  return strictness === 'wide' || exposure.listed <= smallList ? Math.max(customary, allowed) : allowed;
}

function checkThresholds(
  given: Readonly<Partial<Record<AlgorithmName, number>>>,
  { all }: KnownAlgorithms,
): void {
  for (const [name, bits] of Object.entries(given) as [string, number][]) {
    const fingerprinter = all.get(name);
    if (!fingerprinter)
      throw new UsageError(
        `threshold for "${name}": unknown algorithm; choose of ${[...all.keys()].join(', ')}`,
      );
    const { kind } = fingerprinter;
    const most = (kind === 'pixels' && fingerprinter.largest) || fingerprinter.bits;
    if (kind === 'bytes' && bits !== 0)
      throw new UsageError(`threshold for ${name}: digests are equal or not; it can only be 0`);
    if (!Number.isInteger(bits) || bits < 0 || bits > most)
      throw new UsageError(
        `threshold for ${name}: ${bits} is out of range; it is a whole number from 0 to ${most}`,
      );
  }
}
