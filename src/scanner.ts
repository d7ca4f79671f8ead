import { availableParallelism } from 'node:os';
import { UsageError } from './core/errors.js';
import { detectionEvent } from './core/event.js';
import type { HashList } from './core/hash-list.js';
import {
  type FingerprintPorts,
  fingerprintOrFail,
  type Known,
  type ScanPorts,
  scanAsset,
} from './core/scan.js';
import type { AssetRef, DetectionEvent, FingerprintedAsset, ListIdentity, ScanResult } from './core/types.js';
import { type DecodeLimits, decode, defaultDecodeLimits, sniff } from './decoders/index.js';
import { createFetchers } from './fetchers/index.js';
import type { FetchLimits } from './fetchers/types.js';
import {
  type AlgorithmName,
  algorithmNames,
  fingerprinters,
  type PdqVariant,
  resolveFingerprinters,
} from './fingerprints/index.js';
import { frameFingerprinter, viewSetVersion } from './frame-fingerprinter.js';
import { createMatcher, type Matcher } from './matching/matcher.js';
import { mapOrdered } from './runners/inline.js';
import type { Sourced } from './sources/types.js';
import { version } from './version.js';
import type { ViewSet } from './views/index.js';

/** What a scanner is made of; everything has a default. */
export interface ScannerOptions {
  /** Lists to match against; none makes a scanner that only fingerprints. */
  readonly lists?: readonly HashList[];
  /** Fingerprints to compute. Default: what the lists hold. Digests are always computed. */
  readonly algorithms?: readonly AlgorithmName[];
  /** Bits by algorithm, 0…bits; the algorithm's own default otherwise. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  readonly pdqVariant?: PdqVariant;
  /** Ways of looking at each picture; default `none`: upright only. */
  readonly views?: ViewSet;
  readonly limits?: Partial<DecodeLimits & FetchLimits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** Assets in flight; default: processor cores + 2. */
  readonly jobs?: number;
  /** Put the listed hash into every match. It is confidential. */
  readonly showHashes?: boolean;
}

/** A wired pipeline. Holds connections: close it. */
export interface Scanner {
  /** The lists it matches against. */
  readonly lists: readonly ListIdentity[];
  /** What it computes. */
  readonly algorithms: readonly AlgorithmName[];
  /** Bits, for every algorithm that the lists hold. */
  readonly thresholds: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** One asset: exactly one result. Rejects only for a defect, or when `signal` aborts. */
  scanAsset(ref: AssetRef, signal?: AbortSignal): Promise<ScanResult>;
  /** Many assets: exactly one result each, in their order, in bounded memory; after an abort, what is done. */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching; what could not be read or was passed over comes as its result. */
  fingerprint(
    refs: AsyncIterable<Sourced>,
    signal?: AbortSignal,
  ): AsyncGenerator<FingerprintedAsset | ScanResult>;
  /** One asset up to its fingerprints; of `known` bytes only what is missing is computed. Rejects as `scanAsset`. */
  fingerprintAsset(
    ref: AssetRef,
    signal?: AbortSignal,
    known?: Known,
  ): Promise<FingerprintedAsset | Extract<ScanResult, { outcome: 'failed' }>>;
  /** The result of a place that a source could not list or passed over; undefined for a ref, which needs scanning. */
  passed(item: Sourced): ScanResult | undefined;
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How it looks at pixels: fingerprints of one recipe are the same thing only where this is the same too. */
  readonly look: string;
  /** Assets in flight at once. */
  readonly jobs: number;
  /** Every listed hash within the threshold, nearest first. */
  match: Matcher['match'];
  /** The public record of a match. */
  event(result: Extract<ScanResult, { outcome: 'matched' }>, scanId: string, now: Date): DetectionEvent;
  close(): Promise<void>;
}

const defaultFetchLimits: FetchLimits = { maxBytes: 100_000_000, timeoutSeconds: 30 };
const digestNames = ['md5', 'sha1', 'sha256'] as const satisfies readonly AlgorithmName[];

