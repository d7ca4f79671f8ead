import { howOpened, insideKinds } from '../containers/index.js';
import {
  type Answer,
  type FingerprintLine,
  type FingerprintSettings,
  isPoorThumbnail,
  printable,
  requireWebAssembly,
  type Unseen,
  UsageError,
  unseenResult,
} from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';
import type { Fetcher } from '../fetchers/types.js';
import { type AlgorithmName, knownAlgorithms, nameOf, ownOf } from '../fingerprints/index.js';
import { createRunner, type Runner } from '../runners/index.js';
import { resultOfUnread } from '../sources/index.js';
import type { Sourced } from '../sources/types.js';
import { viewSetVersion } from './frame-fingerprinter.js';
import { defaultViews, type FingerprintOptions, type Limits, limitsOf, type WorkerSetup } from './options.js';
import { wirePorts } from './ports.js';
import { defaultWorkers } from './workers.js';

/** What a reader needs. Every option has a default. */
export interface ReaderOptions extends FingerprintOptions {
  /** Assets in flight. Default: processor cores + 2. */
  readonly jobs?: number;
  /**
   * Processes to decode in, so that a crash of the decoder costs one asset and not the caller. They start with the
   * first asset, or for a source once it turns out to hold more than one. Default: one for each processor core, at most
   * `jobs`. With 0, everything happens in this process, and nothing can interrupt libheif, jxl-oxide or pdf.js when a
   * picture hangs them: `timeoutSeconds` is then checked between pictures only.
   */
  readonly workers?: number;
  /** The script that these processes run. Default: our own. */
  readonly workerScript?: URL;
}

/**
 * The first half of the line: from refs and bytes to fingerprints. It knows no list. It holds processes and
 * connections: close it.
 */
export interface Reader {
  /**
   * The algorithms of pixels that it computes, and the digests that the caller named. All three digests come with every
   * asset.
   */
  readonly algorithms: readonly AlgorithmName[];
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** Names how it looks at pixels: fingerprints of one recipe are comparable only where this is equal too. */
  readonly look: string;
  /** How it looks inside assets. */
  readonly inside: NonNullable<FingerprintSettings['inside']>;
  /**
   * Fingerprints one asset, a ref or bytes (`assetOfBytes`): gives an answer for everything inside it, including
   * thumbnails that hold too little information, then one for the asset itself. Rejects only for a defect, when
   * `signal` aborts, or when the reader is closed. Leaving the loop early (`break`) stops the work.
   */
  readonly fingerprint: FingerprintLine;
  /**
   * Fingerprints many assets, in their order, in bounded memory. What could not be read, or was passed over, comes as
   * its result.
   */
  fingerprintAll(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<Answer>;
  /**
   * Runs a task over a source as `fingerprintAll` does. The task receives the function that fingerprints its asset, in
   * this process or a decoding one. With `known` bytes that function computes only what is missing.
   */
  readonly map: Runner['map'];
  /** As `Fetcher.unchanged`: tells which of many assets have not changed and need not be read again. */
  readonly unchanged: NonNullable<Fetcher['unchanged']>;
  /** Stops the work in progress. Settles once the processes have ended. */
  close(): Promise<void>;
}

/**
 * Makes the first half of the line. Raises UsageError where an algorithm of pixels is wanted and the system gives
 * WebAssembly no memory.
 * @example
 * const reader = createReader({ algorithms: ['pdq'] });
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' })))
 * console.log(answer.fingerprints);
 */
export function createReader(options: ReaderOptions = {}): Reader {
  const { jobs, workers: _, workerScript, ...asked } = options;
  const { views = defaultViews, inside = insideKinds } = options;
  const workers = workersFor(options);
  const known = knownAlgorithms(options.algorithms, options);
  const algorithms = (options.algorithms ?? []).map(nameOf);
  const ofPixels = algorithms.filter((name) => known.get(name).kind === 'pixels');
  if (ofPixels.length > 0) requireWebAssembly();
  const limits = limitsOf(options);
  const ports = wirePorts(asked);
  const runner = createRunner(ports, {
    workers,
    jobs,
    setup: setupOf(asked),
    limits: watchLimits(limits),
    script: workerScript,
  });
  return {
    algorithms,
    recipes: Object.fromEntries(ofPixels.map((name) => [name, known.get(name).recipe])),
    inside: { how: howOpened(inside, limits) },
    look: `views=${viewSetVersion(views, options.side)} frames=${limits.maxFrames}`,
    fingerprint: (target, ...rest) => tooLarge(target, limits) ?? runner.fingerprint(target, ...rest),
    fingerprintAll: (refs, signal) =>
      runner.map(
        refs,
        (item, fingerprint) =>
          item.kind === 'asset' ? withoutPoorThumbnails(fingerprint(item.ref, signal)) : unreadResult(item),
        signal,
      ),
    map: runner.map,
    unchanged: ports.unchanged,
    close: async () => {
      await runner.close();
      await ports.close();
    },
  };
}

/**
 * The number of decoding processes. Functions cannot be sent to another process: raises UsageError where an own
 * algorithm would have to be.
 */
function workersFor({ jobs, workers, algorithms = [], plugins = [] }: ReaderOptions): number {
  const own = [...ownOf(algorithms), ...plugins].find(({ source }) => source === undefined);
  if (own === undefined) return workers ?? defaultWorkers(jobs);
  if (workers === undefined || workers === 0) return 0;
  throw new UsageError(
    `algorithm ${printable(own.name)} was handed in, which is computed in this process: leave out workers, or set it to 0`,
  );
}

/** What decoding processes get of the options: an own algorithm is named, and goes along as its source. */
function setupOf({ algorithms = [], plugins = [], ...options }: FingerprintOptions): WorkerSetup {
  const own = new Set([...ownOf(algorithms), ...plugins]);
  return {
    ...options,
    algorithms: algorithms.map(nameOf),
    sources: [...own].flatMap(({ source }) => source ?? []),
  };
}

/** The answer for bytes above the limit, as for a file that is too large. Undefined where they may be fingerprinted. */
function tooLarge(target: AssetRef | Asset, { maxBytes }: Limits): AsyncIterable<Answer> | undefined {
  if (!('bytes' in target) || target.bytes.length <= maxBytes) return undefined;
  const problem = { stage: 'fetch', code: 'too-large', message: `larger than ${maxBytes} bytes` } as const;
  return one(unseenResult(target.ref, { kind: 'failed', ...problem }));
}

/** The result of what a source could not list or passed over. Raises TypeError as `resultOfUnread`. */
export async function* unreadResult(item: Parameters<typeof resultOfUnread>[0]): AsyncGenerator<Unseen> {
  yield resultOfUnread(item);
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

async function* withoutPoorThumbnails(answers: AsyncIterable<Answer>): AsyncGenerator<Answer> {
  for await (const answer of answers) if (!isPoorThumbnail(answer)) yield answer;
}

/** What a decoding process may use. Generous, because ending the process costs the asset its first try. */
const watchLimits = ({ maxPixels, maxBytes, timeoutSeconds }: Limits) => ({
  silentSeconds: 2 * timeoutSeconds,
  memory: 0.5e9 + 20 * Math.max(maxPixels, 100e6) + 4 * maxBytes,
});
