import {
  addressOf,
  count,
  displayUri,
  type ExitPolicy,
  emptySummary,
  exitCodeOf,
  isUnseen,
  printable,
  type Summary,
  type Voice,
} from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import {
  type FingerprintRecord,
  fingerprintFormatNames,
  fingerprintFormats,
  fingerprintRecords,
  vpdqLine,
} from '../outputs/index.js';
import { createScanner } from '../scanner/index.js';
import { requireEquipment } from './equipment.js';
import { ownFilesOf } from './own-files.js';
import {
  algorithmAmong,
  type InsideOptions,
  insideOf,
  type ScanningOptions,
  scannerOptions,
} from './plan.js';
import { pluginsOf } from './plugins.js';
import { type FileOptions, ledgerPathOf, readBy, writtenBy } from './run-files.js';
import { type OutputOptions, openText } from './sinks.js';
import { openSources, type SourceOptions } from './sources.js';
import { type Surroundings, surrounded } from './surroundings.js';
import { requireApart } from './written-files.js';

/** Which fingerprints to make of which assets, and where to write them. */
export interface HashOptions
  extends ScanningOptions,
    SourceOptions,
    InsideOptions,
    FileOptions,
    OutputOptions,
    Pick<ExitPolicy, 'allowUnsupported' | 'allowDegraded'> {
  /** Names of algorithms. Default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  /** As `format`, or `vpdq`: a line for each video with the PDQ hashes of its frames, and nothing for pictures. */
  readonly hashFormat?: string | undefined;
  readonly quiet?: boolean | undefined;
}

const defaults = ['pdq', 'sha256'];

/**
 * Makes fingerprints of pictures and writes them to the outputs. The records can be read as a list, and by
 * `matchHashes`.
 * @param targets files, directories, patterns, http(s) URLs and buckets
 * @throws UsageError before it reads anything, in the cases in which `scan` does
 * @example
 * const records = [];
 * await hashPictures(['./uploads'], { algorithms: ['pdq'] }, {}, (record) => records.push(record));
 */
export async function hashPictures(
  targets: readonly string[],
  options: HashOptions = {},
  given: Surroundings = {},
  onRecord?: (record: FingerprintRecord) => unknown,
): Promise<{ readonly summary: Summary; readonly code: number }> {
  const around = surrounded(given);
  const isVpdq = options.hashFormat === 'vpdq';
  const plugins = await pluginsOf(around);
  const algorithms = isVpdq
    ? ['pdq']
    : (options.algorithms ?? defaults).map((name) => algorithmAmong(name, plugins.algorithms));
  const sources = await openSources(targets, options, around);
  await requireApart(writtenBy(options), [...readBy(options, around), ...sources.named]);
  const looking = scannerOptions(options, around.environment, plugins.algorithms);
  requireEquipment(algorithms, plugins.algorithms);
  const format = isVpdq ? 'text' : (options.hashFormat ?? options.format);
  const outputs = await openText({ ...options, format }, around, fingerprintFormatNames);
  const ledger = ledgerPathOf(options, around);
  const own = await ownFilesOf(options, { ledger, thorough: sources.hasLinks });
  const inside = insideOf(options);
  const scanner = createScanner({ views: 'none', ...looking, inside, algorithms, side: 'list' });
  const summary = emptySummary();
  let isFirst = true;
  let notVideos = 0;
  try {
    if (!isVpdq) await outputs.write((format) => fingerprintFormats[format].begin);
    for await (const item of scanner.fingerprint(own.without(sources.source), around.signal)) {
      summary.found += 1;
      // There are no lists, so nothing matches: the exit code is that of a scan that finds nothing.
      const result = 'outcome' in item ? item : scanner.judge(item);
      count(summary, result);
      if (result.outcome === 'failed' || result.outcome === 'skipped')
        reportUnhashed(result, options, around.voice);
      if ('outcome' in item) continue;
      // `withheld` says that a picture holds too little information. Of an asset that could not be decoded nobody knows
      // that.
      const asset = result.outcome === 'failed' ? { ...item, withheld: [] } : item;
      for (const record of fingerprintRecords(asset, addressOf(item.ref), algorithms)) {
        const first = isFirst;
        isFirst = false;
        await onRecord?.(record);
        if (!isVpdq) await outputs.write((format) => fingerprintFormats[format].record(record, first));
      }
      const line = isVpdq ? vpdqLine(asset) : undefined;
      if (line !== undefined) await outputs.write(() => line);
      else if (isVpdq && result.outcome === 'clear') notVideos += 1;
      if (!outputs.open) break;
    }
  } finally {
    if (!isVpdq) await outputs.write((format) => fingerprintFormats[format].end);
    await outputs.commit();
    await scanner.close();
  }
  if (isVpdq && notVideos > 0)
    around.voice.say(
      `hashsieve: ${notVideos} files are no videos with frames to tell apart, and have no vPDQ line`,
    );
  summary.interrupted = around.signal.aborted;
  if (summary.found === 0 && !options.allowEmpty) around.voice.say('hashsieve: nothing was found to hash');
  const conduct = { ...options, outputLost: outputs.broken, readerGone: !outputs.open };
  return { summary, code: exitCodeOf(summary, conduct) };
}

type Unhashed = Extract<ScanResult, { outcome: 'failed' | 'skipped' }>;

function reportUnhashed({ ref, ...result }: Unhashed, { quiet }: HashOptions, voice: Voice): void {
  const uri = displayUri(addressOf(ref));
  if (result.outcome === 'failed')
    voice.say(`hashsieve: ${uri}: failed: ${result.stage}/${result.code} (${printable(result.message)})`);
  else if (!quiet || isUnseen(result.reason))
    voice.say(`hashsieve: ${uri}: skipped: ${result.reason} (${printable(result.message)})`);
}
