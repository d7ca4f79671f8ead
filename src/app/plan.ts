import { availableParallelism } from 'node:os';
import { hostNames, printable, UsageError } from '../core/index.js';
import { findFfmpeg } from '../decoders/index.js';
import {
  type AlgorithmName,
  algorithmNames,
  type BuiltInAlgorithm,
  type OwnAlgorithm,
} from '../fingerprints/index.js';
import { type InsideKind, insideKinds, type ScannerOptions, type Strictness } from '../scanner/index.js';
import type { ViewSet } from '../views/index.js';

/** How web servers and buckets are asked. */
export interface WebOptions {
  /** Address (e-mail or URL) of the operator, for the user agent. */
  readonly contact?: string | undefined;
  /** Simultaneous requests to one host. */
  readonly perHost?: number | undefined;
  /** Most requests a second to one host. */
  readonly rate?: number | undefined;
  /** Hosts besides a page's own from which its pictures may be fetched. */
  readonly hosts?: readonly string[] | undefined;
  /** URL of a store that is compatible with S3. */
  readonly s3Endpoint?: string | undefined;
  /** Treats a web page that answers in place of a picture as no failure. */
  readonly allowHtml?: boolean | undefined;
  /** Lets requests go to private, loopback and unique-local addresses. */
  readonly allowPrivate?: boolean | undefined;
  /** Paths or URLs of pages to read; their hosts are asked more slowly. */
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}

/** Settings that decide how assets are read, fingerprinted and matched. */
export interface ScanningOptions extends WebOptions {
  readonly pdqVariant?: string | undefined;
  readonly views?: string | undefined;
  /** Largest distance in bits by algorithm, as text. */
  readonly threshold?: Readonly<Record<string, string>> | undefined;
  readonly strictness?: string | undefined;
  /** Most matches by chance in a million pictures, from which thresholds are derived. */
  readonly maxExpected?: number | undefined;
  /** From which share of either of two videos, in percent, they are the same. Default 80. */
  readonly videoPercent?: number | undefined;
  /** Puts the listed hashes, which are confidential, into events. */
  readonly showHashes?: boolean | undefined;
  /** Assets that are worked on at a time. */
  readonly jobs?: number | undefined;
  /** Number of decoding processes; 0 decodes in this process. Default: one for each processor core, at most `jobs`. */
  readonly workers?: number | undefined;
  /** Largest size in bytes of an asset that is read into memory. */
  readonly maxBytes?: number | undefined;
  /** Largest size in bytes of a container. */
  readonly maxContainerBytes?: number | undefined;
  /** Most pixels of one picture. */
  readonly maxPixels?: number | undefined;
  /** Most frames of one asset that are looked at. */
  readonly maxFrames?: number | undefined;
  /** Seconds for one asset. */
  readonly timeout?: number | undefined;
}

/** What is looked for inside assets; an absent field means that it is looked for. */
export type InsideOptions = Readonly<Partial<Record<InsideKind, boolean | undefined>>>;

/** The kinds of content that are looked for inside assets, for commands that look there. */
export const insideOf = (values: InsideOptions): InsideKind[] =>
  insideKinds.filter((kind) => values[kind] !== false);

/**
 * The options of a scanner that every command derives in the same way.
 * @param environment its `PATH` says where ffmpeg is.
 * @param plugins the algorithms that plug-ins bring.
 */
export function scannerOptions(
  values: ScanningOptions,
  environment: Readonly<Record<string, string | undefined>>,
  plugins: readonly OwnAlgorithm[] = [],
): ScannerOptions {
  const ffmpeg = findFfmpeg(environment);
  return {
    ...(values.pdqVariant === '512' ? { pdqVariant: '512' as const } : {}),
    ...(values.views ? { views: values.views as ViewSet } : {}),
    ...(values.threshold ? { thresholds: thresholdsOf(values.threshold, plugins) } : {}),
    ...(values.strictness ? { strictness: values.strictness as Strictness } : {}),
    ...(values.maxExpected ? { maxExpected: values.maxExpected } : {}),
    ...(values.videoPercent === undefined ? {} : { videoPercent: values.videoPercent }),
    ...(values.allowPrivate ? { allowPrivate: true } : {}),
    ...(plugins.length > 0 ? { plugins } : {}),
    web: webOptions(values),
    ...(values.showHashes ? { showHashes: true } : {}),
    ...(values.jobs ? { jobs: values.jobs } : {}),
    workers: values.workers ?? Math.min(availableParallelism(), values.jobs ?? Number.POSITIVE_INFINITY),
    inside: [],
    ...(ffmpeg === undefined ? {} : { ffmpeg }),
    limits: limitsOf(values),
  };
}

/** The limits that the caller gave; the scanner has a default for each of the others. */
const limitsOf = ({
  maxBytes,
  maxContainerBytes,
  maxPixels,
  maxFrames,
  timeout,
}: ScanningOptions): NonNullable<ScannerOptions['limits']> => ({
  ...(maxBytes === undefined ? {} : { maxBytes }),
  // A command that does not look into containers has no such limit: the largest file is then `maxBytes`.
  ...(maxBytes === undefined && maxContainerBytes === undefined
    ? {}
    : { maxContainerBytes: Math.max(maxBytes ?? 0, maxContainerBytes ?? 0) }),
  ...(maxPixels === undefined ? {} : { maxPixels }),
  ...(maxFrames === undefined ? {} : { maxFrames }),
  ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
});

/** Requests a second to one host while pages are read and `rate` is not given. */
const crawlRate = 5;

/**
 * Options for web requests. Raises UsageError for a contact that no HTTP header can hold, and for an invalid host name.
 */
export function webOptions(values: WebOptions): NonNullable<ScannerOptions['web']> {
  const { contact, perHost, hosts, s3Endpoint, allowHtml } = values;
  if (contact !== undefined && !/^[!-'*-~]{3,200}$/.test(contact))
    throw new UsageError('--contact: write an e-mail or web address, without blanks and brackets');
  const rate = values.rate ?? (values.pages || values.sitemap ? crawlRate : undefined);
  return {
    ...(contact === undefined ? {} : { contact }),
    ...(perHost === undefined ? {} : { perHost }),
    ...(rate === undefined ? {} : { rate }),
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
    ...(allowHtml ? { allowHtml } : {}),
    ...(hosts ? { hosts: hostNames(hosts) } : {}),
  };
}

/** Raises UsageError for an unknown algorithm. */
export function algorithmNamed(name: string): BuiltInAlgorithm {
  return knownName(name, algorithmNames);
}

/** The same for an algorithm that may be one of a plug-in. */
export const algorithmAmong = (name: string, plugins: readonly OwnAlgorithm[]): string =>
  knownName<string>(name, [...algorithmNames, ...plugins.map((one) => one.name)]);

function knownName<Name extends string>(name: string, names: readonly Name[]): Name {
  const found = names.find((known) => known === name.toLowerCase());
  if (!found)
    throw new UsageError(`algorithm "${printable(name)}" is unknown; choose of ${names.join(', ')}`);
  return found;
}

function thresholdsOf(
  pairs: Readonly<Record<string, string>>,
  plugins: readonly OwnAlgorithm[],
): Partial<Record<AlgorithmName, number>> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, bits]) => {
      const algorithm = algorithmAmong(name, plugins);
      if (!/^\d{1,7}$/.test(bits))
        throw new UsageError(`threshold for ${algorithm}: "${printable(bits)}" is no whole number of bits`);
      return [algorithm, Number(bits)];
    }),
  );
}
