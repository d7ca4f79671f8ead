import {
  type Allowance,
  defaultVideoPercent,
  detectionEvent,
  type HashList,
  type Judging,
  judge,
  type KnownHashes,
  UsageError,
} from '../core/index.js';
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
  type OwnAlgorithm,
  type WantedAlgorithms,
} from '../fingerprints/index.js';
import { createAllowance, createMatcher, type Matcher } from '../matching/index.js';
import type { ViewSet } from '../views/index.js';
import { type Confidence, confidence, type Strictness } from './confidence.js';
import { defaultViews } from './options.js';

/** The lists to match against together. */
export interface ListSet {
  /** Known hashes. Without any, the judge finds no match. */
  readonly lists: readonly KnownHashes[];
  /** Lists of harmless pictures: an asset's match is marked as suppressed where they allow it. */
  readonly allow?: readonly HashList[];
}

/** How near a match must be, and what it contains. Every option has a default. */
export interface JudgeOptions {
  /** Own algorithms must be given here where lists hold their hashes; the names of built-in ones are ignored. */
  readonly algorithms?: WantedAlgorithms;
  /** The same as own algorithms in `algorithms`. */
  readonly plugins?: readonly OwnAlgorithm[];
  /** Thresholds in bits by algorithm, 0…bits. Default: the algorithm's own. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** How near a match must be where `thresholds` do not say it. Default `strict`, the customary thresholds. */
  readonly strictness?: Strictness;
  /** Accepted chance matches in a million pictures, above 0: sets the thresholds instead of `strictness`. */
  readonly maxExpected?: number;
  /** How the reader looks at pictures: each view is one more chance of an accidental match. Default `basic`. */
  readonly views?: ViewSet;
  /** From which share of either of two videos, in percent from 1 to 100, they are the same. Default 80. */
  readonly videoPercent?: number;
  /** Put the listed hash, which is confidential, into every match. */
  readonly showHashes?: boolean;
}

/** The second half of the line, from fingerprints to results. It reads no asset and starts no process. */
export interface Judge {
  /** The lists that it matches against. */
  readonly lists: readonly ListIdentity[];
  /** The allow lists. */
  readonly allowed: readonly ListIdentity[];
  /** Thresholds in bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /**
   * Thresholds in bits by group of looks, for the algorithms whose looks differ (`balanced`, `wide`, `maxExpected`).
   */
  readonly thresholdsByLook: Confidence['thresholdsByLook'];
  /**
   * Chance matches to expect in a million pictures at these thresholds, for each algorithm that was measured
   * (docs/accuracy.md).
   */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** What the allow lists say of an asset; absent without any. */
  readonly allowance: Allowance | undefined;
  /** Every listed hash within the threshold, nearest first. */
  match(fingerprint: Fingerprint, frames?: number): Match[];
  /** The same matches one by one, as `Matcher.matches`. */
  matches(fingerprint: Fingerprint, frames?: number): Iterable<Match>;
  /** Tells which of many assets may match, as `Matcher.screen`. */
  readonly screen: Matcher['screen'];
  /** The result of an asset that was fingerprinted. */
  judge(asset: FingerprintedAsset): ScanResult;
  /** The public record of a match that this judge found. */
  event(result: Extract<ScanResult, { outcome: 'matched' }>, scanId: string, now: Date): DetectionEvent;
}

/**
 * Makes the second half of the line. It indexes the lists, in memory and time that grow with them. Keep compiled lists
 * open while the judge is in use. Raises UsageError for a threshold out of range.
 * @example
 * const judge = createJudge({ lists: [list] });
 * const results = answers.map((answer) => ('outcome' in answer ? answer : judge.judge(answer)));
 */
export function createJudge({ lists, allow = [] }: ListSet, options: JudgeOptions = {}): Judge {
  const views = options.views ?? defaultViews;
  const known = knownAlgorithms(options.algorithms, { plugins: options.plugins });
  requireKnown(lists, known);
  const { videoPercent = defaultVideoPercent } = options;
  if (!(videoPercent >= 1 && videoPercent <= 100))
    throw new UsageError(`the share of a video is a number of percent from 1 to 100, not ${videoPercent}`);
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
    videoPercent,
    allow: allow.length > 0 ? createAllowance(allow, thresholdOf, () => new Date(), indexOf) : undefined,
  };
  return {
    lists: matcher.lists,
    allowed: allow.map(({ identity }) => identity),
    thresholds,
    thresholdsByLook,
    expectedByChance,
    allowance: judging.allow,
    match: (fingerprint, frames = 1) => matcher.match(fingerprint).map((one) => rate(one, frames)),
    matches,
    screen: matcher.screen,
    judge: (asset) => judge(asset, judging),
    event: (result, scanId, now) =>
      detectionEvent(result, { scanId, now, toolVersion: version, lists: matcher.lists }),
  };
}

/** Raises UsageError for a list of an own algorithm that the caller did not give: its hashes would match nothing. */
function requireKnown(lists: readonly KnownHashes[], known: KnownAlgorithms): void {
  for (const { columns } of lists) for (const name of columns.keys()) known.get(name);
}

/** The algorithms whose hashes the lists hold, in the order of `known`. */
export const algorithmsOf = (
  lists: readonly KnownHashes[],
  known: KnownAlgorithms = knownAlgorithms(),
): string[] => [...known.all.keys()].filter((name) => lists.some(({ columns }) => columns.has(name)));
