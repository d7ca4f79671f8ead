import { corroborate } from './chance.js';
import { Skip, StageError } from './errors.js';
import type {
  Asset,
  AssetFacts,
  AssetRef,
  Fingerprint,
  FingerprintedAsset,
  Frame,
  Match,
  Problem,
  ScanResult,
  Suppression,
  Withheld,
} from './types.js';

/** Pixels of an asset, one frame at a time. Not JSON-safe. */
export interface DecodedAsset {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly bitmaps: AsyncIterable<Frame>;
  readonly degraded: () => boolean;
}

/** What the line needs from outside; `scanner.ts` wires it. Expected failures are StageError or Skip. */
export interface FingerprintPorts {
  /** Undefined where the asset still is at the version `unless`: then nothing was read. */
  fetch(ref: AssetRef, signal?: AbortSignal, unless?: string): Promise<Asset | undefined>;
  /** Media type, told by the bytes. */
  sniff(bytes: Uint8Array): string;
  /** Digests of the bytes; always md5, sha1 and sha256, which every event carries. */
  digest(bytes: Uint8Array): Fingerprint[];
  /** False when no algorithm of pixels is asked for: then nothing is decoded. */
  readonly wantsPixels: boolean;
  /** Raises Skip for what is no picture, or one in a format that cannot be read. */
  decode(asset: Asset, mediaType: string): Promise<DecodedAsset>;
  /**
   * Every view of a frame under every algorithm of pixels, or `only` under those named. `index` is absent for an
   * asset of one frame.
   */
  fingerprint(frame: Frame, index?: number, only?: readonly string[]): (Fingerprint | Withheld)[];
}

/** What is remembered of an asset from an earlier run. It only counts where the bytes are still the same. */
export interface Known {
  readonly asset: FingerprintedAsset;
  /** Algorithms of pixels that it lacks, and `asset` holds nothing of. */
  readonly missing: readonly string[];
}

export type Failed = Extract<ScanResult, { outcome: 'failed' }>;

/** The first half of the line, in this process (`fingerprintOrFail`) or in another. */
export type FingerprintLine = (
  ref: AssetRef,
  signal?: AbortSignal,
  known?: Known,
) => Promise<FingerprintedAsset | Failed>;

export interface ScanPorts {
  readonly fingerprint: FingerprintLine;
  /** Listed hashes within the threshold, nearest first. */
  match(fingerprint: Fingerprint): Match[];
  /** What allow lists say of an asset with these fingerprints: for each match, the entry that marks it. */
  readonly allow?: Allowance | undefined;
}

/**
 * The one line of the program: fetch → digest → decode → views → fingerprint → match.
 * Every asset ends in exactly one result; only a defect of ours, or an abort, throws.
 */
export async function scanAsset(ref: AssetRef, ports: ScanPorts, signal?: AbortSignal): Promise<ScanResult> {
  const asset = await ports.fingerprint(ref, signal);
  return 'outcome' in asset ? asset : judge(asset, ports.match, ports.allow);
}

/** The first half of the line; an asset whose bytes cannot be had is its failed result. */
export const fingerprintOrFail = (
  ref: AssetRef,
  ports: FingerprintPorts,
  signal?: AbortSignal,
  known?: Known,
): Promise<FingerprintedAsset | Failed> =>
  orFailed(ref, () => fingerprintAsset(ref, ports, signal, known), signal);

/** `work`; its StageError as the failed result that it means for the asset. */
export async function orFailed<T>(
  ref: AssetRef,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof StageError)) throw error;
    return { outcome: 'failed', ref, fingerprints: [], withheld: [], ...pickProblem(error) };
  }
}

/**
 * An asset whose pixels must not be decoded, for `problem`: a file that crashes the decoder. Its digests are
 * computed all the same, so that a listed file is found.
 */
export async function digestOnly(
  ref: AssetRef,
  ports: FingerprintPorts,
  problem: Problem,
  signal?: AbortSignal,
): Promise<FingerprintedAsset | Failed> {
  const asset = await fingerprintOrFail(ref, { ...ports, wantsPixels: false }, signal);
  return 'outcome' in asset ? asset : { ...asset, unread: { kind: 'failed', ...problem } };
}

/** The version at which an asset need not be read again: only where nothing of it is missing. */
export const settledVersion = (known: Known | undefined): string | undefined =>
  known?.missing.length === 0 ? known.asset.version : undefined;

/**
 * Up to the fingerprints. Raises StageError when the bytes cannot be had; unreadable pixels are part of the answer.
 * Of bytes that are known, only what is missing is computed.
 */
