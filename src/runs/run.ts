import { randomUUID } from 'node:crypto';
import { type NotifyConfig, notifyConfig } from '../config/index.js';
import { isInside, UsageError } from '../core/index.js';
import type { ScanResult } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import type { Messenger } from '../notify/index.js';
import type { Scanner } from '../scanner/index.js';
import type { Sourced } from '../sources/types.js';
import type { RunContext, RunOptions } from './context.js';
import { noCounts } from './counts.js';
import { type LedgerNeed, openLedger, withoutLedger } from './open-ledger.js';
import type { Run } from './types.js';
import { withServices } from './with-services.js';

/**
 * Starts a run, or resumes the interrupted run of the same plan. Raises UsageError where a ledger that the user asked
 * for cannot be opened; without the default ledger the run goes on, as by `openLedger`, unless `need` is given.
 */
export async function openRun(
  context: RunContext,
  scanner: Scanner,
  wanted: boolean,
  need = needsLedger(context.values),
): Promise<Run> {
  const notify = notifyConfig(context.config);
  const ledger = await openLedger(context, wanted || notify !== undefined, { need });
  if (!ledger && notify)
    throw new UsageError('the block "notify" of the configuration needs the ledger, and there is none');
  if (!ledger) return forgetfulRun(scanner, context);
  try {
    const { rememberedRun } = await import('./remembered-run.js');
    return await rememberedRun(context, scanner, ledger, await messengerOf(ledger, notify));
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
    return forgetfulRun(scanner, context, ledger.damage.found > 0);
  }
}

/**
 * The first given option that requires the ledger, without which every run would start anew; undefined where there is
 * none.
 */
export function needsLedger({ budget, since, resume }: RunOptions): LedgerNeed | undefined {
  const what = budget !== undefined ? '--budget' : since ? '--since' : resume ? '--resume' : undefined;
  if (what === undefined) return undefined;
  const purpose = 'which tells the next run where this one came to';
  return { what, purpose, instead: `leave out ${what}` };
}

/** Creates what sends the notices. It also sets the ledger's targets, so that the ledger notes a notice for each. */
export async function messengerOf(ledger: Ledger, notify?: NotifyConfig): Promise<Messenger | undefined> {
  if (!notify) return undefined;
  const { openMessenger } = await import('../notify/index.js');
  ledger.targets = notify.targets.map(({ name }) => name);
  return openMessenger(ledger, notify);
}

/** A run that remembers nothing. @param broken there was a ledger, but it is damaged. */
function forgetfulRun(scanner: Scanner, { asking }: RunContext, broken = false): Run {
  return {
    id: randomUUID(),
    cache: noCounts(),
    broken,
    async *results(source, found, signal) {
      const results = oneByOne(scanner.scan(counted(source, found), signal));
      for await (const some of withServices(results, asking, signal))
        yield some.map(({ result, answeredAt }) => {
          if (isInside(result.ref)) found();
          return { result, at: answeredAt ?? new Date(), settle() {} };
        });
    },
    attend: (_result, record) => ({ attended: {}, record }),
    end() {},
    remembered: () => undefined,
    notify: async () => [],
    close() {},
  };
}

async function* oneByOne(results: AsyncIterable<ScanResult>) {
  for await (const result of results) yield [{ result }];
}

/** Calls `found` for every item. */
async function* counted(source: AsyncIterable<Sourced>, found: () => void): AsyncGenerator<Sourced> {
  for await (const item of source) {
    found();
    yield item;
  }
}
