import { randomUUID } from 'node:crypto';
import { displayUri, type Summary, type UnreadFile } from '../core/index.js';
import type { AssetRef, ListIdentity } from '../core/types.js';
import { Answers } from './answers.js';
import { refKey } from './asset-key.js';
import { Assets } from './assets.js';
import { DamageLog, isDamage } from './damage.js';
import { type OpenedDatabase, type OpenOptions, openDatabase } from './database.js';
import { Decisions } from './decisions.js';
import { Detections } from './detections.js';
import { Drafts } from './drafts.js';
import type { Database, Row } from './driver.js';
import { isText, parsedArray } from './json.js';
import { Lease, type LeaseOptions } from './lease.js';
import { asUsageError } from './ledger-errors.js';
import { Outbox } from './outbox.js';
import { LedgerRun } from './run.js';
import { readRows, rowsFor } from './salvage.js';
import { type RowOf, tables } from './tables.js';
import { Takedowns } from './takedowns.js';
import { unreadFiles } from './unread-files.js';

type Begun = RowOf<typeof tables.runs>;
const runColumns = tables.runs.whole();
const resultColumns = tables.results.whole();

/** What a run is to do: two runs with the same `key` come to the same results. */
export interface RunPlan {
  readonly command: 'scan' | 'rematch';
  /** SHA-256, hex, of everything that decides the results. */
  readonly key: string;
  readonly tool: string;
  readonly lists: readonly ListIdentity[];
}

/** A run that the ledger remembers. Times are milliseconds since 1970. */
export interface PastRun {
  readonly scanId: string;
  readonly command: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** False for a run that was interrupted, or goes on. */
  readonly hasEnded: boolean;
  readonly isComplete: boolean;
  /** Names of its lists. */
  readonly lists: readonly string[];
}

const isNamed = (value: unknown): value is { readonly name: string } =>
  isText((value as { name?: unknown } | null)?.name);

