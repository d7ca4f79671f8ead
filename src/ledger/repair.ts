import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { printable, UsageError } from '../core/index.js';
import { checkLedger, everyRow, type Fault, freeName, isClean, type Sound } from './check.js';
import { isDamage } from './damage.js';
import { holdLedger, type OpenOptions } from './database.js';
import type { Cell, Database, Driver } from './driver.js';
import { HashCodec } from './hashes.js';
import { asUsageError } from './ledger-errors.js';
import { noteLost } from './lost.js';
import { currentVersion, migrate } from './migrations.js';
import { type TableName, tables } from './tables.js';

/** What a repair did. */
export interface Repaired {
  /** Path of the copy of the ledger as it was. */
  readonly backup: string;
  readonly faults: readonly Fault[];
  /** How many rows the repair kept, by table. */
  readonly kept: Readonly<Record<TableName, number>>;
  /** Sound rows that the repair left out, because they refer to one that was lost. */
  readonly dropped: readonly Fault[];
}

/**
 * Rebuilds the ledger from its sound rows, and keeps the file as it was beside it. Returns undefined, and touches
 * nothing, where nothing is damaged. Raises UsageError where a run holds the ledger, or nothing in it can be read.
 */
export async function repairLedger(
  path: string,
  now: Date,
  options: OpenOptions = {},
): Promise<Repaired | undefined> {
  const { driver, lock } = await holdLedger(path, options);
  const work = { read: `${path}.repair-read`, write: `${path}.repair` };
  const sweep = () => {
    for (const name of Object.values(work))
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${name}${end}`, { force: true });
  };
  try {
    sweep(); // removes what a killed repair left behind
    const backup = freeName(path, now);
    copyLedger(path, backup);
    const forget = () => {
      for (const end of ['', '-wal']) rmSync(`${backup}${end}`, { force: true });
    };
    refuseUsed(driver, path, forget);
    if (isSound(driver, path)) {
      forget();
      return undefined;
    }
    copyLedger(backup, work.read);
    mendHeader(work.read);
    const done = copyRows(driver, work, now.getTime());
    putInPlace(work.write, path);
    return { backup, ...done };
  } catch (error) {
    throw asUsageError(error, path);
  } finally {
    sweep();
    lock.close();
  }
}

function isSound(driver: Driver, path: string): boolean {
  try {
    const database = driver.open(path);
    try {
      if (database.value('PRAGMA user_version') !== currentVersion) migrate(database, path);
      return isClean(checkLedger(database));
    } finally {
      database.close();
    }
  } catch (error) {
    if (isDamage(error) || error instanceof UsageError) return false;
    if ((error as { code?: string }).code === 'SQLITE_ERROR') return false;
    throw error;
  }
}

/** Copies the file together with SQLite's log, which holds the last writes. */
function copyLedger(from: string, to: string): void {
  for (const end of ['', '-wal']) {
    if (!existsSync(`${from}${end}`)) continue;
    copyFileSync(`${from}${end}`, `${to}${end}`, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    chmodSync(`${to}${end}`, 0o600);
  }
}

/** Raises UsageError where another process has the database open: the repair would lose what that process writes. */
function refuseUsed(driver: Driver, path: string, forget: () => void): void {
  const database = driver.open(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL'); // needs the file to itself
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') return;
    forget();
    throw new UsageError(
      `ledger ${printable(path)} is in use by another command; try again when that has ended`,
    );
  } finally {
    database.close();
  }
}

/**
 * Writes the magic, page size and format that every ledger has. SQLite can then read a file whose first bytes are
 * damaged.
 */
function mendHeader(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const header = Buffer.alloc(24);
    header.write('SQLite format 3\0', 'latin1');
    header.set([0x10, 0x00, 2, 2, 0, 64, 32, 32], 16);
    writeSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
}

function copyRows(driver: Driver, { read, write }: { read: string; write: string }, at: number) {
  const [source, target] = [driver.open(read), driver.open(write)];
  try {
    target.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF');
    migrate(target, write);
    bringUpToDate(source, read);
    const faults: Fault[] = [];
    const dropped: Fault[] = [];
    const kept = Object.fromEntries(Object.keys(tables).map((name) => [name, 0])) as Record<
      TableName,
      number
    >;
    target.transact(() => {
      const copier = new Copier(target);
      for (const row of everyRow(source, (fault) => faults.push(fault))) {
        const name = row.table.name as TableName;
        if (copier.take(row)) kept[name] += 1;
        else dropped.push({ table: name, what: copier.nameOf(row) });
      }
      const total = Object.values(kept).reduce((sum, rows) => sum + rows, 0);
      if (total === 0)
        throw new UsageError('nothing of it can be read; move it away, and the next run starts a new one');
      for (const [name, rows] of countsOf([...faults, ...dropped])) noteLost(target, name, rows, at);
    });
    return { faults, dropped, kept };
  } finally {
    source.close();
    target.close();
  }
}

/** A ledger of an earlier version has no checksums yet, so it is migrated first. */
function bringUpToDate(source: Database, path: string): void {
  try {
    source.value('SELECT sum FROM lost');
  } catch {
    migrate(source, path);
  }
}

function countsOf(faults: readonly Fault[]): ReadonlyMap<TableName, number> {
  const counts = new Map<TableName, number>();
  for (const { table } of faults) counts.set(table, (counts.get(table) ?? 0) + 1);
  return counts;
}

/** Copies the rows whose references are all there. */
class Copier {
  readonly #inserts = new Map<string, ReturnType<Database['prepare']>>();
  readonly #codec: HashCodec;
  readonly #there;

  constructor(private readonly target: Database) {
    this.#codec = new HashCodec(target);
    const there = (name: TableName) =>
      target.prepare(`SELECT 1 FROM ${name} WHERE ${tables[name].about.key[0]} = ?`);
    this.#there = {
      runs: there('runs'),
      crafts: there('crafts'),
      assets: there('assets'),
      detections: there('detections'),
      events: there('events'),
      drafts: there('drafts'),
    };
  }

  /** Copies a row. Returns false for a row that refers to one that was lost. */
  take({ table, values }: Sound): boolean {
    if (!this.#refersWell(table.name, values)) return false;
    const names = [...table.names, 'sum'];
    let insert = this.#inserts.get(table.name);
    if (!insert) {
      const holes = names.map((name) => `@${name}`).join(', ');
      insert = this.target.prepare(
        `INSERT OR IGNORE INTO ${table.name} (${names.join(', ')}) VALUES (${holes})`,
      );
      this.#inserts.set(table.name, insert);
    }
    return insert.run({ ...values, sum: table.seal(values) }).changes === 1;
  }

  nameOf({ table, values }: Sound): string {
    return `row ${table.about.key.map((name) => printable(String(values[name]))).join(' ')}`;
  }

  #refersWell(table: string, values: Sound['values']): boolean {
    const there = this.#there;
    const has = (of: keyof typeof there, cell: Cell | undefined) => there[of].get(cell ?? null) !== undefined;
    if (table === 'assets') return has('crafts', values.craft) && this.#canUnpack(values.hashes as Buffer);
    if (table === 'results') return has('assets', values.asset) && has('runs', values.run);
    if (table === 'run_events') return has('runs', values.run) && has('events', values.event);
    if (table === 'draft_events') return has('drafts', values.draft);
    // Where the row that tells the first detection is lost, the event and its notices still tell it.
    if (table === 'events') this.#detectedAt(values.detection as string, timeOf(values.event as string));
    if (table === 'outbox') this.#detectedAt(values.detection as string, values.created_at as number);
    return true;
  }

  #canUnpack(hashes: Buffer): boolean {
    try {
      this.#codec.check(hashes);
      return true;
    } catch (error) {
      if (isDamage(error)) return false;
      throw error;
    }
  }

  #detectedAt(id: string, at: number): void {
    if (this.#there.detections.get(id)) return;
    this.target
      .prepare('INSERT INTO detections (id, first_at, last_at, sum) VALUES (@id, @at, @at, @sum)')
      .run({ id, at, sum: tables.detections.seal({ id, first_at: at }) });
  }
}

const timeOf = (event: string): number =>
  Date.parse((JSON.parse(event) as { detectedAt?: string }).detectedAt ?? '') || 0;

function putInPlace(made: string, path: string): void {
  const file = openSync(made, 'r+');
  fsyncSync(file);
  closeSync(file);
  chmodSync(made, 0o600);
  for (const end of ['-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
  renameSync(made, path);
}
