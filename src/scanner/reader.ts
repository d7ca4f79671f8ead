import { howOpened, insideKinds } from '../containers/index.js';
import {
  type Answer,
  type Craft,
  type FingerprintLine,
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
import type { Sourced } from '../sources/types.js';
import { viewSetVersion } from './frame-fingerprinter.js';
import { defaultViews, type FingerprintOptions, type Limits, limitsOf } from './options.js';
import { wirePorts } from './ports.js';
import { defaultWorkers } from './workers.js';

/** What a reader is made of; everything has a default. */
export interface ReaderOptions extends FingerprintOptions {
  /** Assets in flight; default: processor cores + 2. */
  readonly jobs?: number;
  /**
   * Processes to decode in, so that a crash of the decoder costs one asset and not the caller; they start with the first asset,
   * of a source when it turns out to hold more than one. Default: one for each processor core, no more than `jobs`. 0:
   * everything happens in this process, and nothing can interrupt a picture that libheif, jxl-oxide or pdf.js hang on: `timeoutSeconds`
   * is then looked at between pictures only.
   */
  readonly workers?: number;
  /** What such a process runs in place of our own script. */
  readonly workerScript?: URL;
}

/** The first half of the line: from refs and bytes to fingerprints. It knows no list. Holds processes and connections: close it. */
export interface Reader {
  /** Algorithms of pixels that it computes, and the digests that were asked for; all three digests come with every asset. */
  readonly algorithms: readonly AlgorithmName[];
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How it looks at pixels: fingerprints of one recipe are the same thing only where this is the same too. */
  readonly look: string;
  /** How it looks inside assets. */
  readonly inside: NonNullable<Craft['inside']>;
  /**
   * One asset, a ref or bytes (`assetOfBytes`): an answer for everything inside it, then one for itself. Thumbnails that say too little are among them. Rejects only
   * for a defect, when `signal` aborts, or when the reader is closed. It may be left early: `break` stops the work on it.
   */
  readonly fingerprint: FingerprintLine;
  /** Many assets, in their order, in bounded memory; what could not be read or was passed over comes as its result. */
  fingerprintAll(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<Answer>;
  /**
   * Runs a task over a source as `fingerprintAll` does. The task gets what fingerprints an asset, at the place where it is best
   * done; of `known` bytes only what is missing is computed.
   */
  readonly map: Runner['map'];
  /** As `Fetcher.unchanged`: which of many assets need not be read again. */
  readonly unchanged: NonNullable<Fetcher['unchanged']>;
  /** The result of a place that a source could not list or passed over; undefined for a ref, which needs reading. */
  passed(item: Sourced): Unseen | undefined;
  /** Ends what is under way. Settles once the processes are gone. */
  close(): Promise<void>;
}

/**
 * Makes the first half of the line. Raises UsageError where an algorithm of pixels is asked for and the system gives no memory for
 * WebAssembly.
 * @example
 * const reader = createReader({ algorithms: ['pdq'] });
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' }))) console.log(answer.fingerprints);
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
    setup: asked,
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
        (item, fingerprint) => onePassed(passed(item)) ?? worthTelling(fingerprint(item as AssetRef, signal)),
        signal,
      ),
    map: runner.map,
    unchanged: ports.unchanged,
    passed,
    close: async () => {
      await runner.close();
      await ports.close();
    },
  };
}

/** Functions cannot be handed to another process. Raises UsageError where they would have to be. */
function workersFor({ jobs, workers, algorithms = [] }: ReaderOptions): number {
  const [own] = ownOf(algorithms);
  if (own === undefined) return workers ?? defaultWorkers(jobs);
  if (workers === undefined || workers === 0) return 0;
  throw new UsageError(
    `algorithm ${printable(own.name)} was handed in, which is computed in this process: leave out workers, or set it to 0`,
  );
}

/** The answer of bytes that are too many: as of a file that is too large. Undefined for what may be fingerprinted. */
function tooLarge(target: AssetRef | Asset, { maxBytes }: Limits): AsyncIterable<Answer> | undefined {
  if (!('bytes' in target) || target.bytes.length <= maxBytes) return undefined;
  const problem = { stage: 'fetch', code: 'too-large', message: `larger than ${maxBytes} bytes` } as const;
  return one(unseenResult(target.ref, { kind: 'failed', ...problem }));
}

const passed: Reader['passed'] = (item) => {
  if ('stage' in item) return unseenResult(item.ref, { kind: 'failed', ...item });
  if ('reason' in item) return unseenResult(item.ref, { kind: 'skipped', ...item });
  return undefined;
};

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

/** `undefined` stays what it is. */
export const onePassed = <T>(result: T | undefined) => result && one(result);

async function* worthTelling(answers: AsyncIterable<Answer>): AsyncGenerator<Answer> {
  for await (const answer of answers) if (!isPoorThumbnail(answer)) yield answer;
}

/** What a decoding process may take; generous, because ending it costs the asset its first try. */
const watchLimits = ({ maxPixels, maxBytes, timeoutSeconds }: Limits) => ({
  silentSeconds: 2 * timeoutSeconds,
  memory: 0.5e9 + 20 * Math.max(maxPixels, 100e6) + 4 * maxBytes,
});
