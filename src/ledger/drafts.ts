import { Damage, type DamageLog } from './damage.js';
import type { Database, Row } from './driver.js';
import { parsedObject } from './json.js';
import { lostRows } from './lost.js';
import { readRows } from './salvage.js';
import { tables } from './tables.js';

/** A draft of a report, as the ledger knows it. */
export interface DraftRecord {
  /** `ncmec`, `notice-host`, … */
  readonly authority: string;
  /** Absolute path of the directory that it was written to. */
  readonly directory: string;
  /** SHA-256 of manifest.json as drafted, hex: tells the draft wherever it lies. */
  readonly manifest: string;
  /** Key of its group: `user:…`. */
  readonly group: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Ids of the events that it covers. */
  readonly events: readonly string[];
}

const columns = tables.drafts.whole();
const eventColumns = tables.draft_events.whole();
const saidColumns = tables.submissions.whole();

/**
 * What was drafted from detections, and what was said to authorities about it. Never credentials. Where any of it is
 * damaged, reading it raises Damage: what was filed must never be guessed.
 */
export class Drafts {
  readonly #byAuthority;
  readonly #events;
  readonly #insert;
  readonly #insertEvent;
  readonly #said;
  readonly #say;

  constructor(
    readonly database: Database,
    private readonly damage: DamageLog,
  ) {
    this.#byAuthority = database.prepare(
      `SELECT ${columns.list} FROM drafts WHERE authority = ? ORDER BY id`,
    );
    this.#events = database.prepare(
      `SELECT ${eventColumns.list} FROM draft_events WHERE draft = ? ORDER BY event`,
    );
    this.#insert = database.prepare(
      `INSERT INTO drafts (id, authority, directory, manifest, group_key, at, sum)
       VALUES (@id, @authority, @directory, @manifest, @group_key, @at, @sum)
       ON CONFLICT (directory, manifest) DO NOTHING`,
    );
    this.#insertEvent = database.prepare(
      'INSERT OR IGNORE INTO draft_events (event, draft, sum) VALUES (?, ?, ?)',
    );
    this.#said = database.prepare(
      `SELECT ${saidColumns.list} FROM submissions WHERE manifest = ? ORDER BY id`,
    );
    this.#say = database.prepare(
      'INSERT INTO submissions (manifest, directory, record, sum) VALUES (@manifest, @directory, @record, @sum)',
    );
  }

  /** Drafts for an authority, oldest first. Those that are damaged are noted and left out: see `check`. */
  of(authority: string): readonly DraftRecord[] {
    const read = (row: Row) => {
      const { id, group_key: group, ...draft } = columns.read(row);
      const events = this.#events.all(id).map((one) => eventColumns.read(one).event);
      return { ...draft, group, events };
    };
    const what = ([id]: Row) => `what it knows of draft ${id} is damaged`;
    return readRows(this.#byAuthority.all(authority), read, this.damage, what);
  }

  /**
   * Raises Damage where it can no longer be told whether events were filed: a row is damaged, whoever it is of, or a
   * repair had to leave some behind after the first of them was detected. To be asked before anything is filed.
   */
  check(events: readonly string[]): void {
    const { at } = lostRows(this.database, ['drafts', 'draft_events', 'submissions']);
    const since = `SELECT count(*) FROM detections WHERE id IN (SELECT value FROM json_each(?)) AND first_at > ?`;
    if (at !== undefined && this.database.value(since, JSON.stringify(events), at) !== new Set(events).size)
      throw new Damage('a repair left behind what it knew of earlier reports');
    const each = (name: string, { list, read }: { list: string; read(row: Row): unknown }) => {
      const [sound] = this.database
        .prepare(`SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check('${name}')`)
        .all();
      if (Buffer.from(sound?.[0] as Uint8Array).toString('latin1') !== 'ok')
        throw new Damage(`its table ${name} is damaged`);
      for (const row of this.database.prepare(`SELECT ${list} FROM ${name}`).all()) read(row);
    };
    each('drafts', columns);
    each('draft_events', eventColumns);
    each('submissions', saidColumns);
  }

  /** Notes drafts, all or none; those that are known already stay as they are. */
  record(drafts: readonly DraftRecord[]): void {
    this.database.transact(() => {
      for (const { authority, directory, manifest, group, at, events } of drafts) {
        const id = this.database.value('SELECT coalesce(max(id), 0) + 1 FROM drafts') as number;
        const row = { id, authority, directory, manifest, group_key: group, at };
        const { changes } = this.#insert.run({ ...row, sum: tables.drafts.seal(row) });
        if (changes === 0) continue;
        for (const event of events)
          this.#insertEvent.run(event, id, tables.draft_events.seal({ event, draft: id }));
      }
    });
  }

  /** Requests and answers of filing a draft, in their order: JSON, as `submission.jsonl` has them line by line. */
  submission(manifest: string): readonly string[] {
    return this.#said.all(manifest).map((row) => {
      const { record } = saidColumns.read(row);
      parsedObject(record, () => true);
      return record;
    });
  }

  /** Adds to them. `directory`: where the draft lies, absolute. */
  recordSubmission(manifest: string, directory: string, records: readonly string[]): void {
    this.database.transact(() => {
      for (const record of records) {
        const row = { manifest, directory, record };
        this.#say.run({ ...row, sum: tables.submissions.seal(row) });
      }
    });
  }
}
