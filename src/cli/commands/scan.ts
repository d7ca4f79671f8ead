import type { SummaryFile, Watch } from '../../app/index.js';
import {
  count,
  emptySummary,
  monotonic,
  noisyExpectation,
  perPictures,
  printable,
  UsageError,
  whyIncomplete,
} from '../../core/index.js';
import type { AlgorithmName } from '../../fingerprints/index.js';
import type { Scanner } from '../../scanner/index.js';
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
    'allowDegraded',
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

async function runScan(given: CommandContext): Promise<number> {
  const { lock, logFormat } = given.values;
  const context = { ...given, terminal: logging(given.terminal, logFormat) };
  if (lock === undefined) return scanWatched(context);
  const held = await takeRunLock(lock, context);
  return scanWatched(context).finally(() => held.release());
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

/** Has monitoring see how the scan ends, also where none can begin. */
async function scanWatched(context: CommandContext): Promise<number> {
  const { args, values, terminal, signal } = context;
  const { namedBy } = await import('../../app/index.js');
  const { openWatch } = await import('../../app/index.js');
  const { planName } = await import('../../app/index.js');
  const { readBy, writtenBy } = await import('../../app/index.js');
  const { requireApart } = await import('../../app/index.js');
  await requireApart(writtenBy(values), [...readBy(context), ...namedBy(args, values)]);
  const watch = await openWatch(values, planName(values, args, process.cwd()), terminal);
  try {
    return await scanOnce(context, watch);
  } catch (error) {
    const { failureOf } = await import('../failures.js');
    await watch.fail(await failureOf(error, signal));
    throw error;
  }
}

async function scanOnce(context: CommandContext, watch: Watch): Promise<number> {
  const { values, terminal } = context;
  const { openSources } = await import('../../app/index.js');
  const { openAllLists } = await import('../../app/index.js');
  const { paletteOf } = await import('../colours.js');
  const { recordOf } = await import('../../runs/index.js');
  const { needsLedger, openRun } = await import('../../runs/index.js');
  const { openSinks } = await import('../../app/index.js');
  const { createProgress } = await import('../progress.js');
  const { requireEquipment } = await import('../../app/index.js');
  const { insideOf, scannerOptions } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { ownFilesOf } = await import('../../app/index.js');
  const { exposedEvents, ledgerPathOf } = await import('../../app/index.js');
  const { saySummary } = await import('../summary-text.js');

  const stop = new AbortController();
  const budget = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal, budget.signal]);
  const sources = await openSources(context.args, values, process.cwd(), signal);
  const options = scannerOptions(values, process.env);
  const { lists, allow, read, facts } = await openAllLists(values, terminal, context.signal);
  const scanner = createScanner({ ...defaults, ...options, inside: insideOf(values), lists, allow });
  requireEquipment(scanner.algorithms);
  if (!values.quiet) for (const line of noisyThresholds(scanner)) terminal.say(line, { level: 'warning' });
  const colours = await paletteOf(terminal, 'stderr', values.theme);
  const palette = await paletteOf(terminal, 'stdout', values.theme);
  const sinks = await openSinks({ ...values, signal, palette }, terminal);
  const undo = async (error: unknown): Promise<never> => {
    await sinks.discard();
    await summaryFile?.discard();
    throw error;
  };
  let summaryFile: SummaryFile | undefined;
  if (values.summary) {
    const { openSummary } = await import('../../app/index.js');
    summaryFile = await openSummary(values.summary, terminal, { wait: values.wait, signal }).catch(undo);
  }
  // Files and URLs that are named one by one are not worth remembering, unless somebody says so.
  const many = sources.isMany || needsLedger(values) !== undefined;
  const run = await openRun(context, scanner, many).catch(undo);
  await watch.begin().catch((error) => {
    run.close();
    return undo(error);
  });
  const own = await ownFilesOf(values, { ledger: ledgerPathOf(context), thorough: sources.hasLinks });
  const exposed = await exposedEvents(values.output ?? [], sources.directories);
  if (exposed !== undefined && !values.quiet) terminal.say(exposed, { level: 'warning' });
  const summary = emptySummary();
  for (const { unread } of read) summary.unreadListLines += unread;
  const started = monotonic();
  const progress = await createProgress(terminal, {
    wanted: values.progress && !values.quiet,
    isColoured: terminal.colour.stderr && values.theme !== 'none',
    environment: context.environment,
    now: monotonic,
    signal: context.signal,
  });
  let isOver = false;
  let neverBegan = false;
  const timer = values.budget ? setTimeout(() => budget.abort(), values.budget * 1000) : undefined;
  try {
    let untold: readonly string[] = [];
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
      isOver = !signal.aborted && !sinks.broken;
      untold = await run.tell();
    }
    const conduct = {
      ...values,
      // With --since there may be nothing to look at, and nothing is wrong.
      allowEmpty: values.allowEmpty === true || run.cache.leftOut > 0,
      lists: read,
      outOfTime: budget.signal.aborted,
      readerGone: stop.signal.aborted,
      outputLost: sinks.broken,
      untold: untold.length > 0,
    };
    const why = (summaryLost: boolean) =>
      whyIncomplete(summary, { ...conduct, ledgerLost: run.broken, summaryLost });
    run.end(summary, { ended: isOver, complete: why(false).length === 0 });
    const content = {
      scanId: run.id,
      ...summary,
      lists: read,
      cache: run.cache,
      complete: why(false).length === 0,
      incomplete: why(false),
      exitCode: exitCodeOf(summary, { ...conduct, ledgerLost: run.broken }),
    };
    const summaryLost = summaryFile !== undefined && !(await summaryFile.put(content));
    if (summaryLost) run.end(summary, { ended: isOver, complete: false });
    const code = exitCodeOf(summary, { ...conduct, ledgerLost: run.broken, summaryLost });
    const lacking = why(summaryLost);
    const complete = lacking.length === 0;
    if (budget.signal.aborted && !values.quiet)
      terminal.say(
        `hashsieve: the time of --budget is up; ${run.broken ? 'without the ledger the next run begins anew' : 'the next run of the same plan goes on from here'}`,
        { level: 'warning', scanId: run.id },
      );
    for (const line of untold) terminal.say(`hashsieve: ${line}`, { level: 'error', scanId: run.id });
    await watch.end(summary, { code, complete, reused: run.cache.reused, lists: facts });
    if (!values.quiet || code !== exitCodes.clean)
      saySummary(terminal, summary, {
        scanId: run.id,
        code,
        why: lacking,
        lists: scanner.lists,
        colours,
        cache: run.cache,
      });
    return code;
  } finally {
    run.close();
    await scanner.close();
  }
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
  const { openLists } = await import('../../app/index.js');
  const { scannerOptions } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const scanner = createScanner({
    ...defaults,
    ...scannerOptions(values, process.env),
    lists: await openLists(values, terminal, signal),
  });
  await scanner.close();
  return { thresholds: scanner.thresholds, expectedByChancePerMillionPictures: scanner.expectedByChance };
}
