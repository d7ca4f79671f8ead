import type { NotifyConfig, NotifyTarget } from '../config/index.js';
import { printable, utcText } from '../core/index.js';
import { LeaseHeld, type Ledger } from '../ledger/index.js';
import { casesOf, pressingOf } from '../takedown/index.js';
import type { Dated } from '../takedown/types.js';
import { type Notice, noticeOf } from './notice.js';
import { PartlySent, send } from './send.js';

/**
 * Milliseconds between two daily digests. Less than a day, because a daily job starts sometimes earlier and sometimes
 * later, and takes some time.
 */
const dailyMs = 20 * 3_600_000;

/**
 * Delivers the notices in the outbox, to each target separately. Returns one line for each failure; those notices stay
 * in the outbox. A notice that was sent but not noted, because the process was killed, is sent again under the same id.
 * `asked` is true where a person wants delivery now, whatever the configuration says about the time.
 */
export async function deliver(
  ledger: Ledger,
  { when, targets }: NotifyConfig,
  now: number,
  { asked = false } = {},
): Promise<string[]> {
  const failures: string[] = [];
  for (const target of targets) {
    if (when === 'daily' && !asked && now - ledger.outbox.lastDelivery(target.name) < dailyMs) continue;
    const failed = ({ message }: Error, { length }: readonly unknown[]) =>
      failures.push(`notify ${printable(target.name)}: ${printable(message)}; ${length} detections wait`);
    try {
      await alone(ledger, target, async () => {
        await deliverRest(ledger, target, failed);
        await deliverNew(ledger, target, failed);
      });
    } catch (error) {
      if (!(error instanceof LeaseHeld)) throw error;
      failures.push(`notify ${printable(target.name)}: ${printable(error.message)}`);
    }
  }
  return failures;
}

/** Milliseconds for which this waits while another process delivers to the target. */
const patience = 10 * 60 * 1000;

/** Makes sure that only one process delivers to a target: two would send it the same notice twice. Raises LeaseHeld. */
async function alone(ledger: Ledger, { name }: NotifyTarget, step: () => Promise<void>): Promise<void> {
  const lease = await ledger.lease(`notices to ${name}`, {
    what: 'telling this target',
    wayOut: 'what that does not deliver waits for the next run',
    wait: patience,
  });
  try {
    await step();
  } finally {
    lease?.release();
  }
}

type Failed = (error: Error, events: readonly unknown[]) => void;

/**
 * Sends notices that some recipients of a target did not accept to those of them whom the configuration still names.
 */
async function deliverRest({ outbox }: Ledger, target: NotifyTarget, failed: Failed): Promise<void> {
  for (const { message, events, reached } of outbox.partly(target.name)) {
    const to = target.type === 'email' ? target.to.filter((one) => !reached.includes(one)) : [];
    try {
      if (target.type === 'email' && to.length > 0) await send({ ...target, to }, noticeOf(message, events));
      outbox.delivered(message, Date.now());
    } catch (error) {
      if (error instanceof PartlySent)
        outbox.deliveredPartly(message, target.name, [...reached, ...error.reached], Date.now());
      failed(error as Error, events);
    }
  }
}

async function deliverNew(
  { outbox, takedowns }: Ledger,
  target: NotifyTarget,
  failed: Failed,
): Promise<void> {
  for (let batch = outbox.next(target.name); batch; batch = outbox.next(target.name)) {
    const { message, events } = batch;
    try {
      await send(target, noticeOf(message, events, false, dueCases(takedowns)));
      outbox.delivered(message, Date.now());
    } catch (error) {
      failed(error as Error, events);
      // A recipient who rejects notices must not delay the others.
      if (!(error instanceof PartlySent)) return;
      outbox.deliveredPartly(message, target.name, error.reached, Date.now());
    }
  }
}

/** The take-down cases that press: whoever is told of a detection is told of them too. */
const dueCases = (takedowns: Ledger['takedowns']): NonNullable<Notice['due']> =>
  pressingOf(casesOf(takedowns.records() as readonly (Dated & { readonly case: string })[]), Date.now()).map(
    ({ id, due }) => ({ case: id, due: utcText(due) }),
  );
