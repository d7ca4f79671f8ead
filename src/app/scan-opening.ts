import { type ExitPolicy, type LinesRead, noisyExpectation, perPictures } from '../core/index.js';
import type { AlgorithmName } from '../fingerprints/index.js';
import { needsLedger, openRun, type RunOptions } from '../runs/index.js';
import type { Run } from '../runs/types.js';
import { createScanner, type Scanner, type ScannerOptions } from '../scanner/index.js';
import type { Sourced } from '../sources/types.js';
import { requireEquipment } from './equipment.js';
import { type ListOptions, openAllLists, openLists } from './lists.js';
import type { RunFacts } from './metrics.js';
import { ownFilesOf } from './own-files.js';
import { type InsideOptions, insideOf, type ScanningOptions, scannerOptions } from './plan.js';
import type { NamingOptions } from './plan-name.js';
import { exposedEvents, type FileOptions, ledgerPathOf } from './run-files.js';
import { type OutputOptions, openSinks, type RecordPorts, type Sinks } from './sinks.js';
import { type Opened, openSources, type SourceOptions } from './sources.js';
import type { SummaryFile } from './summary-file.js';
import { type Around, runContext, type Surroundings, surrounded } from './surroundings.js';
import type { Watch } from './watch.js';

/** What is scanned, how, and what is written of it: the options of `hashsieve scan` (README), by their names in JSON. */
export interface ScanOptions
  extends ListOptions,
    ScanningOptions,
    SourceOptions,
    InsideOptions,
    RunOptions,
    FileOptions,
    OutputOptions,
    NamingOptions,
    Pick<ExitPolicy, 'fail' | 'failOn' | 'allowUnsupported' | 'allowDegraded'> {
  /** Write a record of clear assets too. */
  readonly all?: boolean | undefined;
}

/** What `basic` costs is in docs/accuracy.md. */
const defaults = { views: 'basic' } as const;

/** A scan with everything open that it needs. Close it. */
export interface OpenedScan {
  readonly scanner: Scanner;
  readonly run: Run;
  readonly sinks: Sinks;
  readonly summaryFile: SummaryFile | undefined;
  /** What is to be scanned: without the files that the run itself writes. */
  readonly source: AsyncIterable<Sourced>;
  /** How much was read of every list. */
  readonly read: readonly LinesRead[];
  /** What monitoring says of the lists. */
  readonly facts: RunFacts['lists'];
  /** Ends the scan: aborted by the caller, by `stop`, or because its time is up. */
  readonly signal: AbortSignal;
  /** Aborted by the scan itself once nobody reads its outputs any more. */
  readonly stop: AbortController;
  /** Aborted once the time of `budget` is up. */
  readonly budget: AbortController;
  close(): Promise<void>;
}

/**
 * Opens sources, lists, outputs and ledger in an order in which nothing is written before all that can be wrong was
 * looked at. Raises UsageError, and leaves nothing behind.
 */
export async function openScan(
  targets: readonly string[],
  options: ScanOptions,
  around: Around,
  { watch, ...ports }: RecordPorts & { readonly watch: Watch },
): Promise<OpenedScan> {
  const { voice } = around;
  const stop = new AbortController();
  const budget = new AbortController();
  const signal = AbortSignal.any([around.signal, stop.signal, budget.signal]);
  const sources = await openSources(targets, options, { ...around, signal });
  const reading = scannerOptions(options, around.environment);
  const { lists, allow, read, facts } = await openAllLists(options, around);
  const scanner = createScanner({ ...defaults, ...reading, inside: insideOf(options), lists, allow });
  requireEquipment(scanner.algorithms);
  if (!options.quiet) for (const line of noisyThresholds(scanner)) voice.say(line, { level: 'warning' });
  const sinks = await openSinks(options, { ...around, signal }, ports);
  let summaryFile: SummaryFile | undefined;
  const undo = async (error: unknown): Promise<never> => {
    await sinks.discard();
    await summaryFile?.discard();
    throw error;
  };
  if (options.summary) {
    const { openSummary } = await import('./summary-file.js');
    const { wait } = options;
    summaryFile = await openSummary(options.summary, voice, { wait, signal }).catch(undo);
  }
  const run = await openRun(
    runContext(options, around, targets),
    scanner,
    isWorthRemembering(sources, options),
  ).catch(undo);
  await watch.begin().catch((error) => {
    run.close();
    return undo(error);
  });
  const ledger = ledgerPathOf(options, around);
  const own = await ownFilesOf(options, { ledger, thorough: sources.hasLinks });
  const exposed = await exposedEvents(options.output ?? [], sources.directories);
  if (exposed !== undefined && !options.quiet) voice.say(exposed, { level: 'warning' });
  return {
    ...{ scanner, run, sinks, summaryFile, read, facts, signal, stop, budget },
    source: own.without(sources.source),
    async close() {
      run.close();
      await scanner.close();
    },
  };
}

/** Files and URLs that are named one by one are not worth remembering, unless somebody says so. */
const isWorthRemembering = ({ isMany }: Opened, options: ScanOptions): boolean =>
  isMany || needsLedger(options) !== undefined;

/** Says where chance alone matches so often that nobody could look after it. */
const noisyThresholds = ({ thresholds, expectedByChance }: Scanner): string[] =>
  Object.entries(expectedByChance).flatMap(([name, expected]) =>
    expected <= noisyExpectation
      ? []
      : [
          `warning: ${name} at threshold ${thresholds[name as AlgorithmName]}: against lists of this size chance alone gives about ` +
            `${(expected / perPictures).toPrecision(2)} matches a picture; they are told as possible. ` +
            `--strictness balanced looks no farther than chance allows (docs/accuracy.md)`,
        ],
  );

/** What follows from the lists of a scan. */
export interface ScanPlan {
  /** Bits by algorithm: the widest of its looks. */
  readonly thresholds: Scanner['thresholds'];
  /** Bits by group of looks, for the algorithms whose looks differ. */
  readonly thresholdsByLook: Scanner['thresholdsByLook'];
  /** Matches by chance in a million pictures at these thresholds, by algorithm. */
  readonly expectedByChancePerMillionPictures: Scanner['expectedByChance'];
}

/**
 * Tells at which thresholds a scan with these lists would match, and what chance alone would match at them; undefined
 * without lists. Raises UsageError as `scan`.
 * @example
 * const plan = await planScan({ list: ['known.csv'], strictness: 'balanced' });
 * console.log(plan?.thresholds.pdq);
 */
export async function planScan(
  options: ListOptions & ScanningOptions,
  given: Surroundings = {},
): Promise<ScanPlan | undefined> {
  if (!options.list || options.list.length === 0) return undefined;
  const around = surrounded(given);
  const reading: ScannerOptions = scannerOptions(options, around.environment);
  const lists = await openLists(options, around);
  const scanner = createScanner({ ...defaults, ...reading, lists });
  await scanner.close();
  return {
    thresholds: scanner.thresholds,
    thresholdsByLook: scanner.thresholdsByLook,
    expectedByChancePerMillionPictures: scanner.expectedByChance,
  };
}
