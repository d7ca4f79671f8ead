import { randomUUID } from 'node:crypto';
import { printable } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import type { DamageLog } from './damage.js';
import type { Detections } from './detections.js';
import type { Database, Row } from './driver.js';
import { isText, parsedArray } from './json.js';
import { lostRows } from './lost.js';
import { readRows } from './salvage.js';
import { type RowOf, tables } from './tables.js';

/** The most detections of one notice. */
const batch = 500;

/** A notice that waits to be delivered. */
export interface Waiting {
  readonly message: string;
  readonly events: readonly DetectionEvent[];
}

/** A notice that some of its recipients do not have yet. */
export interface PartlyDelivered extends Waiting {
  /** The recipients that have it. */
  readonly reached: readonly string[];
}

type Line = RowOf<typeof tables.outbox>;
const columns = tables.outbox.whole();
const partlyColumns = tables.outbox_partly.whole();
const idOf = ({ detection, target }: Line) => JSON.stringify([detection, target]);
const unsure = (row: Row) =>
  `whether somebody was told of detection ${printable(Buffer.from(row[0] as Uint8Array).toString('utf8'))} is damaged: nobody is told of it (again)`;

/**
 * The notices that wait to be delivered: one for each detection and target, ever. A damaged row is noted and never
 * delivered, because its notice may have been delivered already.
 */
