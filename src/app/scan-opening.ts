import { type ExitPolicy, type LinesRead, noisyExpectation, perPictures, UsageError } from '../core/index.js';
import { type AlgorithmName, type BuiltInAlgorithm, fingerprinters } from '../fingerprints/index.js';
import { needsLedger, openRun, type RunOptions } from '../runs/index.js';
import type { Run } from '../runs/types.js';
import { createScanner, type Scanner, type ScannerOptions } from '../scanner/index.js';
import type { Sourced } from '../sources/types.js';
import { requireEquipment } from './equipment.js';
import { openAllLists, type Supply, type SupplyOptions } from './lists.js';
import type { MatcherOptions } from './matchers.js';
import type { RunFacts } from './metrics.js';
import { ownFilesOf } from './own-files.js';
import { type InsideOptions, insideOf, type ScanningOptions, scannerOptions } from './plan.js';
import type { NamingOptions } from './plan-name.js';
import { pluginsOf } from './plugins.js';
import { exposedEvents, type FileOptions, ledgerPathOf } from './run-files.js';
import { servicesOf } from './services-of.js';
import { type OutputOptions, openSinks, type RecordPorts, type Sinks } from './sinks.js';
import { type Opened, openSources, type SourceOptions } from './sources.js';
import type { SummaryFile } from './summary-file.js';
import { type Around, runContext, type Surroundings, surrounded } from './surroundings.js';
import type { Watch } from './watch.js';

/** The options of `hashsieve scan` (README) by their names in JSON: what is scanned, how, and what is written. */
export interface ScanOptions
  extends SupplyOptions,
    MatcherOptions,
    ScanningOptions,
    SourceOptions,
    InsideOptions,
    RunOptions,
    FileOptions,
    OutputOptions,
    NamingOptions,
    Pick<ExitPolicy, 'fail' | 'failOn' | 'allowUnsupported' | 'allowDegraded'> {
  /** Writes a record of clear assets too. */
  readonly all?: boolean | undefined;
  /** Refuses to scan where there is no list of others to compare with. */
  readonly requireList?: boolean | undefined;
}

/** docs/accuracy.md says what `basic` costs. */
const defaults = { views: 'basic' } as const;

/** A scan with everything open that it needs. Close it after use. */
export interface OpenedScan {
  readonly scanner: Scanner;
  readonly run: Run;
  readonly sinks: Sinks;
  readonly summaryFile: SummaryFile | undefined;
  /** The assets to scan, without the files that the run itself writes. */
  readonly source: AsyncIterable<Sourced>;
  /** How many lines of every list were read. */
  readonly read: readonly LinesRead[];
  /** Facts of the lists, for monitoring. */
  readonly facts: RunFacts['lists'];
  /** What the scan has to compare with. */
  readonly supply: Supply;
  /** Ends the scan. It is aborted by the caller, by `stop`, or by `budget`. */
  readonly signal: AbortSignal;
  /** The scan aborts it once nobody reads its outputs any more. */
  readonly stop: AbortController;
  /** Aborted once the time of `--budget` is up. */
  readonly budget: AbortController;
  close(): Promise<void>;
}

/**
 * Opens sources, lists, outputs and ledger, in an order in which everything is checked before anything is written.
 * Raises UsageError and then leaves nothing behind.
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
  const plugins = await pluginsOf(around);
  const reading = scannerOptions(options, around.environment, plugins.algorithms);
  requireNoSince(options);
  const services = await servicesOf(options, { ...around, signal });
  const opened = await openAllLists(options, around, { mayLack: true });
  const { lists, allow, read, facts, supply } = opened;
  if (options.requireList && supply.listed === 0 && !services) throw new UsageError(noListOfOthers);
  const algorithms = services
    ? [...new Set([...services.algorithms(lists), ...(opened.algorithms ?? [])])]
    : opened.algorithms;
  const scanner = createScanner({
    ...defaults,
    ...reading,
    ...(algorithms && { algorithms }),
    inside: insideOf(options),
    lists,
    allow,
  });
  requireEquipment(scanner.algorithms, plugins.algorithms);
  if (!options.quiet)
    for (const line of [...noisyThresholds(scanner), ...starvedThresholds(scanner, reading)])
      voice.say(line, { level: 'warning' });
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
  const asking = await services?.open(scanner.allowance);
  const run = await openRun(
    { ...runContext(options, around, targets), asking },
    scanner,
    isWorthRemembering(sources, options),
    supply.listed + supply.own === 0 && !services ? forAListToCome : needsLedger(options),
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
    ...{ scanner, run, sinks, summaryFile, read, facts, supply, signal, stop, budget },
    source: own.without(sources.source),
    async close() {
      run.close();
      await asking?.close();
      await scanner.close();
    },
  };
}

/** Raises UsageError where unchanged files would be left out although what a service answers may have changed. */
function requireNoSince({ since, matcher = [] }: ScanOptions): void {
  if (since && matcher.length > 0)
    throw new UsageError(
      '--since leaves unchanged files out, and a matching service that learns of them later would never be asked: ' +
        'leave it out; no unchanged file is read again, and answers are remembered',
    );
}

