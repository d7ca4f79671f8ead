import {
  containerFor,
  createOpener,
  howOpened,
  type InsideKind,
  type InsideLimits,
  insideDefaults,
  insideKinds,
  openedTypes,
} from '../containers/index.js';
import { chunksOf, memoryStore } from '../containers/store.js';
import { Skip, StageError } from '../core/errors.js';
import { detectionEvent } from '../core/event.js';
import type { Room } from '../core/gate.js';
import type { HashList, KnownHashes } from '../core/hash-list.js';
import { isPoorThumbnail, judge } from '../core/judge.js';
import type { Craft } from '../core/memory.js';
import { requireWebAssembly } from '../core/out-of-memory.js';
import { type Answer, type FingerprintPorts, type ScanPorts, scanAsset } from '../core/scan.js';
import type {
  Asset,
  AssetRef,
  ByteStore,
  DetectionEvent,
  Fingerprint,
  FingerprintedAsset,
  ListIdentity,
  Match,
  ScanResult,
} from '../core/types.js';
import { shareRoom } from '../decoders/gate.js';
import {
  type DecodeLimits,
  decode,
  decodeVideo,
  defaultDecodeLimits,
  isVideo,
  sniff,
} from '../decoders/index.js';
import { openFileStore } from '../fetchers/file-store.js';
import { createFetchers } from '../fetchers/index.js';
import type { Fetcher, FetchLimits } from '../fetchers/types.js';
import { version } from '../files/version.js';
import {
  type AlgorithmName,
  algorithmNames,
  fingerprinters,
  type PdqVariant,
  resolveFingerprinters,
} from '../fingerprints/index.js';
import { createAllowance } from '../matching/allow.js';
import { createMatcher, type Matcher } from '../matching/matcher.js';
import { createRunner, type Runner } from '../runners/runner.js';
import type { Sourced } from '../sources/types.js';
import type { Side, ViewSet } from '../views/index.js';
import { confidence, type Strictness } from './confidence.js';
import { frameFingerprinter, viewSetVersion } from './frame-fingerprinter.js';

/** What decides the fingerprints of an asset. Plain data: decoding processes are wired from it. */
export interface FingerprintOptions {
  /** Fingerprints to compute. Default: what the lists hold. Digests are always computed. */
  readonly algorithms?: readonly AlgorithmName[];
  readonly pdqVariant?: PdqVariant;
  /** Ways of looking at each picture; default `none`: upright only. */
  readonly views?: ViewSet;
  /** `list` makes the views that a list of one's own holds of each picture; default `query`. */
  readonly side?: Side;
  readonly limits?: Partial<DecodeLimits & FetchLimits & InsideLimits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** How hosts are asked. */
  readonly web?: WebOptions;
  /** What is looked for inside assets; default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /** Absolute path of ffmpeg, which reads videos; without it they are skipped: `decoder-missing`. */
  readonly ffmpeg?: string;
}

/** How hosts of the web are asked. Plain data. */
export interface WebOptions {
  /** E-mail or web address of whoever runs the program, for the user agent. */
  readonly contact?: string;
  /** Requests at a time to one host. Default 4. */
  readonly perHost?: number;
  /** Requests a second to one host. Default: no limit. */
  readonly rate?: number;
  /** Hosts besides a page's own that its pictures may come from; `*.example.org` and `*` are understood. */
  readonly hosts?: readonly string[];
  /** URL of a store that is compatible with S3, for `s3:` refs. */
  readonly s3Endpoint?: string;
}

/** Names the program and whom to ask about it. */
export const userAgentOf = (contact?: string): string =>
  `hashsieve/${version}${contact === undefined ? '' : ` (+${contact})`}`;