export class Outbox {
  #isWhole: boolean | undefined;
  /** What this process delivered. It never delivers that again, whatever the file says afterwards. */
  readonly #delivered = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly detections: Detections,
    private readonly damage: DamageLog,
  ) {}

  /** Adds the notices of a detection, within the transaction that keeps it. @param isNew no run detected it before. */
  add(detection: string, targets: readonly string[], now: number, isNew: boolean): void {
    const there = this.database.prepare('SELECT 1 FROM outbox WHERE detection = ? AND target = ?');
    const insert = this.database.prepare(
      'INSERT INTO outbox (detection, target, created_at, sum) VALUES (@detection, @target, @created_at, @sum)',
    );
    for (const target of targets) {
      if (there.get(detection, target)) continue;
      // A target that was added later learns of what is found again. But where a row was lost, its notice may have gone
      // out, and must not go out twice.
      if (!isNew && !this.#lostNothing()) {
        const id = printable(detection);
        this.damage.note(
          `its list of who was told is damaged: nobody is told of detection ${id}, known before`,
        );
        continue;
      }
      const row = { detection, target, created_at: now };
      insert.run({ ...row, sum: tables.outbox.seal({ ...row, message: null, delivered_at: null }) });
    }
  }

  /**
   * Lets targets be told again of a detection of which they were told before `since`, milliseconds since 1970: a person
   * decided then, and the lists say something else now. Call it within the transaction that keeps the detection.
   */
  renew(detection: string, targets: readonly string[], now: number, since: number): void {
    for (const line of this.#read('detection = ?', detection)) {
      const { target, created_at, delivered_at } = line;
      if (!targets.includes(target) || delivered_at === null || created_at > since) continue;
      const row = { detection, target, created_at: now, message: null, delivered_at: null };
      this.database
        .prepare(
          `UPDATE outbox SET created_at = @created_at, message = NULL, delivered_at = NULL, sum = @sum
           WHERE detection = @detection AND target = @target`,
        )
        .run({ created_at: now, detection, target, sum: tables.outbox.seal(row) });
      this.#delivered.delete(idOf(line));
    }
  }

  /** True where no row is damaged now, and no repair left one behind. */
  #lostNothing(): boolean {
    this.#isWhole ??= this.#examine();
    return this.#isWhole;
  }

  #examine(): boolean {
    const { database } = this;
    if (lostRows(database, ['outbox']).rows > 0) return false;
    const sound = database.prepare(
      "SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check('outbox')",
    );
    const isSound = this.damage.attempt('its list of who was told is damaged', () => {
      const [first] = sound.all();
      if (Buffer.from((first?.[0] as Uint8Array) ?? []).toString('latin1') !== 'ok') return false;
      for (const row of database.prepare(`SELECT ${columns.list} FROM outbox`).all()) columns.read(row);
      return true;
    });
    return isSound ?? false;
  }

  /** Number of detections of which targets are still to be told, by target. */
  waiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { target, delivered_at } of this.#read('delivered_at IS NULL AND target <> ?', ''))
      if (delivered_at === null) counts.set(target, (counts.get(target) ?? 0) + 1);
    return counts;
  }

  /** The next notice for a target. It keeps its id until it is delivered. */
  next(target: string): Waiting | undefined {
    return this.database.transact(() => {
      // A damaged index may list delivered notices as waiting.
      const waiting = this.#read(
        'target = ? AND delivered_at IS NULL ORDER BY created_at, detection',
        target,
      ).filter((line) => line.delivered_at === null && !this.#delivered.has(idOf(line)));
      const begun = waiting.find(({ message }) => message !== null)?.message;
      if (begun !== undefined && begun !== null) {
        const events = this.#eventsOf(waiting.filter(({ message }) => message === begun));
        if (events.length > 0) return { message: begun, events };
      }
      const message = randomUUID();
      const events: DetectionEvent[] = [];
      for (const line of waiting) {
        if (events.length === batch) break;
        // A detection that cannot be read now waits until a scan finds it again.
        const [event] = line.message === null ? this.#eventsOf([line]) : [];
        if (!event) continue;
        this.#write({ ...line, message });
        events.push(event);
      }
      return events.length === 0 ? undefined : { message, events };
    });
  }

  delivered(message: string, now: number): void {
    this.database.transact(() => this.#markDelivered(message, now));
  }

  #markDelivered(message: string, now: number): void {
    for (const line of this.#read('message = ?', message)) {
      this.#write({ ...line, delivered_at: now });
      this.#delivered.add(idOf(line));
    }
    this.database.prepare('DELETE FROM outbox_partly WHERE message = ?').run(message);
  }

  /** Notes that only these recipients have a notice: `next` no longer returns it, `partly` does. */
  deliveredPartly(message: string, target: string, reached: readonly string[], now: number): void {
    this.database.transact(() => {
      this.#markDelivered(message, now);
      const row = { message, target, reached: JSON.stringify(reached) };
      this.database
        .prepare(
          'INSERT INTO outbox_partly (message, target, reached, sum) VALUES (@message, @target, @reached, @sum)',
        )
        .run({ ...row, sum: tables.outbox_partly.seal(row) });
    });
  }

  /** The notices that some recipients of a target do not have yet. */
  partly(target: string): readonly PartlyDelivered[] {
    const rows = this.database
      .prepare(`SELECT ${partlyColumns.list} FROM outbox_partly WHERE target = ? ORDER BY message`)
      .all(target);
    const read = (row: Row) => {
      const { message, reached } = partlyColumns.read(row);
      return { message, reached: parsedArray(reached, isText) };
    };
    return readRows(
      rows,
      read,
      this.damage,
      () => 'whom a notice reached is damaged: the rest is not told',
    ).map((one) => ({ ...one, events: this.#eventsOf(this.#read('message = ?', one.message)) }));
  }

  /** When a target last got a notice, milliseconds since 1970; 0 for never. */
  lastDelivery(target: string): number {
    const last = this.database.value('SELECT max(delivered_at) FROM outbox WHERE target = ?', target);
    return (last as number | null) ?? 0;
  }

  #read(where: string, value: string): Line[] {
    const rows = this.database.prepare(`SELECT ${columns.list} FROM outbox WHERE ${where}`).all(value);
    return readRows(rows, (row) => columns.read(row), this.damage, unsure);
  }

  #write(line: Line): void {
    const { detection, target, message, delivered_at } = line;
    this.database
      .prepare('UPDATE outbox SET message = ?, delivered_at = ?, sum = ? WHERE detection = ? AND target = ?')
      .run(message, delivered_at, tables.outbox.seal(line), detection, target);
  }

  #eventsOf(lines: readonly Line[]): readonly DetectionEvent[] {
    return this.detections.some(lines.map(({ detection }) => detection));
  }
}
