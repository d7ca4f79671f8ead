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

/** A row that is as it was written. */
export interface Sound {
  readonly table: Table;
  readonly values: Readonly<Record<string, Cell>>;
}

/** Somewhere that is not. */
export interface Fault {
  readonly table: TableName;
  /** The row or the place, in words. */
  readonly what: string;
}

const jsonColumns: Readonly<Record<string, readonly string[]>> = {
  runs: ['lists', 'summary'],
  shapes: ['shape'],
  crafts: ['recipes'],
  assets: ['body'],
  events: ['event'],
  submissions: ['record'],
  outbox_partly: ['reached'],
};

/** Every row of a ledger, table by table, past what cannot be read; `fault` is told of each that is damaged. */
export function* everyRow(database: Database, fault: (fault: Fault) => void): Generator<Sound> {
  for (const name of Object.keys(tables) as TableName[]) {
    try {
      yield* rowsOf(database, name, fault);
    } catch (error) {
      if (!isDamage(error) && !isMissing(error)) throw error;
      fault({ table: name, what: `cannot be read: ${printable((error as Error).message)}` });
    }
  }
}

/** The table is gone, or not what it was made as. */
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

/** What the checksum of a row that was sealed as it was found (version 8) does not say. Raises Damage. */
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

/** What SQLite itself finds wrong with the file, at most 20 lines. */
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
  /** Rows that are as they were written. */
  readonly rows: number;
  /** Of SQLite's own structure, a line each. */
  readonly pages: readonly string[];
  readonly faults: readonly Fault[];
  /** References to rows that are not there, a line each. */
  readonly dangling: readonly string[];
}

/** Reads every row of a ledger and SQLite's own structure of it. */
export function checkLedger(database: Database): Checked {
  const faults: Fault[] = [];
  let rows = 0;
  for (const _ of everyRow(database, (fault) => faults.push(fault))) rows += 1;
  return { rows, pages: brokenPages(database), faults, dangling: danglingRows(database) };
}

/**
 * The same of a ledger that may be in use. Raises UsageError where there is none, or the file is one of another program
 * or of a later version.
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

/** True for a ledger of this version. Raises UsageError for what is none, or of a later one. */
function isLedger(database: Database, path: string): boolean {
  try {
    database.value('SELECT sum FROM lost');
    return true; // whatever its header says
  } catch (error) {
    if (isDamage(error)) throw error;
  }
  migrate(database, path, 0);
  return false;
}

/** True where nothing was found damaged. */
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

/** A name beside a file that nobody has: `FILE.damaged-DATE`, then `-2` and so on. */
export function freeName(path: string, now: Date): string {
  const stem = `${path}.damaged-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!existsSync(name)) return name;
  }
}
