import type { Database } from './driver.js';
import { parsedObject } from './json.js';
import { tables } from './tables.js';

const columns = tables.takedown_records.whole();

/** A record of a take-down case, as the ledger keeps it. */
export interface TakedownRow {
  readonly case: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whatever the room `takedown` wrote. */
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * The records of take-down cases, in the order in which they were written. Rows are added and never changed. Reading a
 * damaged row raises Damage: nobody may guess what was taken down.
 */
export class Takedowns {
  readonly #insert;
  readonly #all;
  readonly #of;

  constructor(private readonly database: Database) {
    this.#insert = database.prepare(
      'INSERT INTO takedown_records (id, case_id, at, record, sum) VALUES (@id, @case_id, @at, @record, @sum)',
    );
    this.#all = database.prepare(`SELECT ${columns.list} FROM takedown_records ORDER BY id`);
    this.#of = database.prepare(`SELECT ${columns.list} FROM takedown_records WHERE case_id = ? ORDER BY id`);
  }

  /** Adds records of one case, all or none; they are on disk when this returns. */
  append(caseId: string, records: readonly object[], at: number): void {
    this.database.exec('PRAGMA synchronous = FULL'); // a power cut must not take a duty with it
    this.database.transact(() => {
      for (const one of records) {
        const id = this.database.value('SELECT coalesce(max(id), 0) + 1 FROM takedown_records') as number;
        const row = { id, case_id: caseId, at, record: JSON.stringify(one) };
        this.#insert.run({ ...row, sum: tables.takedown_records.seal(row) });
      }
    });
  }

  /** The records of a case, or of all cases. */
  records(caseId?: string): readonly TakedownRow[] {
    const rows = caseId === undefined ? this.#all.all() : this.#of.all(caseId);
    return rows.map((row) => {
      const { case_id, at, record } = columns.read(row);
      return { case: case_id, at, record: parsedObject<Record<string, unknown>>(record, () => true) };
    });
  }
}
