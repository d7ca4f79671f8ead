import { count, emptySummary, monotonic, printable, type Summary, UsageError } from '../core/index.js';
import type { ListIdentity } from '../core/types.js';
import { recordOf } from '../runs/index.js';
import type { CacheCounts } from '../runs/types.js';
import { planName } from './plan-name.js';
import { readBy, writtenBy } from './run-files.js';
import { type Conclusion, type Course, concludeScan } from './scan-conclusion.js';
import { type OpenedScan, openScan, type ScanOptions } from './scan-opening.js';
import type { RecordPorts } from './sinks.js';
import { namedBy } from './sources.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';
import { openWatch, type Watch } from './watch.js';
import { requireApart } from './written-files.js';

/** Shows how far a scan is. */
export interface Progress {
  /** Called after every result with the counts so far. The object is the scan's own and changes later. */
  update(summary: Summary): void;
  /** Called before a record is written to standard output. */
  aside(): void;
  /** Called at the end; removes what is shown. */
  stop(): void;
}

/** What a caller may hear of a scan while it runs. */
export interface ScanPorts extends RecordPorts {
  /** Called once everything is open and the scan begins. */
  readonly begin?: () => Promise<Progress>;
}

/** How a scan or a rematch ended, with its counts. */
export interface RunReport extends Conclusion {
  readonly scanId: string;
  readonly summary: Summary;
  /** The lists that it compared with. */
  readonly lists: readonly ListIdentity[];
  /** What the ledger saved the scan from reading or computing. */
  readonly cache?: CacheCounts;
}

const unseen: Progress = { update() {}, aside() {}, stop() {} };

/**
 * Compares pictures with hash lists, as the command `hashsieve scan` does. It remembers in the ledger what it read,
 * writes outputs, tells targets and monitoring, and continues an interrupted run of the same plan.
 * @param targets files, directories, patterns, http(s) URLs and buckets (`s3://bucket/prefix`)
 * @param options the options of the command, by their names in JSON; durations in seconds, sizes in bytes
 * @throws UsageError before anything is scanned: for a target, list or file that does not exist or cannot be read or
 * written, and for options that contradict each other
 * @example
 * const events = [];
 * const { code, summary } = await scan(['./uploads'], { list: ['known.csv'], useLedger: false }, {}, {
 *   onRecord: (record) => events.push(record),
 * });
 */
export async function scan(
  targets: readonly string[],
  options: ScanOptions,
  given: Surroundings = {},
  ports: ScanPorts = {},
): Promise<RunReport> {
  const around = surrounded(given);
  const lock = options.lock === undefined ? undefined : await takeRunLock(options.lock, options, around);
  try {
    return await scanWatched(targets, options, around, ports);
  } finally {
    await lock?.release();
  }
}

/** Takes the lock of `--lock`. Raises UsageError where another run holds it. */
async function takeRunLock(file: string, { wait, quiet }: ScanOptions, { signal, voice }: Around) {
  const { holderText, reasonOf, requireLockFile, takeLock } = await import('../files/index.js');
  await requireLockFile(file);
  try {
    return await takeLock(file, {
      wait,
      signal,
      onWait: (holder) => {
        if (!quiet)
          voice.say(`hashsieve: waiting for lock ${printable(file)}, held by ${holderText(holder)}`);
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`lock ${printable(file)} cannot be taken: ${reasonOf(error)}`);
  }
}

/** Runs a scan and tells monitoring how it ended, also where it could not begin. */
async function scanWatched(
  targets: readonly string[],
  options: ScanOptions,
  around: Around,
  ports: ScanPorts,
): Promise<RunReport> {
  await requireApart(writtenBy(options), [...readBy(options, around), ...namedBy(targets, options)]);
  const watch = await openWatch(options, planName(options, targets, around.directory), around.voice);
  try {
    const opened = await openScan(targets, options, around, { ...ports, watch });
    try {
      const course = await runThrough(opened, options, { around, watch, ports });
      const conclusion = await concludeScan(opened, course, options, { around, watch });
      const { run, scanner } = opened;
      return {
        ...conclusion,
        scanId: run.id,
        summary: course.summary,
        lists: scanner.lists,
        cache: run.cache,
      };
    } finally {
      await opened.close();
    }
  } catch (error) {
    const { failureOf } = await import('./failures.js');
    await watch.fail(await failureOf(error, around.signal));
    throw error;
  }
}

interface Following {
  readonly around: Around;
  readonly watch: Watch;
  readonly ports: ScanPorts;
}

/** Scans everything, and puts the outputs in their places even where the scan fails. */
async function runThrough(opened: OpenedScan, options: ScanOptions, following: Following): Promise<Course> {
  const { run, sinks, summaryFile, read, signal, budget } = opened;
  const { around, watch, ports } = following;
  const summary = emptySummary();
  for (const { unread } of read) summary.unreadListLines += unread;
  const started = monotonic();
  const progress = (await ports.begin?.()) ?? unseen;
  let isOver = false;
  let neverBegan = false;
  let notifyFailures: readonly string[] = [];
  const timer = options.budget ? setTimeout(() => budget.abort(), options.budget * 1000) : undefined;
  try {
    await takeResults(opened, options, { summary, progress, watch });
  } catch (error) {
    await summaryFile?.discard();
    // No asset could be read on this machine: the outputs of an earlier run stay.
    const { matched, clear, failed } = summary.outcomes;
    neverBegan = error instanceof UsageError && matched + clear + failed === 0;
    if (neverBegan) await sinks.discard();
    throw error;
  } finally {
    clearTimeout(timer);
    progress.stop();
    summary.seconds = (monotonic() - started) / 1000;
    summary.interrupted = around.signal.aborted;
    if (!neverBegan) await sinks.commit(summary);
    isOver = !signal.aborted && !sinks.broken;
    notifyFailures = await run.notify();
  }
  return { summary, isOver, notifyFailures };
}

/** Counts and writes every result, and notes in the ledger that its asset is done. */
async function takeResults(
  { run, scanner, sinks, source, signal, stop }: OpenedScan,
  { all }: ScanOptions,
  {
    summary,
    progress,
    watch,
  }: { readonly summary: Summary; readonly progress: Progress; readonly watch: Watch },
): Promise<void> {
  const found = () => {
    summary.found += 1;
  };
  for await (const some of run.results(source, found, signal))
    for (const { result, at, event, settle } of some) {
      const isWritten = result.outcome !== 'clear' || all;
      const made = event ?? (isWritten ? recordOf(result, scanner, run.id, at) : undefined);
      const { attended, record } = run.attend(result, made);
      count(summary, result, attended);
      if (!record) settle();
      else {
        if (sinks.toStdout) progress.aside();
        await sinks.record(record);
        // Nobody reads the results: `| head` ended, or every output is lost.
        if (!sinks.open) stop.abort();
        settle(record.outcome === 'matched' ? record : undefined);
      }
      progress.update(summary);
      const beat = watch.beat(summary);
      if (beat) await beat;
    }
}
