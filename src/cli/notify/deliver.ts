import { printable } from '../../core/uri.js';
import type { Ledger } from '../../ledger/index.js';
import type { NotifyConfig } from './config.js';
import { noticeOf, send } from './send.js';

const dayMs = 86_400_000;

/**
 * Delivers what waits in the outbox, each target by itself. Returns what could not be delivered, in a line each; it
 * stays in the outbox. A notice that was sent but not noted, because of a kill, is sent again under the same id.
 */
export async function deliver(
  ledger: Ledger,
  { when, targets }: NotifyConfig,
  now: number,
): Promise<string[]> {
  const failures: string[] = [];
  for (const target of targets) {
    if (when === 'daily' && now - ledger.outbox.lastDelivery(target.name) < dayMs) continue;
    for (let batch = ledger.outbox.next(target.name); batch; batch = ledger.outbox.next(target.name)) {
      try {
        await send(target, noticeOf(batch.message, batch.events));
        ledger.outbox.delivered(batch.message, Date.now());
      } catch (error) {
        const waiting = `${batch.events.length} detections wait`;
        failures.push(`notify ${printable(target.name)}: ${printable((error as Error).message)}; ${waiting}`);
        break;
      }
    }
  }
  return failures;
}
