import type { NotifyConfig, NotifyTarget } from '../config/index.js';
import { printable } from '../core/index.js';
import { LeaseHeld, type Ledger } from '../ledger/index.js';
import { noticeOf, PartlySent, send } from './send.js';

/** Less than a day: a job of every day begins now a little later, now a little earlier, and ends some time after. */
const dailyMs = 20 * 3_600_000;

/**
 * Delivers what waits in the outbox, each target by itself. Returns what could not be delivered, in a line each; it
 * stays in the outbox. A notice that was sent but not noted, because of a kill, is sent again under the same id.
 * `asked`: somebody wants it now, whatever the configuration says of when.
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

/** How long another process that delivers to a target is waited for, milliseconds: what it delivers is not left for us. */
const patience = 10 * 60 * 1000;

/** Two processes that deliver to one target at once would send it the same notice twice. Raises LeaseHeld. */
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

/** What some recipients of a target did not take, to those that the configuration names by now. */
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

async function deliverNew({ outbox }: Ledger, target: NotifyTarget, failed: Failed): Promise<void> {
  for (let batch = outbox.next(target.name); batch; batch = outbox.next(target.name)) {
    const { message, events } = batch;
    try {
      await send(target, noticeOf(message, events));
      outbox.delivered(message, Date.now());
    } catch (error) {
      failed(error as Error, events);
      // Who takes notices is not kept waiting by who does not.
      if (!(error instanceof PartlySent)) return;
      outbox.deliveredPartly(message, target.name, error.reached, Date.now());
    }
  }
}
