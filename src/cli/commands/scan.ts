import type { SummaryFile } from '../../app/summary-file.js';
import { noisyExpectation, perPictures } from '../../core/chance.js';
import { monotonic } from '../../core/clock.js';
import { UsageError } from '../../core/errors.js';
import { isHalfRead } from '../../core/hash-list.js';
import { count, emptySummary, isComplete } from '../../core/summary.js';
import { printable } from '../../core/uri.js';
import type { AlgorithmName } from '../../fingerprints/index.js';
import type { Scanner } from '../../scanner/scanner.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import {
  commonOptions,
  insideOptions,
  limitOptions,
  listOptions,
  runOptions,
  sourceOptions,
} from '../options.js';
import { logging } from '../terminal.js';

export const scan: CommandSpec = {
  name: 'scan',
  about: 'compare pictures with hash lists and write what matches',
  args: [
    {
      name: '[target...]',
      about: 'files, directories, quoted patterns, http(s) URLs and buckets (s3://bucket/prefix)',
    },
  ],
  options: [
    ...listOptions,
    'allow',
    'maxListAge',
    'threshold',
    'views',
    'strictness',
    'maxExpected',
    ...sourceOptions,
    ...insideOptions,
    ...limitOptions,
    'output',
    'format',
    'theme',
    'summary',
    'all',
    'showHashes',
    'fail',
    'failOn',
    'allowEmpty',
    'allowUnsupported',
    ...runOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve scan ./uploads --list known.csv -o events.jsonl -o events.csv',
    'hashsieve scan --urls urls.txt --list known.txt --format json',
    'hashsieve scan --sitemap https://forum.example/sitemap.xml --hosts cdn.example --list known.csv',
    'hashsieve scan "uploads/**/*.{jpg,png}" --list "lists/*.csv"',
    'find . -newer stamp -print0 | hashsieve scan --files-from - --null --list known.txt',
  ],
  run: runScan,
  plan: thresholdPlan,
};

/** What `basic` costs is in docs/accuracy.md. */
const defaults = { views: 'basic' } as const;

async function runScan(context: CommandContext): Promise<number> {
  if (context.values.lock === undefined) return scanOnce(context);
  const lock = await takeRunLock(context.values.lock, context);
  return scanOnce(context).finally(() => lock.release());
}

