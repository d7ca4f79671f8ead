import { type Gathered, gather, type Lookup } from './gather.js';
import { isUnseen } from './summary.js';
import type {
  Fingerprint,
  FingerprintedAsset,
  Match,
  Problem,
  ScanResult,
  Suppression,
  Unread,
  VideoMatch,
} from './types.js';
import { defaultVideoPercent, VideoTally } from './video-matches.js';

/**
 * Finds the listed hashes within the threshold, in any order, but in the same order at every call. `frames` is the
 * number of the asset's frames, to which expectations by chance refer.
 */
export type Matching = (fingerprint: Fingerprint, frames: number) => Iterable<Match>;

/** What the allow lists say of an asset with these fingerprints: gives, for a match, the entry that suppresses it. */
export type Allowance = (fingerprints: readonly Fingerprint[]) => (match: Match) => Suppression | undefined;

/** What a scan judges an asset by. */
export interface Judging {
  /** Finds the matches of one fingerprint. */
  readonly match: Matching;
  /**
   * False where none of these fingerprints has a listed hash within the threshold. Asks about all at once, which is
   * faster than `match` for each.
   */
  readonly mayMatch?: ((fingerprints: readonly Fingerprint[]) => boolean) | undefined;
  /** Absent without allow lists. */
  readonly allow?: Allowance | undefined;
  /** From which share of either video, in percent, two videos are the same. Default 80. */
  readonly videoPercent?: number | undefined;
}

/** Decides how an asset ends. A match counts even where the pixels could not be read, or only a part of them. */
export function judge(asset: FingerprintedAsset, judging: Judging): ScanResult {
  const { ref, facts, fingerprints, withheld, unread } = asset;
  const base = { ref, facts, fingerprints, withheld };
  const { matches, count, trouble, videos } = matchAll(asset, judging);
  const problem = trouble
    ? pickProblem(trouble)
    : unread?.kind === 'failed'
      ? pickProblem(unread)
      : undefined;
  if (matches.length > 0) {
    const problemToReport = problem ?? (unread && unseenBecause(unread));
    return {
      outcome: 'matched',
      ...base,
      matches,
      matchCount: count,
      ...(videos.length > 0 && { videos }),
      ...(problemToReport && { problem: problemToReport }),
    };
  }
  if (problem) return { outcome: 'failed', ...base, ...problem };
  if (unread?.kind === 'skipped')
    return { outcome: 'skipped', ...base, reason: unread.reason, message: unread.message };
  const message = 'too little picture information to match on';
  const isPoor =
    (withheld.length > 0 || facts.framesHashed === 0) && !fingerprints.some(({ view }) => view !== undefined);
  // The part that is missing may have held the picture.
  if (facts.degraded && (isPoor || hidesPicture(asset)))
    return {
      outcome: 'failed',
      ...base,
      ...undecodable,
      message: `damaged: ${message} is left${isPoor ? '' : ' of one of its pictures'}`,
    };
  if (isPoor) return { outcome: 'skipped', ...base, reason: 'low-quality', message };
  return { outcome: 'clear', ...base };
}

const undecodable = { stage: 'decode', code: 'undecodable' } as const;

/**
 * True where one picture of several holds too little information. Does not count for videos, of which many frames are
 * so, damaged or not.
 */
function hidesPicture({ facts, fingerprints, withheld }: FingerprintedAsset): boolean {
  if (facts.times || withheld.length === 0) return false;
  const telling = new Set(fingerprints.flatMap(({ view, frame }) => (view === undefined ? [] : [frame])));
  return withheld.some(({ frame }) => !telling.has(frame));
}

/**
 * Turns the reason of a skip into a problem of an asset that matched: a match must not hide that something was not
 * looked at.
 */
const unseenBecause = (unread: Unread): Problem | undefined =>
  unread.kind === 'skipped' && isUnseen(unread.reason)
    ? { stage: 'decode', code: unread.reason, message: unread.message }
    : undefined;

/** Adds the time to a match in a video. */
const timed = (match: Match, times: readonly number[]): Match => {
  const time = match.frame === undefined ? undefined : times[match.frame];
  return time === undefined ? match : { ...match, time };
};

interface GatheredVideos extends Gathered {
  readonly videos: readonly VideoMatch[];
}

/**
 * Matches all fingerprints. Where a list turns out to be damaged, the matches of other lists and fingerprints are kept.
 */
function matchAll(asset: FingerprintedAsset, judging: Judging): GatheredVideos {
  const { fingerprints, facts } = asset;
  if (judging.mayMatch?.(fingerprints) === false) return { matches: [], count: 0, videos: [] };
  const frames = facts.framesHashed || facts.frames || 1;
  const lookups = new Map<number | undefined, Lookup[]>();
  for (const fingerprint of fingerprints) {
    const some = lookups.get(fingerprint.frame) ?? [];
    some.push(() => judging.match(fingerprint, frames));
    lookups.set(fingerprint.frame, some);
  }
  let mark: ReturnType<Allowance> | undefined;
  const tally = new VideoTally(asset, judging.videoPercent ?? defaultVideoPercent);
  const gathered = gather(lookups.values(), (match) => {
    // The allow lists are only asked once something has matched.
    mark ??= judging.allow?.(fingerprints) ?? (() => undefined);
    const suppressed = mark(match);
    const placed = facts.times ? timed(match, facts.times) : match;
    const finished = suppressed ? { ...placed, suppressed } : placed;
    tally.see(finished);
    return finished;
  });
  return { ...gathered, videos: tally.videos() };
}

/**
 * True for a thumbnail that holds too little information and that no digest matched. It gets no result and is not
 * counted, because its picture has a result of its own.
 */
export const isPoorThumbnail = (found: ScanResult | FingerprintedAsset): boolean =>
  found.ref.part?.startsWith('thumbnail') === true &&
  found.withheld.length > 0 &&
  !found.fingerprints.some(({ view }) => view !== undefined) &&
  (!('outcome' in found) || found.outcome === 'skipped');

/** The fields of a problem, without others that the object may have. */
export const pickProblem = ({ stage, code, message }: Problem): Problem => ({ stage, code, message });
