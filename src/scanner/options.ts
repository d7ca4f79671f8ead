import { type InsideKind, type InsideLimits, insideDefaults, insideKinds } from '../containers/index.js';
import { type DecodeLimits, defaultDecodeLimits } from '../decoders/index.js';
import type { FetchLimits } from '../fetchers/types.js';
import { version } from '../files/index.js';
import type { AlgorithmSource, OwnAlgorithm, PdqVariant, WantedAlgorithms } from '../fingerprints/index.js';
import type { Side, ViewSet } from '../views/index.js';

/** What an asset may cost. */
export type Limits = DecodeLimits & FetchLimits & InsideLimits;

/**
 * What determines the fingerprints of an asset. Plain data, apart from own algorithms: decoding processes receive it.
 */
export interface FingerprintOptions {
  /**
   * Algorithms of pixels to compute: those that the lists hold now, and those of lists that replace them later. MD5,
   * SHA-1 and SHA-256 are always computed. Default: the algorithms of the first lists. An own algorithm without a
   * `source` is computed in this process, and `workers` must be 0 or absent.
   */
  readonly algorithms?: WantedAlgorithms;
  /** Own algorithms that are known, and computed where `algorithms` names them or, by default, a list holds their hashes. */
  readonly plugins?: readonly OwnAlgorithm[];
  readonly pdqVariant?: PdqVariant;
  /**
   * Ways of looking at each picture. Default `basic`, as `hashsieve scan` does: also turned, mirrored, inverted,
   * trimmed, straightened, and pictures within pictures. `none` looks at the picture upright only and misses mirrored
   * copies; `all` also looks at cropped and tilted ones.
   */
  readonly views?: ViewSet;
  /** `list` makes the views that an own list should hold of each picture. Default `query`. */
  readonly side?: Side;
  /** Bytes, pixels, frames and seconds that an asset may cost. Defaults: those of the command line. */
  readonly limits?: Partial<Limits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** How to ask hosts of the web. */
  readonly web?: WebOptions;
  /** What to look for inside assets. Default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /**
   * Absolute path of ffmpeg, which reads videos. Without it they are skipped: `decoder-missing`. The library never
   * reads the environment; `findFfmpeg(process.env)` finds ffmpeg as the command line does.
   */
  readonly ffmpeg?: string | undefined;
}

/** `FingerprintOptions` as plain data. */
export interface WorkerSetup extends Omit<FingerprintOptions, 'algorithms' | 'plugins'> {
  readonly algorithms: readonly string[];
  /** Where the own algorithms come from. */
  readonly sources: readonly AlgorithmSource[];
}

/** How to ask hosts of the web. Plain data. */
export interface WebOptions {
  /** E-mail or web address of the operator, for the user agent. */
  readonly contact?: string;
  /** Requests to one host at the same time. Default 4. */
  readonly perHost?: number;
  /** Requests to one host per second. Default: no limit. */
  readonly rate?: number;
  /** Hosts besides a page's own from which its pictures may come; `*.example.org` and `*` work. */
  readonly hosts?: readonly string[];
  /** Do not fail where a page, or JSON, answers in place of a picture. */
  readonly allowHtml?: boolean;
  /** URL of an S3-compatible store, for `s3:` refs. */
  readonly s3Endpoint?: string;
}

/** The user agent: names the program, and whom to ask about it. */
export const userAgentOf = (contact?: string): string =>
  `hashsieve/${version}${contact === undefined ? '' : ` (+${contact})`}`;

/** The views that are used unless an option says otherwise. */
export const defaultViews: ViewSet = 'basic';

/** Bytes: the largest asset that is read, and the largest local archive or video, which is read in parts. */
const defaultBytes = { asset: 100_000_000, container: 4_000_000_000 } as const;

/** The limits of a run: those given, and the command line's defaults for the rest. */
export function limitsOf(options: FingerprintOptions): Limits {
  const limits = {
    ...defaultDecodeLimits,
    maxBytes: defaultBytes.asset,
    ...options.limits,
  };
  const isInsideWanted = (options.inside ?? insideKinds).length > 0;
  return {
    ...insideDefaults,
    seconds: 20 * limits.timeoutSeconds,
    maxContainerBytes: isInsideWanted ? Math.max(limits.maxBytes, defaultBytes.container) : limits.maxBytes,
    ...limits,
  };
}
