import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDrivers, type Database } from '../../src/ledger/driver.js';
import { root } from '../support/cli.js';

const drivers = await allDrivers();
const pairs = drivers.flatMap((one) => drivers.map((other) => ({ one, other })));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  path = join(folder, 'd');
});
afterEach(() => rmSync(folder, { recursive: true }));

const codeOf = (step: () => unknown): unknown => {
  try {
    step();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'nothing was raised';
};

describe.each(drivers)('$name keeps the contract of drivers', (driver) => {
  const table = 'CREATE TABLE t (a INTEGER, b TEXT, c BLOB) STRICT';
  const opened: Database[] = [];
  const open = (timeout = 0) => {
    const database = driver.open(path, { timeout });
    opened.push(database);
    return database;
  };
  afterEach(() => {
    for (const database of opened.splice(0))
      try {
        database.close();
      } catch {}
  });

  it('gives rows as arrays of what was written, and nothing besides', () => {
    const database = open();
    database.exec(`${table}; INSERT INTO t VALUES (7, 'x', NULL)`);
    const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?)');
    expect(insert.run(1_700_000_000_000, 'é', Uint8Array.of(0, 255))).toEqual({
      changes: 1,
      lastInsertRowid: 2,
    });
    database.prepare('INSERT INTO t VALUES (@a, @b, @c)').run({ c: Buffer.from('c'), b: null, a: null });
    const rows = database.prepare('SELECT * FROM t').all();
    expect(rows.map((row) => row.map((cell) => (cell instanceof Uint8Array ? [...cell] : cell)))).toEqual([
      [7, 'x', null],
      [1_700_000_000_000, 'é', [0, 255]],
      [null, null, [99]],
    ]);
    expect(rows.every(Array.isArray)).toBe(true);
    expect(database.prepare('SELECT a FROM t WHERE a = ?').get(8)).toBeUndefined();
    expect(database.value('SELECT count(*) FROM t')).toBe(3);
    expect(database.value('PRAGMA user_version')).toBe(0);
    expect(database.prepare('UPDATE t SET b = ? WHERE a = 7 RETURNING a').get('y')).toEqual([7]);
  });

  it.each([[null], [Uint8Array.of(1)], ['text'], [1]])('takes %j as the only parameter', (value) => {
    const database = open();
    database.exec('CREATE TABLE t (v ANY) STRICT');
    database.prepare('INSERT INTO t VALUES (?)').run(value);
    const [cell] = database.prepare('SELECT v FROM t').get()!;
    expect(cell instanceof Uint8Array ? Uint8Array.from(cell) : cell).toEqual(value);
  });

  it('reads text as bytes, whole: with NUL in it, and where it is no UTF-8', () => {
    const database = open();
    database.exec(table);
    database.prepare('INSERT INTO t (b) VALUES (?)').run('a\0b');
    database.exec("INSERT INTO t (b) VALUES (CAST(x'61ff62' AS TEXT))");
    const rows = database.prepare('SELECT CAST(b AS BLOB) FROM t').all();
    expect(rows.map(([bytes]) => [...(bytes as Uint8Array)])).toEqual([
      [97, 0, 98],
      [97, 255, 98],
    ]);
  });

  it('undoes a transaction that raises, and keeps one that does not', () => {
    const database = open();
    database.exec(table);
    const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
    expect(database.transact(() => insert.run(1).changes)).toBe(1);
    expect(() =>
      database.transact(() => {
        insert.run(2);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(database.prepare('SELECT a FROM t').all()).toEqual([[1]]);
  });

  it('names its errors as SQLite does', () => {
    const database = open();
    database.exec(`${table}; CREATE UNIQUE INDEX i ON t (a); INSERT INTO t (a) VALUES (1)`);
    expect(codeOf(() => database.exec('nonsense'))).toBe('SQLITE_ERROR');
    expect(codeOf(() => database.prepare('SELECT z FROM t'))).toBe('SQLITE_ERROR');
    expect(codeOf(() => database.prepare('INSERT INTO t (a) VALUES (?)').run(1))).toBe('SQLITE_CONSTRAINT');
    expect(codeOf(() => driver.open(join(folder, 'no/such/folder')))).toBe('SQLITE_CANTOPEN');
    writeFileSync(join(folder, 'n'), 'x'.repeat(5000));
    const none = driver.open(join(folder, 'n'));
    expect(codeOf(() => none.exec('PRAGMA journal_mode = WAL'))).toBe('SQLITE_NOTADB');
    none.close();
    const other = open();
    other.exec('BEGIN EXCLUSIVE');
    expect(codeOf(() => database.exec('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY');
  });

  it('names damage as such', () => {
    const database = open();
    database.exec(`${table}; INSERT INTO t (b) VALUES ('x')`);
    const page = database.value("SELECT rootpage FROM sqlite_schema WHERE name = 't'") as number;
    const size = database.value('PRAGMA page_size') as number;
    database.close();
    writeFileSync(path, readFileSync(path).fill(0xff, (page - 1) * size, page * size));
    expect(codeOf(() => open().prepare('SELECT a FROM t').all())).toBe('SQLITE_CORRUPT');
  });

  it('holds nothing once an answer was given, whatever of it was taken', () => {
    const database = open();
    database.exec(`${table}; INSERT INTO t (a) VALUES (1), (2), (3)`);
    const select = database.prepare('SELECT a FROM t');
    expect(select.get()).toEqual([1]);
    const other = open();
    other.exec('BEGIN EXCLUSIVE; INSERT INTO t (a) VALUES (4); COMMIT');
    expect(select.all()).toHaveLength(4);
    other.exec('BEGIN EXCLUSIVE; COMMIT');
  });

  it('lets go of a file when it is closed, with statements left', () => {
    const database = open();
    database.exec(table);
    database.prepare('SELECT a FROM t').all();
    database.exec('BEGIN EXCLUSIVE');
    database.close();
    open().exec('BEGIN EXCLUSIVE');
  });

  it('leaves all that was written in the file itself when it is closed, with statements left', () => {
    const database = open();
    database.exec(`PRAGMA journal_mode = WAL; ${table}; INSERT INTO t (a) VALUES (5)`);
    database.prepare('SELECT a FROM t').all();
    database.close();
    copyFileSync(path, join(folder, 'copy'));
    const copy = driver.open(join(folder, 'copy'));
    opened.push(copy);
    expect(copy.prepare('SELECT a FROM t').all()).toEqual([[5]]);
  });

  it('waits for others as long as it was told to', () => {
    expect(open(1234).value('PRAGMA busy_timeout')).toBe(1234);
    expect(open().value('PRAGMA busy_timeout')).toBe(0);
  });
});

/** A process that has the database open by another driver, and does what it is told. */
async function holder(name: string) {
  const script = `
    const open = ${name === 'libsql' ? "(p) => new (require('libsql'))(p)" : "(p) => new (process.getBuiltinModule('node:sqlite').DatabaseSync)(p)"};
    const database = open(process.argv[1]);
    process.stdin.on('data', (sql) => {
      database.exec(String(sql));
      console.log('done');
    });`;
  const child = spawn(process.execPath, ['-e', script, path], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exec = async (sql: string) => {
    child.stdin.write(sql);
    await once(child.stdout, 'data');
  };
  const end = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { exec, end };
}

// Two libraries in one process would share its locks, as POSIX has it.
describe.each(pairs)('$one.name and $other.name in another process', ({ one, other }) => {
  it('read what the other wrote, and keep its locks, which end with it', async () => {
    const first = one.open(path, { timeout: 0 });
    first.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (5)');
    const second = await holder(other.name);
    await second.exec('BEGIN EXCLUSIVE; INSERT INTO t VALUES (6)');
    expect(codeOf(() => first.exec('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY');
    await second.exec('COMMIT');
    expect(first.prepare('SELECT a FROM t').all()).toEqual([[5], [6]]);
    await second.exec('BEGIN EXCLUSIVE; INSERT INTO t VALUES (7)');
    expect(codeOf(() => first.exec('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY');
    await second.end();
    first.exec('BEGIN EXCLUSIVE; COMMIT');
    expect(first.value('SELECT count(*) FROM t')).toBe(2);
    expect(first.value('PRAGMA integrity_check')).toBe('ok');
    first.close();
  });
});
