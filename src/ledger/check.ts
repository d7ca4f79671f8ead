import { existsSync } from 'node:fs';
import { printable, UsageError } from '../core/index.js';
import { refOfKey } from './asset-key.js';
import { isDamage } from './damage.js';
import { type OpenOptions, openToRead } from './database.js';
import type { Cell, Database, Row } from './driver.js';
import { parsed } from './json.js';
import { migrate } from './migrations.js';
import type { Table } from './table.js';
import { type TableName, tables } from './tables.js';
import { walkKeys, walkRows } from './walk.js';

/** A row that still is what the program wrote. */
export interface Sound {
  readonly table: Table;
  readonly values: Readonly<Record<string, Cell>>;
}

/** A row or a place in the file that is damaged. */
export interface Fault {
  readonly table: TableName;
  /** The row or the place, for the message. */
  readonly what: string;
}

const jsonColumns: Readonly<Record<string, readonly string[]>> = {
  runs: ['lists', 'summary'],
  shapes: ['shape'],
  crafts: ['recipes'],
  assets: ['body'],
  events: ['event'],
  submissions: ['record'],
  decisions: ['record'],
  outbox_partly: ['reached'],
  answers: ['hits'],
  takedown_records: ['record'],
};

/** Every sound row of a ledger, table by table. It skips what cannot be read, and calls `fault` for each damage. */
export function* everyRow(database: Database, fault: (fault: Fault) => void): Generator<Sound> {
  for (const name of Object.keys(tables) as TableName[]) {
    if (isToCome(database, name)) continue;
    try {
      yield* rowsOf(database, name, fault);
    } catch (error) {
      if (!isDamage(error) && !isMissing(error)) throw error;
      fault({ table: name, what: `cannot be read: ${printable((error as Error).message)}` });
    }
  }
}

/** True for a table that a later version than the ledger's brings, and that is not there. */
function isToCome(database: Database, name: TableName): boolean {
  const { since } = tables[name].about;
  if (since === undefined) return false;
  try {
    const version = database.value('PRAGMA user_version') as number;
    const there = database.value(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?",
      name,
    );
    return version < since && there === 0;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** True where the table is missing, or has other columns than the program gave it. */
const isMissing = (error: unknown) => (error as { code?: string }).code === 'SQLITE_ERROR';

function* rowsOf(database: Database, name: TableName, fault: (fault: Fault) => void): Generator<Sound> {
  const table = tables[name] as unknown as Table;
  const { list, read } = table.whole();
  const { key, keyed } = table.about;
  const gap = (what: string) => fault({ table: name, what });
  const pages = keyed
    ? walkKeys(database, { select: `SELECT ${list} FROM ${name}`, key, same: keyText(table) }, () =>
        gap('rows between the first and the last that can be read'),
      )
    : walkRows(database, { select: `SELECT ${key[0]}, ${list} FROM ${name}`, id: key[0]! }, (after, before) =>
        gap(`rows from ${Math.max(0, after) + 1} ${before === undefined ? 'on' : `to ${before}`}`),
      );
  for (const rows of pages)
    for (const row of rows)
      try {
        const values = read(row, keyed ? 0 : 1) as Record<string, Cell>;
        checkContent(table, values);
        yield { table, values };
      } catch (error) {
        if (!isDamage(error)) throw error;
        fault({ table: name, what: `row ${keyed ? printable(keyText(table)(row)) : row[0]}` });
      }
}

/**
 * Checks the content of a row whose checksum version 8 computed without knowing whether the row was whole. Raises
 * Damage.
 */
function checkContent({ name }: Table, values: Readonly<Record<string, Cell>>): void {
  for (const column of jsonColumns[name] ?? []) if (values[column] !== null) parsed(values[column] as string);
  if (name === 'assets') refOfKey(values.ref as string);
}

const keyText =
  ({ names, about: { key } }: Table) =>
  (row: Row): string =>
    key
      .map((column) => {
        const cell = row[names.indexOf(column)];
        return cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : String(cell);
      })
      .join(' ');

/** What SQLite itself finds wrong with the file, one line each, at most 20. */
export function brokenPages(database: Database): string[] {
  try {
    const rows = database
      .prepare('SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check LIMIT 20')
      .all();
    const lines = rows.map(([line]) => Buffer.from(line as Uint8Array).toString('utf8'));
    return lines.length === 1 && lines[0] === 'ok' ? [] : lines.map(printable);
  } catch (error) {
    if (!isDamage(error) && !isMissing(error)) throw error;
    return [printable((error as Error).message)];
  }
}

/** What a check found. */
export interface Checked {
  /** How many rows still are what the program wrote. */
  readonly rows: number;
  /** What is wrong with SQLite's own structure, one line each. */
  readonly pages: readonly string[];
  readonly faults: readonly Fault[];
  /** References to rows that are missing, one line each. */
  readonly dangling: readonly string[];
}

/** Reads every row of a ledger, and has SQLite check its own structure. */
export function checkLedger(database: Database): Checked {
  const faults: Fault[] = [];
  let rows = 0;
  for (const _ of everyRow(database, (fault) => faults.push(fault))) rows += 1;
  return { rows, pages: brokenPages(database), faults, dangling: danglingRows(database) };
}

/**
 * As `checkLedger`, for a ledger that other processes may be using. Raises UsageError where there is no such file,
 * where another program wrote it, or where a later version did.
 */
export async function readLedger(path: string, options: OpenOptions = {}): Promise<Checked> {
  const database = await openToRead(path, options);
  try {
    if (isLedger(database, path)) return checkLedger(database);
    throw new UsageError(
      `ledger ${printable(path)} is of an earlier version, whose rows have no checksums: the next scan brings it up to date`,
    );
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { rows: 0, pages: [printable((error as Error).message)], faults: [], dangling: [] };
  } finally {
    database.close();
  }
}

/**
 * True for a ledger of this version, false for an earlier one. Raises UsageError for any other file, and for a ledger
 * of a later version.
 */
function isLedger(database: Database, path: string): boolean {
  try {
    database.value('SELECT sum FROM lost');
    return true; // the tables tell more than a damaged header
  } catch (error) {
    if (isDamage(error)) throw error;
  }
  migrate(database, path, 0);
  return false;
}

/** True where the check found no damage. */
export const isClean = ({ pages, faults, dangling }: Checked): boolean =>
  pages.length + faults.length + dangling.length === 0;

function danglingRows(database: Database): string[] {
  try {
    return database
      .prepare(
        `SELECT CAST("table" AS BLOB), CAST(parent AS BLOB), count(*) FROM pragma_foreign_key_check
         GROUP BY 1, 2 LIMIT 20`,
      )
      .all()
      .map(
        ([table, parent, count]) =>
          `${count} row(s) of ${nameOf(table)} refer to what ${nameOf(parent)} lacks`,
      );
  } catch (error) {
    if (!isDamage(error) && !isMissing(error)) throw error;
    return [];
  }
}

const nameOf = (cell: Cell | undefined) =>
  printable(Buffer.from((cell ?? '') as Uint8Array).toString('utf8'));

/** A name beside a file that no other file has: `FILE.damaged-DATE`, then `-2` and so on. */
export function freeName(path: string, now: Date): string {
  const stem = `${path}.damaged-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!existsSync(name)) return name;
  }
}
