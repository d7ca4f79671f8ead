import { randomUUID } from 'node:crypto';
import { type NotifyConfig, notifyConfig } from '../config/index.js';
import { UsageError } from '../core/index.js';
import { type LedgerOptions, needLedger } from '../runs/index.js';
import { type Around, runContext, type Surroundings, surrounded } from './surroundings.js';

/**
 * Delivers the notices that wait in the outbox to the targets of the configuration. Returns one line for each failure.
 * @throws UsageError where the configuration has no block `notify`, or there is no ledger
 * @example
 * const failures = await deliverNotices({ ledger: '/var/lib/forum/ledger.sqlite' }, { config });
 */
export async function deliverNotices(
  options: LedgerOptions = {},
  given: Surroundings = {},
): Promise<readonly string[]> {
  const around = surrounded(given);
  const settings = settingsOf(around);
  const { deliver } = await import('../notify/index.js');
  const ledger = await needLedger(runContext(options, around), 'notify');
  try {
    return await deliver(ledger, settings, Date.now(), { asked: true });
  } finally {
    ledger.close();
  }
}

/** Whether a test notice reached one target. */
export interface TargetTest {
  /** Name of the target. */
  readonly name: string;
  /** Why the notice did not arrive; absent where it did. */
  readonly failure?: string;
}

/**
 * Sends a notice that is marked as a test to every target of the configuration.
 * @throws UsageError where the configuration has no block `notify`
 * @example
 * for await (const { name, failure } of testTargets({ config })) console.log(name, failure ?? 'delivered');
 */
export async function* testTargets(given: Surroundings = {}): AsyncGenerator<TargetTest> {
  const { targets } = settingsOf(surrounded(given));
  const { noticeOf, send } = await import('../notify/index.js');
  for (const target of targets) {
    const { name } = target;
    yield await send(target, noticeOf(randomUUID(), [], true)).then(
      () => ({ name }),
      (error: Error) => ({ name, failure: error.message }),
    );
  }
}

/** The block `notify` of the configuration. Raises UsageError where there is none. */
function settingsOf({ config }: Around): NotifyConfig {
  const settings = notifyConfig(config);
  if (!settings) throw new UsageError('the configuration has no block "notify" (docs/notify.md)');
  return settings;
}
