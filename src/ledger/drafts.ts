import { Damage, type DamageLog } from './damage.js';
import type { Database, Row } from './driver.js';
import { parsedObject } from './json.js';
import { lostRows } from './lost.js';
import { readRows } from './salvage.js';
import { tables } from './tables.js';

/** A draft of a report, as the ledger keeps it. */
export interface DraftRecord {
  /** `ncmec`, `notice-host`, … */
  readonly authority: string;
  /** Absolute path of the directory that holds the draft. */
  readonly directory: string;
  /** SHA-256 of manifest.json as it was drafted, hex. It identifies the draft wherever the directory is moved. */
  readonly manifest: string;
  /** Key of the draft's group: `user:…`. */
  readonly group: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Ids of the events that the draft reports. */
  readonly events: readonly string[];
}

const columns = tables.drafts.whole();
const eventColumns = tables.draft_events.whole();
const submissionColumns = tables.submissions.whole();

/**
 * The drafts that were made from detections, and the exchanges with authorities about them; never credentials. Reading
 * a damaged row raises Damage: nobody may guess what was filed.
 */
export class Drafts {
  readonly #byAuthority;
  readonly #events;
  readonly #insert;
  readonly #insertEvent;
  readonly #submissions;
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
    this.#submissions = database.prepare(
      `SELECT ${submissionColumns.list} FROM submissions WHERE manifest = ? ORDER BY id`,
    );
    this.#say = database.prepare(
      'INSERT INTO submissions (manifest, directory, record, sum) VALUES (@manifest, @directory, @record, @sum)',
    );
  }

  /** The drafts for an authority, oldest first. Damaged ones are noted and left out; `check` refuses to file then. */
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
   * Raises Damage where the ledger no longer tells whether events were filed: a row is damaged, whichever event it is
   * about, or a repair left rows behind after the first of these events was detected. Call it before filing anything.
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
    each('submissions', submissionColumns);
  }

  /** Notes drafts, all or none. Drafts that the ledger already has stay as they are. */
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

  /** The requests and answers of filing a draft, in order, each as JSON: the lines of `submission.jsonl`. */
  submission(manifest: string): readonly string[] {
    return this.#submissions.all(manifest).map((row) => {
      const { record } = submissionColumns.read(row);
      parsedObject(record, () => true);
      return record;
    });
  }

  /** Adds requests and answers. `directory` is where the draft is, an absolute path. */
  recordSubmission(manifest: string, directory: string, records: readonly string[]): void {
    this.database.transact(() => {
      for (const record of records) {
        const row = { manifest, directory, record };
        this.#say.run({ ...row, sum: tables.submissions.seal(row) });
      }
    });
  }
}
