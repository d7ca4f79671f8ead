import { addressOf, type CacheEntry, displayUri, isInside, reasonOf } from '../core/index.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import { refKey } from './asset-key.js';
import type { Assets } from './assets.js';
import { type DamageLog, isDamage } from './damage.js';
import type { Detections } from './detections.js';
import type { Database, Row } from './driver.js';
import type { Lease } from './lease.js';
import type { Outbox } from './outbox.js';
import { readRows, rowsFor } from './salvage.js';
import { baseOfSeal, sealInSql, tables } from './tables.js';

/** The parts of the ledger that a run writes to. */
export interface RunLedger {
  readonly database: Database;
  readonly assets: Assets;
  readonly detections: Detections;
  readonly outbox: Outbox;
  readonly damage: DamageLog;
  readonly targets: readonly string[];
}

/** An asset that a run has finished. */
export interface Settled {
  readonly ref: AssetRef;
  readonly result: ScanResult;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tool: string;
  readonly entry: CacheEntry<'used' | 'computed' | 'unread'>;
  readonly event?: DetectionEvent | undefined;
}

/** How an earlier attempt of the run ended for an asset. */
export interface EarlierResult {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The outcome of a result. */
  readonly outcome: string;
  /** Null for a clear or matched asset. */
  readonly stage: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

const columns = tables.results.whole();

/**
 * How many results wait to be written together. A process that is killed loses at most these, and the next attempt
 * looks at their assets again.
 */
const batch = 500;
const batchMs = 250;

/** One run, which may take several attempts. */
export class LedgerRun {
  readonly number: number;
  readonly id: string;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  #pending: Settled[] = [];
  #flushedAt = 0;
  #seq: number;
  /** Rows of what is inside an asset that is not finished yet, by the URI of the asset. */
  readonly #inside = new Map<string, number[]>();
  readonly #finished;
  readonly #result;
  readonly #still;