async function takeRunLock(file: string, { values, signal, terminal }: CommandContext) {
  const { holderText, reasonOf, requireLockFile, takeLock } = await import('../../files/index.js');
  await requireLockFile(file);
  try {
    return await takeLock(file, {
      wait: values.wait,
      signal,
      onWait: (holder) => {
        if (!values.quiet)
          terminal.say(`hashsieve: waiting for lock ${printable(file)}, held by ${holderText(holder)}`);
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`lock ${printable(file)} cannot be taken: ${reasonOf(error)}`);
  }
}

async function scanOnce(context: CommandContext): Promise<number> {
  const { values } = context;
  const terminal = logging(context.terminal, values.logFormat);
  const { openSources } = await import('../../app/sources.js');
  const { openAllLists } = await import('../../app/lists.js');
  const { paletteOf } = await import('../colours.js');
  const { recordOf } = await import('../../runs/record.js');
  const { needsLedger, openRun } = await import('../../runs/run.js');
  const { openSinks } = await import('../../app/sinks.js');
  const { openWatch } = await import('../../app/watch.js');
  const { planName } = await import('../../app/plan-name.js');
  const { createProgress } = await import('../progress.js');
  const { requireEquipment } = await import('../../app/equipment.js');
  const { insideOf, scannerOptions } = await import('../../app/plan.js');
  const { createScanner } = await import('../../scanner/scanner.js');
  const { ownFilesOf } = await import('../../app/own-files.js');
  const { exposedEvents, ledgerPathOf, readBy, writtenBy } = await import('../../app/run-files.js');
  const { requireApart } = await import('../../app/written-files.js');
  const { cacheLines, summaryLines } = await import('../summary-text.js');

  const stop = new AbortController();
  const budget = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal, budget.signal]);
  const sources = await openSources(context.args, values, process.cwd(), signal);
  await requireApart(writtenBy(values), [...readBy(context), ...sources.named]);
  const options = scannerOptions(values);
  const { lists, allow, read, facts } = await openAllLists(values, terminal, context.signal);
  const scanner = createScanner({ ...defaults, ...options, inside: insideOf(values), lists, allow });
  requireEquipment(scanner.algorithms);
  if (!values.quiet) for (const line of noisyThresholds(scanner)) terminal.say(line);
  const colours = await paletteOf(terminal, 'stderr', values.theme);
  const sinks = await openSinks({ ...values, signal }, terminal);
  const undo = async (error: unknown): Promise<never> => {
    await sinks.discard();
    await summaryFile?.discard();
    throw error;
  };
  let summaryFile: SummaryFile | undefined;
  if (values.summary) {
    const { openSummary } = await import('../../app/summary-file.js');
    summaryFile = await openSummary(values.summary, terminal, { wait: values.wait, signal }).catch(undo);
  }
  // Files and URLs that are named one by one are not worth remembering, unless somebody says so.
  const many = sources.isMany || needsLedger(values) !== undefined;
  const watch = await openWatch(values, planName(values, context.args, process.cwd()), terminal).catch(undo);
  const run = await openRun({ ...context, terminal }, scanner, many).catch(undo);
  const own = await ownFilesOf(values, { ledger: ledgerPathOf(context), thorough: sources.hasLinks });
  const exposed = await exposedEvents(values.output ?? [], sources.directories);
  if (exposed !== undefined && !values.quiet) terminal.say(exposed);
  const summary = emptySummary();
  for (const { unread } of read) summary.unreadListLines += unread;
  const started = monotonic();
  const progress = await createProgress(terminal, {
    wanted: values.progress && !values.quiet,
    environment: context.environment,
    now: monotonic,
    signal: context.signal,
  });
  let ended = false;
  let neverBegan = false;
  let untold: string[] = [];
  const timer = values.budget ? setTimeout(() => budget.abort(), values.budget * 1000) : undefined;
  try {
    const found = () => {
      summary.found += 1;
    };
    for await (const some of run.results(own.without(sources.source), found, signal))
      for (const { result, at, event, settle } of some) {
        count(summary, result);
        if (result.outcome === 'clear' && !values.all) settle();
        else {
          const record = event ?? recordOf(result, scanner, run.id, at);
          if (sinks.toStdout) progress.aside();
          await sinks.record(record);
          // Nobody reads what we find: `| head` has had enough, or every output is lost.
          if (!sinks.open) stop.abort();
          settle(record.outcome === 'matched' ? record : undefined);
        }
        progress.update(summary);
        const beat = watch.beat(summary);
        if (beat) await beat;
      }
    ended = true;
  } catch (error) {
    await summaryFile?.discard();
    // Nothing could be scanned on this machine: what an earlier run wrote stays.
    const { matched, clear, failed } = summary.outcomes;
    neverBegan = error instanceof UsageError && matched + clear + failed === 0;
    if (neverBegan) await sinks.discard();
    throw error;
  } finally {
    clearTimeout(timer);
    progress.stop();
    summary.seconds = (monotonic() - started) / 1000;
    summary.interrupted = context.signal.aborted;
    if (!neverBegan) await sinks.commit(summary);
    run.end(summary, ended && !signal.aborted && !sinks.broken);
    untold = await run.tell();
    run.close();
    await scanner.close();
  }
  // With --since there may be nothing to look at, and nothing is wrong.
  const nothingNew = values.allowEmpty === true || run.cache.leftOut > 0;
  const codeIf = (summaryLost: boolean) =>
    exitCodeOf(summary, {
      ...values,
      allowEmpty: nothingNew,
      outputLost: summaryLost || sinks.broken || run.broken || budget.signal.aborted || untold.length > 0,
      unread: stop.signal.aborted,
      lists: read,
    });
  const content = { scanId: run.id, ...summary, lists: read, cache: run.cache, exitCode: codeIf(false) };
  const summaryLost = summaryFile !== undefined && !(await summaryFile.put(content));
  const code = codeIf(summaryLost);
  if (budget.signal.aborted && !values.quiet)
    terminal.say(
      `hashsieve: the time of --budget is up; ${run.broken ? 'without the ledger the next run begins anew' : 'the next run of the same plan goes on from here'}`,
    );
  for (const line of untold) terminal.say(`hashsieve: ${line}`);
  const forgiven = { empty: nothingNew, unsupported: values.allowUnsupported === true };
  const clean =
    ended &&
    !signal.aborted &&
    !sinks.broken &&
    !summaryLost &&
    !read.some(isHalfRead) &&
    isComplete(summary, forgiven);
  await watch.end(summary, { code, complete: clean, reused: run.cache.reused, lists: facts });
  if (!values.quiet || code !== exitCodes.clean)
    for (const line of [...summaryLines(summary, scanner.lists, code, colours), ...cacheLines(run.cache)])
      terminal.say(line);
  return code;
}

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

/** The thresholds that follow from the lists, and what chance alone would match at them. */
async function thresholdPlan({ values, terminal, signal }: CommandContext): Promise<Record<string, unknown>> {
  if (!values.list || values.list.length === 0) return {};
  const { openLists } = await import('../../app/lists.js');
  const { scannerOptions } = await import('../../app/plan.js');
  const { createScanner } = await import('../../scanner/scanner.js');
  const scanner = createScanner({
    ...defaults,
    ...scannerOptions(values),
    lists: await openLists(values, terminal, signal),
  });
  await scanner.close();
  return { thresholds: scanner.thresholds, expectedByChancePerMillionPictures: scanner.expectedByChance };
}
