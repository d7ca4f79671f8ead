import { randomUUID } from 'node:crypto';
import { addressOf } from '../../core/event.js';
import { count, emptySummary, type Summary } from '../../core/summary.js';
import type { ScanResult } from '../../core/types.js';
import type { OutputRecord } from '../../outputs/types.js';
import type { Scanner } from '../../scanner.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { refusePlantedConfig } from '../config.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import { commonOptions, limitOptions, listOptions, sourceOptions } from '../options.js';

export const scan: CommandSpec = {
  name: 'scan',
  about: 'compare pictures with hash lists and write what matches',
  args: [{ name: '[target...]', about: 'files, directories and http(s) URLs' }],
  options: [
    ...listOptions,
    'threshold',
    'views',
    ...sourceOptions,
    ...limitOptions,
    'output',
    'format',
    'summary',
    'all',
    'showHashes',
    'fail',
    'allowEmpty',
    'allowUnsupported',
    ...commonOptions,
  ],
  examples: [
    'hashsieve scan ./uploads --list known.csv -o events.jsonl -o events.csv',
    'hashsieve scan --urls urls.txt --list known.txt --format json',
    'find . -newer stamp -print0 | hashsieve scan --files-from - --null --list known.txt',
  ],
  run: runScan,
};

async function runScan(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { openSources } = await import('../sources.js');
  const { openLists } = await import('../lists.js');
  const { openSinks } = await import('../sinks.js');
  const { createProgress } = await import('../progress.js');
  const { scannerOptions } = await import('../plan.js');
  const { createScanner } = await import('../../scanner.js');
  const { summaryLines } = await import('../summary-text.js');

  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const { source, directories } = await openSources(context.args, values, process.cwd(), signal);
  if (values.config === undefined) await refusePlantedConfig(context.config, directories);
  const options = scannerOptions(values);
  const lists = await openLists(values, terminal);
  const scanner = createScanner({ views: 'basic', ...options, lists });
  const sinks = await openSinks(values, terminal);
  const summaryFile = values.summary ? await openSummary(values.summary, sinks.discard) : undefined;

  const scanId = randomUUID();
  const summary = emptySummary();
  const started = performance.now();
  const progress = await createProgress(terminal, {
    wanted: values.progress && !values.quiet,
    ci: Boolean(context.environment.CI),
    now: () => performance.now(),
  });
  try {
    const counted = countFound(source, summary);
    for await (const result of scanner.scan(counted, signal)) {
      count(summary, result);
      if (result.outcome !== 'clear' || values.all) {
        if (sinks.toStdout) progress.aside();
        await sinks.record(recordOf(result, scanner, scanId));
        // Nobody reads what we find: `| head` has had enough, or every output is lost.
        if (!sinks.open) stop.abort();
      }
      progress.update(summary);
    }
  } finally {
    progress.stop();
    summary.seconds = (performance.now() - started) / 1000;
    summary.interrupted = context.signal.aborted;
    await sinks.commit(summary);
    await scanner.close();
  }
  const code = exitCodeOf(summary, { ...values, outputLost: sinks.broken, unread: stop.signal.aborted });
  if (summaryFile) {
    await summaryFile.write(`${JSON.stringify({ scanId, ...summary, exitCode: code }, null, 2)}\n`);
    await summaryFile.commit();
  }
  if (!values.quiet || code !== exitCodes.clean)
    for (const line of summaryLines(summary, scanner.lists, code)) terminal.say(line);
  return code;
}

async function openSummary(path: string, undo: () => Promise<void>) {
  const { openOutput } = await import('../output-file.js');
  try {
    return await openOutput(path);
  } catch (error) {
    await undo();
    throw error;
  }
}

async function* countFound<T>(source: AsyncIterable<T>, summary: Summary): AsyncGenerator<T> {
  for await (const item of source) {
    summary.found += 1;
    yield item;
  }
}

function recordOf(result: ScanResult, scanner: Scanner, scanId: string): OutputRecord {
  if (result.outcome === 'matched') return scanner.event(result, scanId, new Date());
  const base = {
    schema: 'hashsieve/result/1' as const,
    outcome: result.outcome,
    uri: addressOf(result.ref),
    scanId,
    ...(result.facts ? { asset: result.facts } : {}),
  };
  if (result.outcome === 'failed')
    return { ...base, stage: result.stage, code: result.code, message: result.message };
  if (result.outcome === 'skipped') return { ...base, code: result.reason, message: result.message };
  return base;
}