/**
 * True where the run is to use the ledger. For files and URLs that are named one by one it does so only on request, or
 * where their fingerprints have to wait for a list.
 */
const isWorthRemembering = ({ isMany }: Opened, options: ScanOptions): boolean =>
  isMany || !options.list?.length || needsLedger(options) !== undefined;

/** Why a scan that has nothing to compare with needs the ledger. */
const forAListToCome = {
  what: 'a scan without a hash list',
  purpose: 'where the fingerprints wait for one',
  instead: 'name a list with --list FILE (docs/get-a-list.md tells who issues them)',
};

const noListOfOthers =
  'there is no hash list of others to compare with, and --require-list asks for one: name it with --list FILE, ' +
  'HASHSIEVE_LIST or "list" in the configuration (docs/get-a-list.md tells who issues them). A list that hash or a ' +
  'community wrote counts as your own: --category csam, or another, says what it is for';

/** Warnings for thresholds at which chance alone matches more often than people can review. */
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

/** Warnings for algorithms of which `balanced` finds less than `strict` would, because the lists are large. */
const starvedThresholds = (
  { thresholds }: Scanner,
  { strictness, maxExpected, thresholds: given }: ScannerOptions,
): string[] => {
  if (strictness !== 'balanced' || maxExpected !== undefined) return [];
  return Object.entries(thresholds).flatMap(([name, bits]) => {
    const customary = fingerprinters[name as BuiltInAlgorithm]?.threshold;
    if (customary === undefined || bits >= customary || given?.[name as AlgorithmName] !== undefined)
      return [];
    return [
      `warning: ${name}: against lists of this size --strictness balanced looks no farther than ${bits} bits and finds less than strict, ` +
        `which takes ${customary}; with strict, farther matches are told as possible (--fail-on possible)`,
    ];
  });
};

/** The thresholds that follow from the lists of a scan. */
export interface ScanPlan {
  /** Thresholds in bits by algorithm: the largest that any of its looks has. */
  readonly thresholds: Scanner['thresholds'];
  /** Thresholds in bits by group of looks, for algorithms whose looks have different ones. */
  readonly thresholdsByLook: Scanner['thresholdsByLook'];
  /** Matches by chance in a million pictures at these thresholds, by algorithm. */
  readonly expectedByChancePerMillionPictures: Scanner['expectedByChance'];
}

/**
 * Computes the thresholds that a scan with these lists would use, and how many matches chance alone would give at them.
 * Raises UsageError as `scan` does.
 * @example
 * const plan = await planScan({ list: ['known.csv'], strictness: 'balanced' });
 * console.log(plan?.thresholds.pdq);
 */
export async function planScan(
  options: SupplyOptions & ScanningOptions,
  given: Surroundings = {},
): Promise<ScanPlan> {
  const around = surrounded(given);
  const plugins = await pluginsOf(around);
  const reading: ScannerOptions = scannerOptions(options, around.environment, plugins.algorithms);
  const { lists, algorithms } = await openAllLists(options, around, { mayLack: true });
  const scanner = createScanner({ ...defaults, ...reading, ...(algorithms && { algorithms }), lists });
  await scanner.close();
  return {
    thresholds: scanner.thresholds,
    thresholdsByLook: scanner.thresholdsByLook,
    expectedByChancePerMillionPictures: scanner.expectedByChance,
  };
}