async function fingerprintAsset(
  ref: AssetRef,
  ports: FingerprintPorts,
  signal?: AbortSignal,
  known?: Known,
): Promise<FingerprintedAsset> {
  const asset = await ports.fetch(ref, signal, settledVersion(known));
  if (!asset) return known!.asset;
  const version = asset.version === undefined ? {} : { version: asset.version };
  const digests = ports.digest(asset.bytes);
  const same = known && sameDigests(known.asset, digests) ? known : undefined;
  if (same?.missing.length === 0) return { ...withoutVersion(same.asset), ...version };
  const mediaType = ports.sniff(asset.bytes);
  const fingerprints = [...digests, ...(same?.asset.fingerprints.filter((f) => f.view !== undefined) ?? [])];
  const facts: AssetFacts = { mediaType, size: asset.bytes.length };
  const base = { ref, ...version };
  if (!ports.wantsPixels) return { ...base, facts, fingerprints, withheld: [] };
  const withheld: Withheld[] = [...(same?.asset.withheld ?? [])];
  let seen: Partial<AssetFacts> = {};
  try {
    const decoded = await ports.decode(asset, mediaType);
    const { width, height, frames } = decoded;
    seen = { width, height, frames };
    let hashed = 0;
    for await (const frame of decoded.bitmaps) {
      signal?.throwIfAborted();
      hashed += 1;
      for (const answer of ports.fingerprint(frame, frames > 1 ? frame.index : undefined, same?.missing)) {
        if ('hex' in answer) fingerprints.push(answer);
        else withheld.push(answer);
      }
    }
    if (hashed < frames) seen = { ...seen, framesHashed: hashed };
    if (decoded.degraded()) seen = { ...seen, degraded: true };
    return { ...base, facts: { ...facts, ...seen }, fingerprints, withheld };
  } catch (error) {
    const unread = unreadBecause(error);
    if (!unread) throw error;
    return { ...base, facts: { ...facts, ...seen }, fingerprints, withheld, unread };
  }
}

/** Every digest is the same: then so are the bytes. */
const sameDigests = (known: FingerprintedAsset, digests: readonly Fingerprint[]): boolean =>
  digests.every(({ algorithm, hex }) =>
    known.fingerprints.some((f) => f.algorithm === algorithm && f.hex === hex),
  );

const withoutVersion = ({ version: _, ...asset }: FingerprintedAsset): FingerprintedAsset => asset;

/** See `ScanPorts.allow`. */
export type Allowance = (fingerprints: readonly Fingerprint[]) => (match: Match) => Suppression | undefined;

/** A real match comes before a test, and that before one known to be harmless: the best match names the asset. */
const gravity = ({ category, suppressed }: Match): number => (suppressed ? 2 : category === 'test' ? 1 : 0);

/** Decides what an asset ends as. A match counts even where the pixels could not be read, or not all of them. */
export function judge(asset: FingerprintedAsset, match: ScanPorts['match'], allow?: Allowance): ScanResult {
  const { ref, facts, fingerprints, withheld, unread } = asset;
  const base = { ref, facts, fingerprints, withheld };
  const { matches: found, trouble } = matchAll(fingerprints, match);
  const mark = found.length > 0 ? allow?.(fingerprints) : undefined;
  const matches = found
    .map((one) => {
      const suppressed = mark?.(one);
      return suppressed ? { ...one, suppressed } : one;
    })
    .sort((a, b) => gravity(a) - gravity(b));
  const problem = trouble ?? (unread?.kind === 'failed' ? pickProblem(unread) : undefined);
  if (matches.length > 0) return { outcome: 'matched', ...base, matches, ...(problem && { problem }) };
  if (problem) return { outcome: 'failed', ...base, ...problem };
  if (unread?.kind === 'skipped')
    return { outcome: 'skipped', ...base, reason: unread.reason, message: unread.message };
  if (withheld.length > 0 && !fingerprints.some((fingerprint) => fingerprint.view !== undefined))
    return {
      outcome: 'skipped',
      ...base,
      reason: 'low-quality',
      message: 'too little picture information to match on',
    };
  return { outcome: 'clear', ...base };
}

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
function matchAll(fingerprints: readonly Fingerprint[], match: ScanPorts['match']) {
  const matches: Match[] = [];
  let trouble: Problem | undefined;
  for (const fingerprint of fingerprints) {
    try {
      matches.push(...match(fingerprint));
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

function unreadBecause(error: unknown): FingerprintedAsset['unread'] {
  if (error instanceof Skip) return { kind: 'skipped', reason: error.reason, message: error.message };
  if (error instanceof StageError) return { kind: 'failed', ...pickProblem(error) };
  return undefined;
}

const pickProblem = ({ stage, code, message }: Problem): Problem => ({ stage, code, message });
