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
} from './types.js';

/**
 * Listed hashes within the threshold, in any order, the same in the same order when asked again. What chance has to say of them is
 * for an asset of so many `frames`.
 */
export type Matching = (fingerprint: Fingerprint, frames: number) => Iterable<Match>;

/** What allow lists say of an asset with these fingerprints: for each match, the entry that marks it. */
export type Allowance = (fingerprints: readonly Fingerprint[]) => (match: Match) => Suppression | undefined;

/** What an asset is judged by. */
export interface Judging {
  readonly match: Matching;
  /** False where none of these has a listed hash within the threshold: told of all at once, which takes less than `match` of each. */
  readonly mayMatch?: ((fingerprints: readonly Fingerprint[]) => boolean) | undefined;
  readonly allow?: Allowance | undefined;
}

/** Decides what an asset ends as. A match counts even where the pixels could not be read, or not all of them. */
export function judge(asset: FingerprintedAsset, judging: Judging): ScanResult {
  const { ref, facts, fingerprints, withheld, unread } = asset;
  const base = { ref, facts, fingerprints, withheld };
  const { matches, count, trouble } = matchAll(asset, judging);
  const problem = trouble
    ? pickProblem(trouble)
    : unread?.kind === 'failed'
      ? pickProblem(unread)
      : undefined;
  if (matches.length > 0) {
    const told = problem ?? (unread && unseenBecause(unread));
    return { outcome: 'matched', ...base, matches, matchCount: count, ...(told && { problem: told }) };
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

/** A list that turns out to be damaged must not take with it what the others, or other fingerprints, have found. */
function matchAll({ fingerprints, facts }: FingerprintedAsset, judging: Judging): Gathered {
  if (judging.mayMatch?.(fingerprints) === false) return { matches: [], count: 0 };
  const frames = facts.framesHashed || facts.frames || 1;
  const lookups = new Map<number | undefined, Lookup[]>();
  for (const fingerprint of fingerprints) {
    const some = lookups.get(fingerprint.frame) ?? [];
    some.push(() => judging.match(fingerprint, frames));
    lookups.set(fingerprint.frame, some);
  }
  let mark: ReturnType<Allowance> | undefined;
  return gather(lookups.values(), (match) => {
    // Allow lists are asked only where something matched.
    mark ??= judging.allow?.(fingerprints) ?? (() => undefined);
    const suppressed = mark(match);
    const told = facts.times ? timed(match, facts.times) : match;
    return suppressed ? { ...told, suppressed } : told;
  });
}

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
