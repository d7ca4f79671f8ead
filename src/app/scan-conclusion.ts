import { type ExitPolicy, exitCodeOf, type Shortfall, type Summary, whyIncomplete } from '../core/index.js';
import type { Supply } from './lists.js';
import type { OpenedScan, ScanOptions } from './scan-opening.js';
import type { Around } from './surroundings.js';
import type { Watch } from './watch.js';

/** How a scan ended. */
export interface Conclusion {
  /** What the scan lacks, as `whyIncomplete` says; empty for a complete scan. */
  readonly why: readonly Shortfall[];
  /** Exit code (docs/exit-codes.md). */
  readonly code: number;
  /** What it had to compare with. */
  readonly supply?: Supply;
  /**
   * Number of assets whose fingerprints wait in the ledger for a list. Only of a scan without a list of others; absent
   * where the ledger cannot tell.
   */
  readonly waiting?: number;
}

/** How a scan went that finished or was stopped. */
export interface Course {
  readonly summary: Summary;
  /** True where the source was read to its end and the outputs were put in their places. */
  readonly isOver: boolean;
  /** What could not be told to the targets of the configuration, one line each. */
  readonly notifyFailures: readonly string[];
}

/**
 * Notes how a scan ended in the ledger, in the summary file and for monitoring, and gives the user further lines where
 * they are needed. It checks again after each step that may fail whether the scan is complete.
 */
export async function concludeScan(
  opened: OpenedScan,
  { summary, isOver, notifyFailures }: Course,
  options: ScanOptions,
  { around, watch }: { readonly around: Around; readonly watch: Watch },
): Promise<Conclusion> {
  const { run, sinks, summaryFile, read, facts, supply, stop, budget } = opened;
  const conduct: ExitPolicy = {
    ...options,
    // With --since it is no fault that nothing is left to look at.
    allowEmpty: options.allowEmpty === true || run.cache.leftOut > 0,
    lists: read,
    outOfTime: budget.signal.aborted,
    readerGone: stop.signal.aborted,
    outputLost: sinks.broken,
    untold: notifyFailures.length > 0,
  };
  const why = (summaryLost: boolean) =>
    whyIncomplete(summary, { ...conduct, ledgerLost: run.broken, summaryLost });
  const codeOf = (summaryLost: boolean) =>
    exitCodeOf(summary, { ...conduct, ledgerLost: run.broken, summaryLost });
  run.end(summary, { ended: isOver, complete: why(false).length === 0 });
  const waiting = supply.listed === 0 && !supply.services ? run.remembered() : undefined;
  const content = {
    scanId: run.id,
    ...summary,
    ...supply,
    ...(waiting === undefined ? {} : { waiting }),
    lists: read,
    cache: run.cache,
    complete: why(false).length === 0,
    incomplete: why(false),
    exitCode: codeOf(false),
  };
  const summaryLost = summaryFile !== undefined && !(await summaryFile.put(content));
  if (summaryLost) run.end(summary, { ended: isOver, complete: false });
  const code = codeOf(summaryLost);
  const lacking = why(summaryLost);
  if (budget.signal.aborted && !options.quiet)
    around.voice.say(
      `hashsieve: the time of --budget is up; ${run.broken ? 'without the ledger the next run begins anew' : 'the next run of the same plan goes on from here'}`,
      { level: 'warning', scanId: run.id },
    );
  for (const line of notifyFailures)
    around.voice.say(`hashsieve: ${line}`, { level: 'error', scanId: run.id });
  const { reused } = run.cache;
  await watch.end(summary, { code, complete: lacking.length === 0, reused, lists: facts });
  return { why: lacking, code, supply, ...(waiting === undefined ? {} : { waiting }) };
}
