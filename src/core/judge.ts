import { corroborate } from './chance.js';
import { StageError } from './errors.js';
import { isUnseen } from './summary.js';
import type {
  Fingerprint,
  FingerprintedAsset,
  Match,
  Problem,
  ScanResult,
  Suppression,
  Unread,
} from './types.js';

/** Listed hashes within the threshold, nearest first. What chance has to say of them is for an asset of so many `frames`. */
export type Matching = (fingerprint: Fingerprint, frames: number) => Match[];

/** What allow lists say of an asset with these fingerprints: for each match, the entry that marks it. */
export type Allowance = (fingerprints: readonly Fingerprint[]) => (match: Match) => Suppression | undefined;

/** What an asset is judged by. */
export interface Judging {
  readonly match: Matching;
  /** False where none of these has a listed hash within the threshold: told of all at once, which takes less than `match` of each. */
  readonly mayMatch?: ((fingerprints: readonly Fingerprint[]) => boolean) | undefined;
  readonly allow?: Allowance | undefined;
}

/** A real match comes before a test, and that before one known to be harmless: the best match names the asset. */
const gravity = ({ category, suppressed }: Match): number => (suppressed ? 2 : category === 'test' ? 1 : 0);

/** The order that an event tells matches in: the first is the best. */
export const ranked = (matches: readonly Match[]): Match[] =>
  [...matches].sort((a, b) => gravity(a) - gravity(b) || nearestFirst(a, b));

/** Decides what an asset ends as. A match counts even where the pixels could not be read, or not all of them. */
export function judge(asset: FingerprintedAsset, judging: Judging): ScanResult {
  const { ref, facts, fingerprints, withheld, unread } = asset;
  const base = { ref, facts, fingerprints, withheld };
  const { matches: hit, trouble } = matchAll(fingerprints, judging, facts.framesHashed || facts.frames || 1);
  const found = facts.times ? hit.map((one) => timed(one, facts.times!)) : hit;
  const mark = found.length > 0 ? judging.allow?.(fingerprints) : undefined;
  const matches = found
    .map((one) => {
      const suppressed = mark?.(one);
      return suppressed ? { ...one, suppressed } : one;
    })
    .sort((a, b) => gravity(a) - gravity(b));
  const problem = trouble ?? (unread?.kind === 'failed' ? pickProblem(unread) : undefined);
  if (matches.length > 0) {
    const told = problem ?? (unread && unseenBecause(unread));
    return { outcome: 'matched', ...base, matches, ...(told && { problem: told }) };
  }
  if (problem) return { outcome: 'failed', ...base, ...problem };
  if (unread?.kind === 'skipped')
    return { outcome: 'skipped', ...base, reason: unread.reason, message: unread.message };
  const message = 'too little picture information to match on';
  const isPoor =
    (withheld.length > 0 || facts.framesHashed === 0) && !fingerprints.some(({ view }) => view !== undefined);
  // What is missing may have been all there was to see.
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

/** True where one picture of several says too little. Videos have many such frames, damaged or not. */
function hidesPicture({ facts, fingerprints, withheld }: FingerprintedAsset): boolean {
  if (facts.times || withheld.length === 0) return false;
  const telling = new Set(fingerprints.flatMap(({ view, frame }) => (view === undefined ? [] : [frame])));
  return withheld.some(({ frame }) => !telling.has(frame));
}

/** What a skip says of an asset that matched: a match must not hide that something was not looked at. */
const unseenBecause = (unread: Unread): Problem | undefined =>
  unread.kind === 'skipped' && isUnseen(unread.reason)
    ? { stage: 'decode', code: unread.reason, message: unread.message }
    : undefined;

/** A match in a video says when. */
const timed = (match: Match, times: readonly number[]): Match => {
  const time = match.frame === undefined ? undefined : times[match.frame];
  return time === undefined ? match : { ...match, time };
};

/** An entry that several views of a frame hit is told once, by the nearest of them. */
function nearestViews(sorted: readonly Match[]): Match[] {
  const nearest = new Map<string, string | undefined>();
  return sorted.filter(({ list, entryId, algorithm, frame, view }) => {
    const key = JSON.stringify([list, entryId, algorithm, frame]);
    if (!nearest.has(key)) nearest.set(key, view);
    return nearest.get(key) === view;
  });
}

/** A list that turns out to be damaged must not take with it what the others, or other fingerprints, have found. */
function matchAll(fingerprints: readonly Fingerprint[], { match, mayMatch }: Judging, frames: number) {
  const matches: Match[] = [];
  let trouble: Problem | undefined;
  if (mayMatch?.(fingerprints) === false) return { matches, trouble };
  for (const fingerprint of fingerprints) {
    try {
      matches.push(...match(fingerprint, frames));
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      trouble ??= pickProblem(error);
    }
  }
  if (matches.length === 0) return { matches, trouble };
  return { matches: corroborate(nearestViews(matches.sort(nearestFirst))), trouble };
}

/**
 * Exact digests first, then the share of the threshold that the distance uses up, so that distances under
 * different algorithms compare; then by name, so that the order never depends on the run.
 */
function nearestFirst(a: Match, b: Match): number {
  const share = (m: Match) => (m.threshold === 0 ? 0 : m.distance / m.threshold);
  const digest = (m: Match) => (m.view === undefined ? 0 : 1);
  return (
    digest(a) - digest(b) ||
    share(a) - share(b) ||
    // At equal nearness the longer hash says more.
    b.threshold - a.threshold ||
    (a.frame ?? 0) - (b.frame ?? 0) ||
    compareText(a.list, b.list) ||
    compareText(a.entryId, b.entryId) ||
    compareText(a.algorithm, b.algorithm)
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * True for a thumbnail that holds too little to be told from others and that no digest matched. The picture that it
 * was made of has its own result: the thumbnail gets none, and is counted nowhere.
 */
export const isPoorThumbnail = (found: ScanResult | FingerprintedAsset): boolean =>
  found.ref.part?.startsWith('thumbnail') === true &&
  found.withheld.length > 0 &&
  !found.fingerprints.some(({ view }) => view !== undefined) &&
  (!('outcome' in found) || found.outcome === 'skipped');

export const pickProblem = ({ stage, code, message }: Problem): Problem => ({ stage, code, message });