/** What a scanner is made of; everything has a default. */
export interface ScannerOptions extends FingerprintOptions {
  /** Lists to match against; none makes a scanner that only fingerprints. */
  readonly lists?: readonly KnownHashes[];
  /** Lists of harmless pictures: a match of one is marked as suppressed. */
  readonly allow?: readonly HashList[];
  /** Bits by algorithm, 0…bits; the algorithm's own default otherwise. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** How near is a match, where `thresholds` do not say it: default `strict`, the customary thresholds. */
  readonly strictness?: Strictness;
  /** Chance matches to put up with in a million pictures, above 0: sets the thresholds instead of `strictness`. */
  readonly maxExpected?: number;
  /** Assets in flight; default: processor cores + 2. */
  readonly jobs?: number;
  /**
   * Processes to decode in, so that a crash of the decoder costs one asset; they start when a source turns out to hold
   * more than one. Default: none, everything happens in this process.
   */
  readonly workers?: number;
  /** What such a process runs in place of our own script. */
  readonly workerScript?: URL;
  /** Put the listed hash into every match. It is confidential. */
  readonly showHashes?: boolean;
}

/** A wired pipeline. Holds connections: close it. */
export interface Scanner {
  /** The lists it matches against. */
  readonly lists: readonly ListIdentity[];
  /** The allow lists. */
  readonly allowed: readonly ListIdentity[];
  /** What it computes. */
  readonly algorithms: readonly AlgorithmName[];
  /** Bits, for every algorithm that the lists hold. */
  readonly thresholds: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** Chance matches in a million pictures at these thresholds, by algorithm (docs/accuracy.md). */
  readonly expectedByChance: Readonly<Partial<Record<AlgorithmName, number>>>;
  /**
   * One asset: a result for everything inside it, then exactly one for itself. Rejects only for a defect, when `signal`
   * aborts, or when the scanner is closed. It may be left early: `break` stops the work on it.
   */
  scanAsset(ref: AssetRef, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Many assets: as `scanAsset` each, in their order, in bounded memory; after an abort, what is done. */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching; what could not be read or was passed over comes as its result. */
  fingerprint(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<Answer>;
  /**
   * Runs a task over a source as `scan` does. The task gets what fingerprints an asset, at the place where it is best
   * done; of `known` bytes only what is missing is computed.
   */
  readonly map: Runner['map'];
  /** As `Fetcher.unchanged`: which of many assets need not be read again. */
  readonly unchanged: NonNullable<Fetcher['unchanged']>;
  /** The result of a place that a source could not list or passed over; undefined for a ref, which needs scanning. */
  passed(item: Sourced): Extract<ScanResult, { outcome: 'failed' | 'skipped' }> | undefined;
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How it looks at pixels: fingerprints of one recipe are the same thing only where this is the same too. */
  readonly look: string;
  /** How it looks inside which media types. */
  readonly inside: NonNullable<Craft['inside']>;
  /** Every listed hash within the threshold, nearest first. */
  match: Matcher['match'];
  /** The same one by one: as `Matcher.matches`. */
  matches: Matcher['matches'];
  /** Which of many assets may match: as `Matcher.screen`. */
  readonly screen: Matcher['screen'];
  /** What an asset ends as whose fingerprints are there already. */
  judge(asset: FingerprintedAsset): ScanResult;
  /** The public record of a match. */
  event(result: Extract<ScanResult, { outcome: 'matched' }>, scanId: string, now: Date): DetectionEvent;
  close(): Promise<void>;
}

const defaultFetchLimits: FetchLimits = { maxBytes: 100_000_000, timeoutSeconds: 30 };
const digestNames = ['md5', 'sha1', 'sha256'] as const satisfies readonly AlgorithmName[];

/**
 * Composition root: the only place that knows every stage. Raises UsageError for a threshold out of range, and where the system
 * gives no memory for WebAssembly.
 */
export function createScanner(options: ScannerOptions = {}): Scanner {
  const { lists = [], allow, showHashes, jobs, workers = 0, workerScript, ...asked } = options;
  const { thresholds: _given, strictness: _kind, maxExpected: _most, ...rest } = asked;
  const registry = resolveFingerprinters(options.pdqVariant ? { pdqVariant: options.pdqVariant } : {});
  const listed = algorithmNames.filter((name) => lists.some((list) => list.columns.has(name)));
  const algorithms = options.algorithms ?? listed;
  if (algorithms.some((name) => registry[name].kind === 'pixels')) requireWebAssembly();
  const views = options.views ?? 'none';
  const { rate, thresholds, expectedByChance } = confidence({ ...options, lists, views });
  const matcher = createMatcher(lists, thresholds, { showHashes: showHashes === true });
  const match = (fingerprint: Fingerprint, frames = 1) =>
    matcher.match(fingerprint).map((one) => rate(one, frames));
  function* matches(fingerprint: Fingerprint, frames = 1): Generator<Match> {
    for (const one of matcher.matches(fingerprint)) yield rate(one, frames);
  }
  const limits = limitsOf(options);
  const setup: FingerprintOptions = { ...rest, algorithms };
  const ports = wirePorts(setup);
  const runner = createRunner(ports, {
    workers,
    jobs,
    setup,
    limits: watchLimits(limits),
    script: workerScript,
  });
  const scanPorts: ScanPorts = {
    fingerprint: runner.fingerprint,
    match: matches,
    mayMatch: matcher.mayMatch,
    allow: allow?.length ? createAllowance(allow, thresholds, new Date()) : undefined,
  };
  const passed: Scanner['passed'] = (item) => {
    if ('stage' in item) return { outcome: 'failed', fingerprints: [], withheld: [], ...item };
    if ('reason' in item) return { outcome: 'skipped', fingerprints: [], withheld: [], ...item };
    return undefined;
  };
  return {
    lists: matcher.lists,
    allowed: (allow ?? []).map(({ identity }) => identity),
    algorithms,
    thresholds,
    expectedByChance,
    recipes: Object.fromEntries(
      algorithms
        .filter((name) => registry[name].kind === 'pixels')
        .map((name) => [name, registry[name].recipe]),
    ),
    inside: {
      how: howOpened(options.inside ?? insideKinds, limits),
      mediaTypes: openedTypes(options.inside ?? insideKinds),
    },
    look: `views=${viewSetVersion(views, options.side)} frames=${limits.maxFrames}`,
    passed,
    scanAsset: (ref, signal) => scanAsset(ref, scanPorts, signal),
    map: runner.map,
    unchanged: ports.unchanged,
    scan: (refs, signal) =>
      runner.map(
        refs,
        (item, fingerprint) =>
          onePassed(passed(item)) ?? scanAsset(item as AssetRef, { ...scanPorts, fingerprint }, signal),
        signal,
      ),
    fingerprint: (refs, signal) =>
      runner.map(
        refs,
        (item, fingerprint) => onePassed(passed(item)) ?? worthTelling(fingerprint(item as AssetRef, signal)),
        signal,
      ),
    match,
    matches,
    screen: matcher.screen,
    judge: (asset) => judge(asset, scanPorts),
    event: (result, scanId, now) =>
      detectionEvent(result, {
        scanId,
        now,
        toolVersion: version,
        lists: matcher.lists,
      }),
    close: async () => {
      await runner.close();
      await ports.close();
    },
  };
}

/** `undefined` stays what it is. */
const onePassed = <T>(result: T | undefined) =>
  result &&
  (async function* () {
    yield result;
  })();

async function* worthTelling(answers: AsyncIterable<Answer>): AsyncGenerator<Answer> {
  for await (const answer of answers) if (!isPoorThumbnail(answer)) yield answer;
}

type Limits = DecodeLimits & FetchLimits & InsideLimits;

function limitsOf(options: FingerprintOptions): Limits {
  const limits = { ...defaultDecodeLimits, ...defaultFetchLimits, ...options.limits };
  return { ...insideDefaults, seconds: 20 * limits.timeoutSeconds, ...limits };
}

/**
 * The first half of the line, as `options` wants it, here or in a decoding process. Holds connections: close it.
 * @param room where large pictures ask to be decoded, besides the room of this process.
 */
export function wirePorts(
  options: FingerprintOptions,
  room?: Room,
): FingerprintPorts & Pick<Required<Fetcher>, 'unchanged' | 'close'> {
  if (room) shareRoom(room);
  const registry = resolveFingerprinters(options.pdqVariant ? { pdqVariant: options.pdqVariant } : {});
  const limits = limitsOf(options);
  const { contact, ...web } = options.web ?? {};
  const fetcher = createFetchers({
    ...web,
    maxBytes: limits.maxBytes,
    timeoutSeconds: limits.timeoutSeconds,
    userAgent: userAgentOf(contact),
    ...(options.allowPrivate === undefined ? {} : { allowPrivate: options.allowPrivate }),
    ...(limits.maxContainerBytes === undefined ? {} : { maxContainerBytes: limits.maxContainerBytes }),
  });
  const reach = (asset: Asset) => openFileStore(asset, limits.timeoutSeconds);
  /** A file that has not changed since it was read can be read again, which spares memory a copy. */
  const storeOf = async (asset: Asset): Promise<ByteStore> => {
    const { ref, version, bytes } = asset;
    const isFile = ref.uri.startsWith('file:') && ref.member === undefined && ref.part === undefined;
    if (!isFile || version === undefined) return memoryStore(bytes);
    return reach({ ...asset, size: bytes.length });
  };
  const kinds = options.inside ?? insideKinds;
  return {
    ...fingerprintPorts(registry, options.algorithms ?? [], options.views ?? 'none', options.side ?? 'query'),
    async fetch(ref, signal, unless) {
      const asset = await (unless === undefined
        ? fetcher.fetch(ref, signal)
        : fetcher.refetch(ref, unless, signal));
      // A large file is read in parts, and only what is looked into can be.
      if (asset?.size !== undefined && !isReadInParts(sniff(asset.bytes)))
        throw new StageError('fetch', 'too-large', `larger than ${limits.maxBytes} bytes`);
      return asset;
    },
    unchanged: fetcher.unchanged,
    sniff,
    digest: (asset) => digestsOf(asset, reach),
    open: createOpener(kinds, limits, reach),
    decode: async (asset, mediaType) => {
      const container = containerFor(mediaType);
      if (container && !container.isPicture)
        throw new Skip('switched-off', `${container.kind} were not to be looked into`);
      if (!isVideo(mediaType)) return decode(asset.bytes, mediaType, limits);
      if (!kinds.includes('video')) throw new Skip('switched-off', 'videos were not to be looked into');
      const store = await (asset.size === undefined ? storeOf(asset) : reach(asset));
      return decodeVideo({ mediaType, store, program: options.ffmpeg }, limits);
    },
    close: () => fetcher.close(),
  };
}

/** True for what is read in parts, where it is too large for memory. */
const isReadInParts = (mediaType: string): boolean =>
  isVideo(mediaType) || containerFor(mediaType)?.isPicture === false;

/** All three, which every event carries. */
async function digestsOf(asset: Asset, reach: (asset: Asset) => Promise<ByteStore>): Promise<Fingerprint[]> {
  const digests = digestNames.map((algorithm) => ({ algorithm, ...fingerprinters[algorithm] }));
  if (asset.size === undefined)
    return digests.map(({ algorithm, recipe, compute }) => ({
      algorithm,
      hex: compute(asset.bytes),
      recipe,
    }));
  const begun = digests.map(({ algorithm, recipe, begin }) => ({ algorithm, recipe, hash: begin() }));
  const store = await reach(asset);
  try {
    for await (const chunk of chunksOf(store)) for (const { hash } of begun) hash.update(chunk);
  } finally {
    await store.close();
  }
  return begun.map(({ algorithm, recipe, hash }) => ({ algorithm, hex: hash.hex(), recipe }));
}

/** What a decoding process may take; generous, because ending it costs the asset its first try. */
const watchLimits = ({ maxPixels, maxBytes, timeoutSeconds }: DecodeLimits & FetchLimits) => ({
  silentSeconds: 2 * timeoutSeconds,
  memory: 0.5e9 + 20 * Math.max(maxPixels, 100e6) + 4 * maxBytes,
});

type Wired = Pick<FingerprintPorts, 'fingerprint' | 'wantsPixels'>;

function fingerprintPorts(
  registry: ReturnType<typeof resolveFingerprinters>,
  algorithms: readonly AlgorithmName[],
  viewSet: ViewSet,
  side: Side,
): Wired {
  const ofPixels = algorithms.flatMap((name) => {
    const fingerprinter = registry[name];
    return fingerprinter.kind === 'pixels' ? [{ name, fingerprinter }] : [];
  });
  return {
    wantsPixels: ofPixels.length > 0,
    fingerprint: frameFingerprinter(ofPixels, viewSet, side),
  };
}

export { type InsideKind, insideKinds } from '../containers/index.js';
export { load as loadDecoder } from '../decoders/sharp.js';
export { type Strictness, strictnesses } from './confidence.js';
