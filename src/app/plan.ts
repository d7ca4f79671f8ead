import { availableParallelism } from 'node:os';
import { hostNames, printable, UsageError } from '../core/index.js';
import { findFfmpeg } from '../decoders/index.js';
import { type AlgorithmName, algorithmNames, type BuiltInAlgorithm } from '../fingerprints/index.js';
import { type InsideKind, insideKinds, type ScannerOptions, type Strictness } from '../scanner/index.js';
import type { ViewSet } from '../views/index.js';

/** How hosts are asked. */
export interface WebOptions {
  /** Address of whoever runs the program, for the user agent. */
  readonly contact?: string | undefined;
  readonly perHost?: number | undefined;
  /** Requests a second to one host. */
  readonly rate?: number | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly allowHtml?: boolean | undefined;
  readonly allowPrivate?: boolean | undefined;
  /** Pages and sitemaps that are read, by path or URL: they are asked more slowly. */
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}

/** What decides how assets are read, looked at and matched. */
export interface ScanningOptions extends WebOptions {
  readonly pdqVariant?: string | undefined;
  readonly views?: string | undefined;
  /** Bits by algorithm, as text. */
  readonly threshold?: Readonly<Record<string, string>> | undefined;
  readonly strictness?: string | undefined;
  readonly maxExpected?: number | undefined;
  readonly showHashes?: boolean | undefined;
  readonly jobs?: number | undefined;
  /** Processes to decode in; 0: in this one. Default: one for each processor core, no more than `jobs`. */
  readonly workers?: number | undefined;
  /** Bytes. */
  readonly maxBytes?: number | undefined;
  readonly maxContainerBytes?: number | undefined;
  readonly maxPixels?: number | undefined;
  readonly maxFrames?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

/** What is looked for inside assets; everything where nothing is said. */
export type InsideOptions = Readonly<Partial<Record<InsideKind, boolean | undefined>>>;

/** What is looked for inside assets, of commands that look there. */
export const insideOf = (values: InsideOptions): InsideKind[] =>
  insideKinds.filter((kind) => values[kind] !== false);

/**
 * The part of a scanner's options that is decided alike for everything that scans.
 * @param environment whose `PATH` says where ffmpeg is.
 */
export function scannerOptions(
  values: ScanningOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ScannerOptions {
  const ffmpeg = findFfmpeg(environment);
  return {
    ...(values.pdqVariant === '512' ? { pdqVariant: '512' as const } : {}),
    ...(values.views ? { views: values.views as ViewSet } : {}),
    ...(values.threshold ? { thresholds: thresholdsOf(values.threshold) } : {}),
    ...(values.strictness ? { strictness: values.strictness as Strictness } : {}),
    ...(values.maxExpected ? { maxExpected: values.maxExpected } : {}),
    ...(values.allowPrivate ? { allowPrivate: true } : {}),
    web: webOptions(values),
    ...(values.showHashes ? { showHashes: true } : {}),
    ...(values.jobs ? { jobs: values.jobs } : {}),
    workers: values.workers ?? Math.min(availableParallelism(), values.jobs ?? Number.POSITIVE_INFINITY),
    inside: [],
    ...(ffmpeg === undefined ? {} : { ffmpeg }),
    limits: limitsOf(values),
  };
}

/** Those that were given; a scanner has a default for each. */
const limitsOf = ({
  maxBytes,
  maxContainerBytes,
  maxPixels,
  maxFrames,
  timeout,
}: ScanningOptions): NonNullable<ScannerOptions['limits']> => ({
  ...(maxBytes === undefined ? {} : { maxBytes }),
  // Absent where a command looks into nothing: the largest asset is then the largest file.
  ...(maxBytes === undefined && maxContainerBytes === undefined
    ? {}
    : { maxContainerBytes: Math.max(maxBytes ?? 0, maxContainerBytes ?? 0) }),
  ...(maxPixels === undefined ? {} : { maxPixels }),
  ...(maxFrames === undefined ? {} : { maxFrames }),
  ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
});

/** Requests a second to one host while pages are read, where nothing else is asked for. */
const crawlRate = 5;

/** How hosts are asked. Raises UsageError for a contact that no header can hold, and a host that is none. */
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

/** Raises UsageError for a name that is no algorithm. */
export function algorithmNamed(name: string): BuiltInAlgorithm {
  const found = algorithmNames.find((known) => known === name.toLowerCase());
  if (!found)
    throw new UsageError(`algorithm "${printable(name)}" is unknown; choose of ${algorithmNames.join(', ')}`);
  return found;
}

function thresholdsOf(pairs: Readonly<Record<string, string>>): Partial<Record<AlgorithmName, number>> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, bits]) => {
      const algorithm = algorithmNamed(name);
      if (!/^\d{1,4}$/.test(bits))
        throw new UsageError(`threshold for ${algorithm}: "${printable(bits)}" is no whole number of bits`);
      return [algorithm, Number(bits)];
    }),
  );
}
