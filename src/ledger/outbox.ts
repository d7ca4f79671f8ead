import { randomUUID } from 'node:crypto';
import type { DetectionEvent } from '../core/types.js';
import type { Database } from './database.js';
import type { Detections } from './detections.js';

/** Detections of one notice. */
const batch = 500;

/** A notice that is to be delivered. */
export interface Waiting {
  readonly message: string;
  readonly events: readonly DetectionEvent[];
}

/** One that is to be delivered to further recipients. */
export interface PartlyDelivered extends Waiting {
  /** Who has it. */
  readonly reached: readonly string[];
}

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
  next(target: string): Waiting | undefined {
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
      const events = this.#eventsOf(message);
      return events.length === 0 ? undefined : { message, events };
    })();
  }

  delivered(message: string, now: number): void {
    this.database.prepare('UPDATE outbox SET delivered_at = ? WHERE message = ?').run(now, message);
    this.database.prepare('DELETE FROM outbox_partly WHERE message = ?').run(message);
  }

  /** Notes that only these recipients have a notice: it is no longer `next`, but `partly` delivered. */
  deliveredPartly(message: string, target: string, reached: readonly string[], now: number): void {
    this.database.transaction(() => {
      this.delivered(message, now);
      this.database
        .prepare('INSERT INTO outbox_partly (message, target, reached) VALUES (?, ?, ?)')
        .run(message, target, JSON.stringify(reached));
    })();
  }

  /** Notices for a target that not all its recipients have. */
  partly(target: string): readonly PartlyDelivered[] {
    return this.database
      .prepare<[string], { message: string; reached: string }>(
        'SELECT message, reached FROM outbox_partly WHERE target = ? ORDER BY message',
      )
      .all(target)
      .map(({ message, reached }) => ({
        message,
        reached: JSON.parse(reached) as string[],
        events: this.#eventsOf(message),
      }));
  }

  #eventsOf(message: string): readonly DetectionEvent[] {
    const ids = this.database.prepare('SELECT detection FROM outbox WHERE message = ?').pluck();
    return this.detections.some(ids.all(message) as string[]);
  }

  /** When a notice was last delivered to a target; milliseconds since 1970, 0 for never. */
  lastDelivery(target: string): number {
    const last = this.database.prepare('SELECT max(delivered_at) FROM outbox WHERE target = ?').pluck();
    return (last.get(target) as number | null) ?? 0;
  }
}
