import { randomUUID } from 'node:crypto';
import type { DetectionEvent } from '../core/types.js';
import type { Database } from './database.js';
import type { Detections } from './detections.js';

/** Detections of one notice. */
const batch = 500;

/** Notices that wait to be delivered: one a detection and target, ever. */
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly detections: Detections,
  ) {}

  /** Within the transaction that keeps the detection. */
  add(detection: string, targets: readonly string[], now: number): void {
    const insert = this.database.prepare(
      'INSERT OR IGNORE INTO outbox (detection, target, created_at) VALUES (?, ?, ?)',
    );
    for (const target of targets) insert.run(detection, target, now);
  }

  /** The next notice for a target, with the id that it keeps until it is delivered. */
  next(target: string): { readonly message: string; readonly events: readonly DetectionEvent[] } | undefined {
    const { database } = this;
    return database.transaction(() => {
      const begun = database
        .prepare(
          'SELECT message FROM outbox WHERE target = ? AND delivered_at IS NULL AND message IS NOT NULL LIMIT 1',
        )
        .pluck()
        .get(target) as string | undefined;
      const message = begun ?? randomUUID();
      if (begun === undefined)
        database
          .prepare(
            `UPDATE outbox SET message = ? WHERE target = ? AND detection IN (SELECT detection FROM outbox
             WHERE target = ? AND delivered_at IS NULL AND message IS NULL ORDER BY created_at LIMIT ${batch})`,
          )
          .run(message, target, target);
      const ids = database
        .prepare('SELECT detection FROM outbox WHERE message = ? ORDER BY detection')
        .pluck()
        .all(message) as string[];
      return ids.length === 0 ? undefined : { message, events: this.detections.some(ids) };
    })();
  }

  delivered(message: string, now: number): void {
    this.database.prepare('UPDATE outbox SET delivered_at = ? WHERE message = ?').run(now, message);
  }

  /** When a notice was last delivered to a target; milliseconds since 1970, 0 for never. */
  lastDelivery(target: string): number {
    const last = this.database.prepare('SELECT max(delivered_at) FROM outbox WHERE target = ?').pluck();
    return (last.get(target) as number | null) ?? 0;
  }
}
