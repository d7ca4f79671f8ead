import { detectionEvent, type HashList, type Judging, judge, type KnownHashes } from '../core/index.js';
import type {
  DetectionEvent,
  Fingerprint,
  FingerprintedAsset,
  ListIdentity,
  Match,
  ScanResult,
} from '../core/types.js';
import { version } from '../files/index.js';
import {
  type AlgorithmName,
  type KnownAlgorithms,
  knownAlgorithms,
  type WantedAlgorithms,
} from '../fingerprints/index.js';
import { createAllowance, createMatcher, type Matcher } from '../matching/index.js';
import type { ViewSet } from '../views/index.js';
import { type Confidence, confidence, type Strictness } from './confidence.js';
import { defaultViews } from './options.js';

/** Lists that are matched against together. */
export interface ListSet {
  /** Known hashes; none makes a judge that calls nothing matched. */
  readonly lists: readonly KnownHashes[];
  /** Lists of harmless pictures: a match of one is marked as suppressed. */
  readonly allow?: readonly HashList[];
}

/** How near is a match, and what it tells; everything has a default. */
export interface JudgeOptions {
  /** Names are of no account here; algorithms of one's own must be among them where lists hold their hashes. */
  readonly algorithms?: WantedAlgorithms;
  /** Bits by algorithm, 0…bits; the algorithm's own default otherwise. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** How near is a match, where `thresholds` do not say it: default `strict`, the customary thresholds. */
  readonly strictness?: Strictness;
  /** Chance matches to put up with in a million pictures, above 0: sets the thresholds instead of `strictness`. */
  readonly maxExpected?: number;
  /** How the reader looks at pictures: each view is a chance more to match by accident. Default `basic`. */
  readonly views?: ViewSet;
  /** Put the listed hash into every match. It is confidential. */
  readonly showHashes?: boolean;
}

/** The second half of the line: from fingerprints to results. It reads no asset and starts no process. */
export interface Judge {
  /** The lists it matches against. */
  readonly lists: readonly ListIdentity[];
  /** The allow lists. */
  readonly allowed: readonly ListIdentity[];
  /** Bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Bits by group of looks, for the algorithms whose looks differ (`balanced`, `wide`, `maxExpected`). */
  readonly thresholdsByLook: Confidence['thresholdsByLook'];
  /**
   * Chance matches in a million pictures at these thresholds, by algorithm, of those whose chances were measured
   * (docs/accuracy.md).
   */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** Every listed hash within the threshold, nearest first. */
  match(fingerprint: Fingerprint, frames?: number): Match[];
  /** The same one by one: as `Matcher.matches`. */
  matches(fingerprint: Fingerprint, frames?: number): Iterable<Match>;
  /** Which of many assets may match: as `Matcher.screen`. */
  readonly screen: Matcher['screen'];
  /** What an asset ends as whose fingerprints are there already. */
  judge(asset: FingerprintedAsset): ScanResult;
  /** The public record of a match that this judge found. */
  event(result: Extract<ScanResult, { outcome: 'matched' }>, scanId: string, now: Date): DetectionEvent;
}

/**
 * Makes the second half of the line. The lists are indexed here, in memory and time that grow with them; compiled lists must stay
 * open while the judge is used. Raises UsageError for a threshold out of range.
 * @example
 * const judge = createJudge({ lists: [list] });
 * const results = answers.map((answer) => ('outcome' in answer ? answer : judge.judge(answer)));
 */
export function createJudge({ lists, allow = [] }: ListSet, options: JudgeOptions = {}): Judge {
  const views = options.views ?? defaultViews;
  const known = knownAlgorithms(options.algorithms);
  requireKnown(lists, known);
  const sureness = confidence({ ...options, lists, views, known });
  const { rate, thresholds, thresholdsByLook, thresholdOf, expectedByChance } = sureness;
  const indexOf = (algorithm: string) => {
    const fingerprinter = known.get(algorithm);
    return fingerprinter.kind === 'pixels' ? fingerprinter.index : undefined;
  };
  const showHashes = options.showHashes === true;
  const matcher = createMatcher(lists, thresholds, { showHashes, thresholdOf, indexOf });
  function* matches(fingerprint: Fingerprint, frames = 1): Generator<Match> {
    for (const one of matcher.matches(fingerprint)) yield rate(one, frames);
  }
  const judging: Judging = {
    match: matches,
    mayMatch: matcher.mayMatch,
    allow: allow.length > 0 ? createAllowance(allow, thresholdOf, () => new Date()) : undefined,
  };
  return {
    lists: matcher.lists,
    allowed: allow.map(({ identity }) => identity),
    thresholds,
    thresholdsByLook,
    expectedByChance,
    match: (fingerprint, frames = 1) => matcher.match(fingerprint).map((one) => rate(one, frames)),
    matches,
    screen: matcher.screen,
    judge: (asset) => judge(asset, judging),
    event: (result, scanId, now) =>
      detectionEvent(result, { scanId, now, toolVersion: version, lists: matcher.lists }),
  };
}

/** Raises UsageError for a list of an algorithm that nobody has handed in: its hashes would match nothing. */
function requireKnown(lists: readonly KnownHashes[], known: KnownAlgorithms): void {
  for (const { columns } of lists) for (const name of columns.keys()) known.get(name);
}

/** Algorithms that any of the lists holds hashes of, in the order in which they are known. */
export const algorithmsOf = (
  lists: readonly KnownHashes[],
  known: KnownAlgorithms = knownAlgorithms(),
): string[] => [...known.all.keys()].filter((name) => lists.some(({ columns }) => columns.has(name)));