/** Composition root: the only place that knows every stage. Raises UsageError for a threshold out of range. */
export function createScanner(options: ScannerOptions = {}): Scanner {
  const registry = resolveFingerprinters(options.pdqVariant ? { pdqVariant: options.pdqVariant } : {});
  const lists = options.lists ?? [];
  const listed = algorithmNames.filter((name) => lists.some((list) => list.columns.has(name)));
  const algorithms = options.algorithms ?? listed;
  const thresholds = thresholdsFor(listed, options.thresholds ?? {});
  const matcher = createMatcher(lists, thresholds, { showHashes: options.showHashes === true });
  const limits = { ...defaultDecodeLimits, ...defaultFetchLimits, ...options.limits };
  const fetcher = createFetchers({
    maxBytes: limits.maxBytes,
    timeoutSeconds: limits.timeoutSeconds,
    userAgent: `hashsieve/${version}`,
    ...(options.allowPrivate === undefined ? {} : { allowPrivate: options.allowPrivate }),
  });
  const ports: ScanPorts = {
    ...fingerprintPorts(registry, algorithms, options.views ?? 'none'),
    fetch: (ref, signal, unless) =>
      unless === undefined ? fetcher.fetch(ref, signal) : fetcher.refetch(ref, unless, signal),
    sniff,
    decode: (asset, mediaType) => decode(asset.bytes, mediaType, limits),
    match: matcher.match,
  };
  const concurrency = options.jobs ?? availableParallelism() + 2;
  const passed = (item: Sourced): ScanResult | undefined => {
    if ('stage' in item) return { outcome: 'failed', fingerprints: [], withheld: [], ...item };
    if ('reason' in item) return { outcome: 'skipped', fingerprints: [], withheld: [], ...item };
    return undefined;
  };
  return {
    lists: lists.map((list) => list.identity),
    algorithms,
    thresholds,
    recipes: Object.fromEntries(
      algorithms
        .filter((name) => registry[name].kind === 'pixels')
        .map((name) => [name, registry[name].recipe]),
    ),
    look: `views=${viewSetVersion(options.views ?? 'none')} frames=${limits.maxFrames}`,
    jobs: concurrency,
    passed,
    scanAsset: (ref, signal) => scanAsset(ref, ports, signal),
    fingerprintAsset: (ref, signal, known) => fingerprintOrFail(ref, ports, signal, known),
    scan: (refs, signal) =>
      mapOrdered(refs, async (item) => passed(item) ?? scanAsset(item as AssetRef, ports, signal), {
        concurrency,
        signal,
      }),
    fingerprint: (refs, signal) =>
      mapOrdered(
        refs,
        async (item) => passed(item) ?? (await fingerprintOrFail(item as AssetRef, ports, signal)),
        { concurrency, signal },
      ),
    match: matcher.match,
    event: (result, scanId, now) =>
      detectionEvent(result, {
        scanId,
        now,
        toolVersion: version,
        lists: lists.map((list) => list.identity),
      }),
    close: () => fetcher.close(),
  };
}

type Wired = Pick<FingerprintPorts, 'digest' | 'fingerprint' | 'wantsPixels'>;

function fingerprintPorts(
  registry: ReturnType<typeof resolveFingerprinters>,
  algorithms: readonly AlgorithmName[],
  viewSet: ViewSet,
): Wired {
  const ofPixels = algorithms.flatMap((name) => {
    const fingerprinter = registry[name];
    return fingerprinter.kind === 'pixels' ? [{ name, fingerprinter }] : [];
  });
  return {
    wantsPixels: ofPixels.length > 0,
    digest: (bytes) =>
      digestNames.map((algorithm) => {
        const { compute, recipe } = fingerprinters[algorithm];
        return { algorithm, hex: compute(bytes), recipe };
      }),
    fingerprint: frameFingerprinter(ofPixels, viewSet),
  };
}

function thresholdsFor(
  listed: readonly AlgorithmName[],
  given: Readonly<Partial<Record<AlgorithmName, number>>>,
): Partial<Record<AlgorithmName, number>> {
  for (const [name, bits] of Object.entries(given)) {
    if (!Object.hasOwn(fingerprinters, name))
      throw new UsageError(
        `threshold for "${name}": unknown algorithm; choose of ${algorithmNames.join(', ')}`,
      );
    const most = fingerprinters[name as AlgorithmName].bits;
    if (!Number.isInteger(bits) || bits < 0 || bits > most)
      throw new UsageError(
        `threshold for ${name}: ${bits} is out of range; it is a whole number from 0 to ${most}`,
      );
  }
  return Object.fromEntries(listed.map((name) => [name, given[name] ?? fingerprinters[name].threshold]));
}
