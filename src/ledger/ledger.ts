import { randomUUID } from 'node:crypto';
import type { Summary } from '../core/summary.js';
import type { AssetRef, ListIdentity } from '../core/types.js';
import { refKey } from './asset-key.js';
import { Assets } from './assets.js';
import {
  asUsageError,
  type Database,
  type OpenedDatabase,
  type OpenOptions,
  openDatabase,
} from './database.js';
import { Detections } from './detections.js';
import { Drafts } from './drafts.js';
import { Outbox } from './outbox.js';
import { LedgerRun } from './run.js';

/** What a run is to do: two runs with the same `key` come to the same results. */
export interface RunPlan {
  readonly command: 'scan' | 'rematch';
  /** SHA-256, hex, of everything that decides the results. */
  readonly key: string;
  readonly tool: string;
  readonly lists: readonly ListIdentity[];
}

/** The local database of what was seen: opened by one run at a time, closed by `close`. */
export class Ledger {
  readonly assets: Assets;
  readonly detections: Detections;
  readonly drafts: Drafts;
  readonly outbox: Outbox;
  /** Names of the targets that are told of detections. */
  targets: readonly string[] = [];
  readonly #answered;
  private constructor(
    readonly path: string,
    private readonly opened: OpenedDatabase,
  ) {
    this.#answered = opened.database
      .prepare<[string, string], readonly [at: number, version: string]>(
        `SELECT wanted.key, version FROM json_each(?) AS wanted
         CROSS JOIN assets ON ref = wanted.value AND current = 1 AND version IS NOT NULL
         JOIN results ON results.asset = assets.id
         JOIN runs ON runs.number = results.run AND plan = ? AND clean = 1`,
      )
      .raw();
    this.assets = new Assets(opened.database);
    this.detections = new Detections(opened.database);
    this.drafts = new Drafts(opened.database);
    this.outbox = new Outbox(opened.database, this.detections);
  }

  /** Raises LedgerMissing and UsageError as `openDatabase` does. */
  static async open(path: string, options?: OpenOptions): Promise<Ledger> {
    return new Ledger(path, await openDatabase(path, options));
  }

  get database(): Database {
    return this.opened.database;
  }

  recall(refs: readonly AssetRef[]) {
    return this.assets.recall(refs);
  }

  recallInside(ref: AssetRef) {
    return [...this.assets.recallInside(ref)];
  }

  /**
   * Starts a run, or takes up the one of the same plan that was never ended. `fresh` gives that one up.
   * Raises LedgerUnusable where the ledger cannot be read or written.
   */
  begin(plan: RunPlan, now: number, fresh = false): LedgerRun {
    try {
      return this.#begin(plan, now, fresh);
    } catch (error) {
      throw asUsageError(error, this.path);
    }
  }

  #begin(plan: RunPlan, now: number, fresh: boolean): LedgerRun {
    const { database } = this;
    return database
      .transaction(() => {
        if (fresh)
          database
            .prepare("UPDATE runs SET state = 'given-up', ended_at = ? WHERE plan = ? AND state = 'open'")
            .run(now, plan.key);
        const before = database
          .prepare<[string], { number: number; id: string; attempts: number; started_at: number }>(
            `SELECT number, id, attempts, started_at FROM runs WHERE plan = ? AND state = 'open'
           ORDER BY number DESC LIMIT 1`,
          )
          .get(plan.key);
        if (before) {
          const attempt = before.attempts + 1;
          database.prepare('UPDATE runs SET attempts = ? WHERE number = ?').run(attempt, before.number);
          const { number, id, started_at: startedAt } = before;
          return new LedgerRun(this, { number, id, attempt, startedAt });
        }
        const id = randomUUID();
        const { lastInsertRowid } = database
          .prepare(
            'INSERT INTO runs (id, command, plan, tool, lists, started_at, state) VALUES (?, ?, ?, ?, ?, ?, ?)',
          )
          .run(id, plan.command, plan.key, plan.tool, JSON.stringify(plan.lists), now, 'open');
        return new LedgerRun(this, { number: Number(lastInsertRowid), id, attempt: 1, startedAt: now });
      })
      .immediate();
  }

  /** Of each ref, the version at which a run of the plan saw it last, where that run gave an answer to all it found. */
  versionsAnswered(planKey: string, refs: readonly AssetRef[]): (string | undefined)[] {
    const versions = new Array<string | undefined>(refs.length);
    const rows = this.#answered.all(JSON.stringify(refs.map(refKey)), planKey);
    for (const [at, version] of rows) versions[at] = version;
    return versions;
  }

  /** @param clean everything that was found got an answer. */
  end(run: LedgerRun, summary: Summary, clean: boolean, now: number): void {
    this.database
      .prepare("UPDATE runs SET state = 'complete', clean = ?, summary = ?, ended_at = ? WHERE number = ?")
      .run(clean ? 1 : 0, JSON.stringify(summary), now, run.number);
  }

  close(): void {
    this.opened.close();
  }
}
