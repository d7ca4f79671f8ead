import { type InsideKind, type InsideLimits, insideDefaults, insideKinds } from '../containers/index.js';
import { type DecodeLimits, defaultDecodeLimits } from '../decoders/index.js';
import type { FetchLimits } from '../fetchers/types.js';
import { version } from '../files/index.js';
import type { PdqVariant, WantedAlgorithms } from '../fingerprints/index.js';
import type { Side, ViewSet } from '../views/index.js';

/** What an asset may cost. */
export type Limits = DecodeLimits & FetchLimits & InsideLimits;

/** What decides the fingerprints of an asset. Plain data but for own algorithms: decoding processes are wired from it. */
export interface FingerprintOptions {
  /**
   * Algorithms of pixels to compute: what the lists hold now, and what lists may hold that are put in their place later.
   * MD5, SHA-1 and SHA-256 are always computed. Default: what the first lists hold. With an algorithm of one's own everything
   * is computed in this process: `workers` is 0 then, and nothing else.
   */
  readonly algorithms?: WantedAlgorithms;
  readonly pdqVariant?: PdqVariant;
  /**
   * Ways of looking at each picture. Default `basic`, as of `hashsieve scan`: turned, mirrored, inverted and trimmed as
   * well. `none` looks at it upright only and misses mirrored copies; `all` also at cropped and tilted ones.
   */
  readonly views?: ViewSet;
  /** `list` makes the views that a list of one's own holds of each picture; default `query`. */
  readonly side?: Side;
  /** Bytes, pixels, frames and seconds that an asset may cost; each has the default of the command line. */
  readonly limits?: Partial<Limits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** How hosts are asked. */
  readonly web?: WebOptions;
  /** What is looked for inside assets; default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /**
   * Absolute path of ffmpeg, which reads videos; without it they are skipped: `decoder-missing`. The command line looks for it
   * in the environment, which the library never reads: `findFfmpeg(process.env)` does the same.
   */
  readonly ffmpeg?: string | undefined;
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
  /** A page, or data in JSON, that answers in place of a picture is no failure. */
  readonly allowHtml?: boolean;
  /** URL of a store that is compatible with S3, for `s3:` refs. */
  readonly s3Endpoint?: string;
}

/** Names the program and whom to ask about it. */
export const userAgentOf = (contact?: string): string =>
  `hashsieve/${version}${contact === undefined ? '' : ` (+${contact})`}`;

/** How pictures are looked at where nothing else is asked for. */
export const defaultViews: ViewSet = 'basic';

/** Bytes: the largest asset that is read, and the largest local archive or video that is looked into, by parts. */
const defaultBytes = { asset: 100_000_000, container: 4_000_000_000 } as const;

/** The limits that hold, those that were not given as the command line has them. */
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
