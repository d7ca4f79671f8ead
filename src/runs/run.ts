import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../cli/command.js';
import type { OptionValues } from '../cli/options.js';
import { type NotifyConfig, notifyConfig } from '../config/notify-config.js';
import { UsageError } from '../core/errors.js';
import { isInside } from '../core/event.js';
import type { Summary } from '../core/summary.js';
import type { DetectionEvent, ScanResult } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import type { Messenger } from '../notify/messenger.js';
import type { Scanner } from '../scanner/scanner.js';
import type { Sourced } from '../sources/types.js';
import { openLedger, withoutLedger } from './open-ledger.js';

/** A result of a run, and what to do once it has been written. */
export interface RunResult {
  readonly result: ScanResult;
  /** When the asset was judged: an earlier attempt's time for what that attempt finished. */
  readonly at: Date;
  /** Set where the event is the one that an earlier attempt made. */
  readonly event?: DetectionEvent;
  /** Notes that the run is done with it. */
  settle(event?: DetectionEvent): void;
}

/** What the ledger did for a run. */
export interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /** Of these, read again on purpose (`--verify-cache`), and found different. */
  verified: number;
  differed: number;
  /** Results that are those of an earlier attempt of the run. */
  resumed: number;
  /** Files that were left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and were not decoded again. */
  quarantined: number;
}

/** One run of a scan, remembered in the ledger or not. */
export interface Run {
  readonly id: string;
  readonly cache: CacheCounts;
  /** True once the ledger could not be read or written: the next run cannot build on this one. */
  readonly broken: boolean;
  /**
   * Every result of the run, a few at a time: of what the source holds now, then what earlier attempts matched besides.
   * `found` is called for each asset.
   */
  results(
    source: AsyncIterable<Sourced>,
    found: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RunResult[]>;
  /**
   * Notes that the run is over. `ended`: the source came to its end and the outputs are in their places; the next run of
   * the plan is a new one. `complete` as by `whyIncomplete`: `--since` may leave out what it saw. May be called again.
   */
  end(summary: Summary, state: { readonly ended: boolean; readonly complete: boolean }): void;
  /**
   * Writes what the ledger lacks, then tells the targets of the configuration what they have not been told; returns what
   * failed, a line each.
   */
  tell(): Promise<string[]>;
  close(): void;
}

/**
 * Starts a run, or takes up an interrupted one of the same plan. Raises UsageError where the ledger cannot be had; one that
 * nobody asked for is gone without, as by `openLedger`.
 */
export async function openRun(context: CommandContext, scanner: Scanner, wanted: boolean): Promise<Run> {
  const notify = notifyConfig(context.config);
  const need = needsLedger(context.values);
  const ledger = await openLedger(context, wanted || notify !== undefined, { need });
  if (!ledger && notify)
    throw new UsageError('the block "notify" of the configuration needs the ledger, and there is none');
  if (!ledger) return forgetfulRun(scanner);
  try {
    const { rememberedRun } = await import('./remembered-run.js');
    return rememberedRun(context, scanner, ledger, await messengerOf(ledger, notify));
  } catch (error) {
    ledger.close();
    const { LedgerUnusable } = await import('../ledger/index.js');
    if (!(error instanceof LedgerUnusable)) throw error;
    if (need) throw withoutLedger(need, error.message);
    if (context.values.ledger || notify) throw error;
    if (!context.values.quiet)
      context.terminal.say(`hashsieve: no ledger, every file is read anew: ${error.message}`, {
        level: 'warning',
      });
    return forgetfulRun(scanner, ledger.damage.found > 0);
  }
}

/** The option that means nothing without the ledger, where one is given: the next run would begin anew, every time. */
export function needsLedger({ budget, since, resume }: OptionValues): string | undefined {
  if (budget !== undefined) return '--budget';
  if (since) return '--since';
  return resume ? '--resume' : undefined;
}

/** Also has the ledger note for whom a detection waits. */
export async function messengerOf(ledger: Ledger, notify?: NotifyConfig): Promise<Messenger | undefined> {
  if (!notify) return undefined;
  const { openMessenger } = await import('../notify/messenger.js');
  ledger.targets = notify.targets.map(({ name }) => name);
  return openMessenger(ledger, notify);
}

export const noCounts = (): CacheCounts => ({
  reused: 0,
  verified: 0,
  differed: 0,
  resumed: 0,
  leftOut: 0,
  quarantined: 0,
});

/** @param broken a ledger was there, and was found to be damaged. */
function forgetfulRun(scanner: Scanner, broken = false): Run {
  return {
    id: randomUUID(),
    cache: noCounts(),
    broken,
    async *results(source, found, signal) {
      for await (const result of scanner.scan(counted(source, found), signal)) {
        if (isInside(result.ref)) found();
        yield [{ result, at: new Date(), settle() {} }];
      }
    },
    end() {},
    tell: async () => [],
    close() {},
  };
}

/** Calls `found` for every item. */
async function* counted(source: AsyncIterable<Sourced>, found: () => void): AsyncGenerator<Sourced> {
  for await (const item of source) {
    found();
    yield item;
  }
}
