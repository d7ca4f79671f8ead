import { availableParallelism } from 'node:os';
import type { OptionValues } from '../cli/options.js';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { findFfmpeg } from '../decoders/find-ffmpeg.js';
import { type AlgorithmName, algorithmNames } from '../fingerprints/index.js';
import { type InsideKind, insideKinds, type ScannerOptions, type Strictness } from '../scanner/scanner.js';
import type { ViewSet } from '../views/index.js';
import { hostNames } from './hosts.js';

/** What is looked for inside assets, of commands that look there. */
export const insideOf = (values: OptionValues): InsideKind[] =>
  insideKinds.filter((kind) => values[kind] !== false);

/** The part of a scanner's options that the command line decides alike for every command. */
export function scannerOptions(values: OptionValues): ScannerOptions {
  const ffmpeg = findFfmpeg(process.env);
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
    workers: Math.min(availableParallelism(), values.jobs ?? Number.POSITIVE_INFINITY),
    inside: [],
    ...(ffmpeg === undefined ? {} : { ffmpeg }),
    limits: {
      maxBytes: values.maxBytes,
      // Absent where a command looks into nothing.
      maxContainerBytes: Math.max(values.maxBytes, values.maxContainerBytes ?? 0),
      maxPixels: values.maxPixels,
      maxFrames: values.maxFrames,
      timeoutSeconds: values.timeout,
    },
  };
}

/** Requests a second to one host while pages are read, where nothing else is asked for. */
const crawlRate = 5;

/** How hosts are asked. Raises UsageError for a contact that no header can hold, and a host that is none. */
export function webOptions(values: OptionValues): NonNullable<ScannerOptions['web']> {
  const { contact, perHost, hosts, s3Endpoint } = values;
  if (contact !== undefined && !/^[!-'*-~]{3,200}$/.test(contact))
    throw new UsageError('--contact: write an e-mail or web address, without blanks and brackets');
  const rate = values.rate ?? (values.pages || values.sitemap ? crawlRate : undefined);
  return {
    ...(contact === undefined ? {} : { contact }),
    ...(perHost === undefined ? {} : { perHost }),
    ...(rate === undefined ? {} : { rate }),
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
    ...(hosts ? { hosts: hostNames(hosts) } : {}),
  };
}

/** Raises UsageError for a name that is no algorithm. */
export function algorithmNamed(name: string): AlgorithmName {
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
