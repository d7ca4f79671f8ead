import {
  bandOf,
  type Exposure,
  expectedByChance,
  expectedOfDigest,
  type KnownHashes,
  thresholdFor,
  UsageError,
} from '../core/index.js';
import type { Match } from '../core/types.js';
import {
  type AlgorithmName,
  type KnownAlgorithm,
  type KnownAlgorithms,
  knownAlgorithms,
} from '../fingerprints/index.js';
import { hashesPerPicture, type ViewSet } from '../views/index.js';

/**
 * How near is a match: `strict` by the customary thresholds, `balanced` and `wide` by the number of chance matches that
 * one puts up with.
 */
export const strictnesses = ['strict', 'balanced', 'wide'] as const;
export type Strictness = (typeof strictnesses)[number];

/** Chance matches in a million pictures: one, and one in ten thousand. */
const expectations = { balanced: 1, wide: 100 } as const;

export interface ConfidenceOptions {
  readonly lists: readonly KnownHashes[];
  readonly views: ViewSet;
  /** The algorithms that there are; those of the registry otherwise. */
  readonly known?: KnownAlgorithms;
  /** Bits by algorithm; they win. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  readonly strictness?: Strictness;
  /** Chance matches in a million pictures, above 0; wins over `strictness`. */
  readonly maxExpected?: number;
}

/** What counts as a match against these lists, and how sure it is. */
export interface Confidence {
  /** Bits, for every algorithm that the lists hold. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Chance matches in a million pictures at these thresholds. */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** The match with what chance has to say of it, in an asset of which so many frames were hashed. */
  rate(match: Match, frames?: number): Match;
}

/** Raises UsageError for a threshold out of range. */
export function confidence(options: ConfidenceOptions): Confidence {
  const { lists, known = knownAlgorithms() } = options;
  checkThresholds(options.thresholds ?? {}, known);
  const listed = [...known.all.keys()].filter((name) => lists.some((list) => list.columns.has(name)));
  const views = hashesPerPicture(options.views);
  const exposureTo = (name: AlgorithmName): Exposure => ({
    listed: lists.reduce((sum, list) => sum + (list.columns.get(name)?.size ?? 0), 0),
    views,
  });
  const exposures = new Map(listed.map((name) => [name, exposureTo(name)]));
  /** Undefined for an algorithm whose chance matches nobody has measured. */
  const expected = (name: string, distance: number): number | undefined => {
    const fingerprinter = known.get(name);
    const exposure = exposures.get(name)!;
    if (fingerprinter.kind === 'bytes') return expectedOfDigest(fingerprinter.bits, exposure.listed);
    return fingerprinter.tail && expectedByChance(fingerprinter.tail, distance, exposure);
  };
  const thresholds = Object.fromEntries(
    listed.map((name) => [
      name,
      options.thresholds?.[name] ?? threshold(known.get(name), exposures.get(name)!, options),
    ]),
  );
  return {
    thresholds,
    expectedByChance: Object.fromEntries(
      listed.flatMap((name) => {
        const value = expected(name, thresholds[name]!);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    rate(match, frames = 1) {
      const { kind, threshold: customary } = known.get(match.algorithm);
      const chance = expected(match.algorithm, match.distance);
      if (chance === undefined) return { ...match, band: 'possible' };
      const value = chance * (kind === 'bytes' ? 1 : frames);
      const band = kind === 'bytes' ? 'exact' : bandOf(match.distance, customary, value);
      return { ...match, expectedByChance: value, band };
    },
  };
}

/** The largest distance that the strictness allows. For those with reviewers never less than is customary. */
function threshold(fingerprinter: KnownAlgorithm, exposure: Exposure, options: ConfidenceOptions): number {
  const { strictness = 'strict', maxExpected } = options;
  if (fingerprinter.kind === 'bytes') return 0;
  // Of what nobody has measured only its author can say how near is near.
  if (!fingerprinter.tail) return fingerprinter.threshold;
  if (maxExpected !== undefined) return thresholdFor(fingerprinter.tail, maxExpected, exposure);
  if (strictness === 'strict') return fingerprinter.threshold;
  const allowed = thresholdFor(fingerprinter.tail, expectations[strictness], exposure);
  return strictness === 'wide' ? Math.max(fingerprinter.threshold, allowed) : allowed;
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
    const { kind, bits: most } = fingerprinter;
    if (kind === 'bytes' && bits !== 0)
      throw new UsageError(`threshold for ${name}: digests are equal or not; it can only be 0`);
    if (!Number.isInteger(bits) || bits < 0 || bits > most)
      throw new UsageError(
        `threshold for ${name}: ${bits} is out of range; it is a whole number from 0 to ${most}`,
      );
  }
}
