import type { Database } from './database.js';

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

interface Row {
  readonly id: number;
  readonly authority: string;
  readonly directory: string;
  readonly manifest: string;
  readonly group_key: string;
  readonly at: number;
}

/** What was drafted from detections, and what was said to authorities about it. Never credentials. */
export class Drafts {
  readonly #byAuthority;
  readonly #events;
  readonly #insert;
  readonly #insertEvent;
  readonly #said;
  readonly #say;

  constructor(readonly database: Database) {
    this.#byAuthority = database.prepare<[string], Row>(
      'SELECT id, authority, directory, manifest, group_key, at FROM drafts WHERE authority = ? ORDER BY id',
    );
    this.#events = database
      .prepare<[number], string>('SELECT event FROM draft_events WHERE draft = ? ORDER BY event')
      .pluck();
    this.#insert = database.prepare<[string, string, string, string, number]>(
      `INSERT INTO drafts (authority, directory, manifest, group_key, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (directory, manifest) DO NOTHING`,
    );
    this.#insertEvent = database.prepare('INSERT OR IGNORE INTO draft_events (event, draft) VALUES (?, ?)');
    this.#said = database
      .prepare<[string], string>('SELECT record FROM submissions WHERE manifest = ? ORDER BY id')
      .pluck();
    this.#say = database.prepare('INSERT INTO submissions (manifest, directory, record) VALUES (?, ?, ?)');
  }

  /** Drafts for an authority, oldest first. */
  of(authority: string): readonly DraftRecord[] {
    return this.#byAuthority.all(authority).map(({ id, group_key: group, ...row }) => ({
      ...row,
      group,
      events: this.#events.all(id) as string[],
    }));
  }

  /** Notes drafts, all or none; those that are known already stay as they are. */
  record(drafts: readonly DraftRecord[]): void {
    this.database
      .transaction(() => {
        for (const { authority, directory, manifest, group, at, events } of drafts) {
          const { changes, lastInsertRowid } = this.#insert.run(authority, directory, manifest, group, at);
          if (changes === 0) continue;
          for (const event of events) this.#insertEvent.run(event, lastInsertRowid);
        }
      })
      .immediate();
  }

  /** Requests and answers of filing a draft, in their order: JSON, as `submission.jsonl` has them line by line. */
  submission(manifest: string): readonly string[] {
    return this.#said.all(manifest) as string[];
  }

  /** Adds to them. `directory`: where the draft lies, absolute. */
  recordSubmission(manifest: string, directory: string, records: readonly string[]): void {
    this.database
      .transaction(() => {
        for (const record of records) this.#say.run(manifest, directory, record);
      })
      .immediate();
  }
}