  constructor(
    readonly ledger: RunLedger,
    about: { number: number; id: string; attempt: number; startedAt: number },
    private readonly lease?: Lease,
  ) {
    this.number = about.number;
    this.id = about.id;
    this.attempt = about.attempt;
    this.startedAt = about.startedAt;
    const { database } = ledger;
    const last = 'SELECT max(seq) FROM results WHERE run = ?';
    this.#seq = this.attempt === 1 ? 0 : ((database.value(last, this.number) as number | null) ?? 0);
    this.#finished = database.prepare(
      `SELECT wanted.key, ${columns.list} FROM json_each(?) AS wanted
       CROSS JOIN assets ON ref = wanted.value AND current = 1
       JOIN results ON results.asset = assets.id WHERE run = ? AND attempt < ?`,
    );
    this.#result = database.prepare(
      `INSERT INTO results (asset, run, attempt, seq, at, outcome, stage, code, message, sum)
       VALUES (@asset, @run, @attempt, @seq, @at, @outcome, @stage, @code, @message, @sum)
       ON CONFLICT (asset) DO UPDATE SET run = excluded.run, attempt = excluded.attempt, seq = excluded.seq,
         at = excluded.at, outcome = excluded.outcome, stage = excluded.stage, code = excluded.code,
         message = excluded.message, sum = excluded.sum`,
    );
    // One statement for many rows is three times as fast as one for each, and a rescan spends most of its time here.
    this.#still = database.prepare(
      `INSERT INTO results (asset, run, attempt, seq, at, outcome, sum)
       SELECT value, @run, @attempt, @seq + 1 + key, @at, 'clear', ${sealInSql('value', '@seq + 1 + key', '@base')}
       FROM json_each(@rows) WHERE true
       ON CONFLICT (asset) DO UPDATE SET run = excluded.run, attempt = excluded.attempt, seq = excluded.seq,
         at = excluded.at, outcome = excluded.outcome, stage = NULL, code = NULL, message = NULL,
         sum = excluded.sum`,
    );
  }

  /** True for a run that an earlier process began and did not finish. */
  get resumed(): boolean {
    return this.attempt > 1;
  }

  /**
   * How earlier attempts ended for each of the refs. An asset is finished together with all that is inside it, or not
   * at all.
   */
  finished(refs: readonly AssetRef[]): (EarlierResult | undefined)[] {
    const found = new Array<EarlierResult | undefined>(refs.length);
    if (!this.resumed) return found;
    const { damage } = this.ledger;
    const lost = (at: number) =>
      `what an earlier attempt came to of ${displayUri(addressOf(refs[at]!))} is damaged: it is looked at again`;
    const note = (at: number) => damage.note(lost(at));
    const rows = rowsFor(this.#finished, refs.map(refKey), [this.number, this.attempt], note);
    const read = (row: Row) => {
      found[row[0] as number] = columns.read(row, 1);
    };
    readRows(rows, read, damage, (row) => lost(row[0] as number));
    return found;
  }

  /** Ids of the events that earlier attempts detected. */
  detected(): string[] {
    return this.resumed ? this.ledger.detections.idsOf(this.number) : [];
  }

  /** Notes that the run has finished an asset. A detection is written at once, the rest in batches. */
  settle(settled: Settled): void {
    this.#pending.push(settled);
    if (settled.event || this.#pending.length >= batch || settled.at - this.#flushedAt >= batchMs)
      this.flush();
  }

  /**
   * Writes the waiting results, all or nothing. Where damage keeps some of them from being written, it writes the rest
   * one by one. Raises what SQLite raises, such as for a full disk.
   */
  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return;
    this.#flushedAt = pending.at(-1)!.at;
    try {
      this.#together(pending);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#oneByOne(pending);
    }
  }

  #oneByOne(pending: readonly Settled[]): void {
    const lost = pending.flatMap((one) => {
      try {
        this.#together([one]);
        return [];
      } catch (error) {
        if (!isDamage(error)) throw error;
        return [{ one, error }];
      }
    });
    if (lost.length === pending.length) throw lost[0]!.error; // none of them could be written
    for (const { one } of lost)
      this.ledger.damage.note(`${displayUri(addressOf(one.ref))} cannot be noted in it`);
  }

  #together(pending: readonly Settled[]): void {
    const seq = this.#seq;
    const inside = [...this.#inside].map(([uri, rows]) => ({ uri, rows, length: rows.length }));
    try {
      this.ledger.database.transact(() => {
        this.lease?.require();
        for (let next = 0; next < pending.length; ) {
          const still = stillClear(pending, next);
          if (still.length > 1) this.#writeStill(still, pending[next]!.at);
          else this.#write(pending[next]!);
          next += Math.max(1, still.length);
        }
        for (const uri of this.#inside.keys()) this.ledger.assets.unsettleInside(uri);
      });
    } catch (error) {
      this.#seq = seq;
      this.#inside.clear();
      for (const { uri, rows, length } of inside) this.#inside.set(uri, rows.slice(0, length));
      this.ledger.assets.forget();
      throw error;
    }
  }

  #writeStill(rows: readonly number[], at: number): void {
    const { number: run, attempt } = this;
    const base = baseOfSeal({ run, attempt, at, outcome: 'clear', stage: null, code: null, message: null });
    this.#still.run({ run, attempt, seq: this.#seq, at, base, rows: JSON.stringify(rows) });
    this.#seq += rows.length;
  }

  #write({ ref, result, at, tool, entry, event }: Settled): void {
    const asset = this.#store(ref, entry, tool, at);
    const { stage = null, code = null, message = null } = reasonOf(result);
    this.#seq += 1;
    const { number: run, attempt } = this;
    const values = { asset, run, attempt, seq: this.#seq, at, outcome: result.outcome, stage, code, message };
    this.#result.run({ ...values, sum: tables.results.seal(values) });
    if (entry.state !== 'used') this.#noteRead(ref, asset, entry);
    if (event) this.#detect(event, at);
  }

  /** Stores an entry and returns the row of its asset. */
  #store(ref: AssetRef, entry: Settled['entry'], tool: string, at: number): number {
    const { assets } = this.ledger;
    if (entry.state === 'used') return entry.row;
    return entry.state === 'computed' ? assets.keep(ref, entry, at) : assets.rowOf(ref, tool, at);
  }

  /** Collects the rows of what is inside an asset, which itself comes after all of them. */
  #noteRead(ref: AssetRef, row: number, entry: CacheEntry<'computed' | 'unread'>): void {
    const rows = this.#inside.get(ref.uri) ?? [];
    if (isInside(ref)) {
      rows.push(row);
      this.#inside.set(ref.uri, rows);
    } else {
      this.#inside.delete(ref.uri);
      if (entry.state === 'computed' && entry.asset.opened) this.ledger.assets.settleInside(ref, rows);
    }
  }

  /** Notes a detection by itself, of an asset that the run did not look at (`rematch`). */
  detect(event: DetectionEvent, at: number): void {
    this.ledger.database.transact(() => {
      this.lease?.require();
      this.#detect(event, at);
    });
  }

  #detect(event: DetectionEvent, at: number): void {
    const isNew = this.ledger.detections.record(this.number, event);
    const { decided } = event;
    // Such a match is kept, but no target is told of it.
    if (event.suppressed || (decided && !decided.rings)) return;
    const { outbox, targets } = this.ledger;
    if (decided?.rings === 'list-changed') outbox.renew(event.id, targets, at, Date.parse(decided.at));
    outbox.add(event.id, targets, at, isNew);
  }
}

/**
 * The rows of the neighbours, from `first` on, that have not changed, are clear, and became clear at the same moment.
 */
function stillClear(pending: readonly Settled[], first: number): number[] {
  const rows: number[] = [];
  const { at: moment } = pending[first]!;
  for (let next = first; next < pending.length; next++) {
    const { entry, result, at } = pending[next]!;
    if (entry.state !== 'used' || result.outcome !== 'clear' || at !== moment) break;
    rows.push(entry.row);
  }
  return rows;
}