/** The local database of what was scanned, which several processes may have open at once. Call `close` when done. */
export class Ledger {
  readonly damage = new DamageLog();
  readonly assets: Assets;
  readonly detections: Detections;
  readonly decisions: Decisions;
  readonly drafts: Drafts;
  readonly outbox: Outbox;
  /** What matching services answered. */
  readonly answers: Answers;
  readonly takedowns: Takedowns;
  /** Names of the notification targets that are to learn of detections. */
  targets: readonly string[] = [];
  readonly #answered;
  readonly #leases = new Set<Lease>();
  private constructor(
    readonly path: string,
    private readonly opened: OpenedDatabase,
  ) {
    const { database } = opened;
    this.#answered = database.prepare(
      `SELECT wanted.key, CAST(version AS BLOB), ${resultColumns.list} FROM json_each(?) AS wanted
       CROSS JOIN assets ON ref = wanted.value AND current = 1 AND version IS NOT NULL
       JOIN results ON results.asset = assets.id`,
    );
    this.assets = new Assets(database, this.damage);
    this.detections = new Detections(database, this.damage);
    this.decisions = new Decisions(database, this.damage);
    this.drafts = new Drafts(database, this.damage);
    this.answers = new Answers(database, this.damage);
    this.takedowns = new Takedowns(database);
    this.outbox = new Outbox(database, this.detections, this.damage);
  }

  /** Opens a ledger. Raises LedgerMissing and UsageError as `openDatabase` does. */
  static async open(path: string, options?: OpenOptions): Promise<Ledger> {
    const opened = await openDatabase(path, options);
    try {
      return new Ledger(path, opened);
    } catch (error) {
      opened.close();
      throw asUsageError(error, path); // its tables have other columns than ours
    }
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
   * Takes a lease for what only one process at a time may do, such as a run of a plan; it holds until `release` or
   * `close`. Raises LeaseHeld where another process has it, and LedgerUnusable where the ledger cannot be read or
   * written. Where the table of leases is damaged, notes that and returns undefined: the caller goes on without a
   * lease.
   */
  async lease(name: string, options: LeaseOptions): Promise<Lease | undefined> {
    try {
      const lease = await Lease.take(this.database, name, options);
      this.#leases.add(lease);
      return lease;
    } catch (error) {
      if (isDamage(error)) {
        this.damage.note(
          `who else does ${options.what} cannot be told, because its table of leases is damaged`,
        );
        return undefined;
      }
      throw asUsageError(error, this.path);
    }
  }

  /**
   * Starts a run, or resumes the unfinished run of the same plan. `fresh` abandons that one and starts anew. Raises
   * LedgerUnusable where the ledger cannot be read or written.
   * @param lease of the plan, where another process may want to run it too.
   */
  begin(plan: RunPlan, now: number, fresh = false, lease?: Lease): LedgerRun {
    try {
      return this.#begin(plan, now, fresh, lease);
    } catch (error) {
      throw asUsageError(error, this.path);
    }
  }

  #begin(plan: RunPlan, now: number, fresh: boolean, lease?: Lease): LedgerRun {
    const { database } = this;
    return database.transact(() => {
      lease?.require();
      const open = this.#runs("plan = ? AND state = 'open' ORDER BY number DESC", plan.key);
      const [before] = open;
      if (before && !fresh) {
        const attempt = before.attempts + 1;
        this.#write({ ...before, attempts: attempt });
        const { number, id, started_at: startedAt } = before;
        return new LedgerRun(this, { number, id, attempt, startedAt }, lease);
      }
      if (fresh) for (const run of open) this.#write({ ...run, state: 'given-up', ended_at: now });
      const number = database.value('SELECT coalesce(max(number), 0) + 1 FROM runs') as number;
      const row = {
        number,
        id: randomUUID(),
        command: plan.command,
        plan: plan.key,
        tool: plan.tool,
        lists: JSON.stringify(plan.lists),
        started_at: now,
        ended_at: null,
        state: 'open',
        clean: 0,
        attempts: 1,
        summary: null,
      };
      const names = [...tables.runs.names, 'sum'];
      database
        .prepare(
          `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
        )
        .run({ ...row, sum: tables.runs.seal(row) });
      return new LedgerRun(this, { number, id: row.id, attempt: 1, startedAt: now }, lease);
    });
  }

  /** The runs that can be read; damaged ones are noted. */
  #runs(where: string, value: string | number): Begun[] {
    const rows = this.database.prepare(`SELECT ${runColumns.list} FROM runs WHERE ${where}`).all(value);
    return readRows(
      rows,
      (row) => runColumns.read(row),
      this.damage,
      (row) => `what it knows of its run ${row[0]} is damaged`,
    );
  }

  #write(run: Begun): void {
    const { number, state, clean, attempts, summary, ended_at } = run;
    this.database
      .prepare(
        `UPDATE runs SET state = @state, clean = @clean, attempts = @attempts, summary = @summary,
         ended_at = @ended_at, sum = @sum WHERE number = @number`,
      )
      .run({ number, state, clean, attempts, summary, ended_at, sum: tables.runs.seal(run) });
  }

  /**
   * For each ref, the version at which a run of the plan last saw it, where that run gave an answer to all it found
   * there.
   */
  versionsAnswered(planKey: string, refs: readonly AssetRef[]): (string | undefined)[] {
    const versions = new Array<string | undefined>(refs.length);
    const clean = new Set(this.#runs('plan = ? AND clean = 1', planKey).map(({ number }) => number));
    if (clean.size === 0) return versions;
    const lost = (at: number) =>
      `what it knows of ${displayUri(refs[at]!.uri)} is damaged: it is looked at again`;
    const rows = rowsFor(this.#answered, refs.map(refKey), [], (at) => this.damage.note(lost(at)));
    const read = (row: Row) => {
      const { run } = resultColumns.read(row, 2);
      if (clean.has(run)) versions[row[0] as number] = Buffer.from(row[1] as Uint8Array).toString('utf8');
    };
    readRows(rows, read, this.damage, (row) => lost(row[0] as number));
    return versions;
  }

  /** Notes that a run has ended. @param clean the run is complete, as by `whyIncomplete`. */
  end(run: LedgerRun, summary: Summary, clean: boolean, now: number): void {
    this.database.transact(() => {
      for (const row of this.#runs('number = ?', run.number))
        this.#write({
          ...row,
          state: 'complete',
          clean: clean ? 1 : 0,
          summary: JSON.stringify(summary),
          ended_at: now,
        });
    });
  }

  /** The latest runs, newest first, with when each began, and whether it came to its end and was complete. */
  lastRuns(most: number): readonly PastRun[] {
    return this.#runs('number > ? ORDER BY started_at DESC, number DESC', 0)
      .slice(0, most)
      .map(({ id, command, started_at, ended_at, state, clean, lists }) => ({
        ...{ scanId: id, command, startedAt: started_at, endedAt: ended_at },
        ...{ hasEnded: state === 'complete', isComplete: clean === 1 },
        lists: parsedArray(lists, isNamed).map(({ name }) => name),
      }));
  }

  /**
   * What could not be read, or not whole: by the latest result of every file that is still there for the ledger, or
   * only what the run with this id (`latest`: the last) could not read. Undefined where no run has that id.
   */
  unread(scanId?: string): readonly UnreadFile[] | undefined {
    return unreadFiles(this.database, this.damage, this.detections, scanId);
  }

  close(): void {
    for (const lease of this.#leases) lease.release();
    this.#leases.clear();
    this.opened.close();
  }
}
