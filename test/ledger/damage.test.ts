import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command.js';
import { UsageError } from '../../src/core/errors.js';
import { detectionEvent } from '../../src/core/event.js';
import { emptySummary } from '../../src/core/summary.js';
import type { ScanResult } from '../../src/core/types.js';
import { fileUri } from '../../src/core/uri.js';
import { algorithmBits } from '../../src/fingerprints/index.js';
import { checkLedger, isClean } from '../../src/ledger/check.js';
import { loadDriver } from '../../src/ledger/driver.js';
import { Ledger } from '../../src/ledger/index.js';
import { repairLedger } from '../../src/ledger/repair.js';
import { loadList } from '../../src/lists/load.js';
import { rememberedRun } from '../../src/runs/remembered-run.js';
import { createScanner, type Scanner } from '../../src/scanner/scanner.js';
import { draw } from '../support/draw.js';
import { seed } from '../support/seed.js';
import { settled } from '../support/settled.js';
import { zip } from '../support/zip.js';

const driver = await loadDriver();
const trials = Number(process.env.DAMAGE_TRIALS ?? 80);
let home: string;
let scanner: Scanner;
let refs: { uri: string }[];
/** A ledger after two runs, with what it is to be compared with. */
let sound: string;
let expected: string[];

/** Numbers 0…1 that are the same for the same seed. */
function numbers(from: number) {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const told = (result: ScanResult): string =>
  JSON.stringify({
    outcome: result.outcome,
    uri: result.ref.uri,
    member: result.ref.member,
    code:
      result.outcome === 'failed' ? result.code : result.outcome === 'skipped' ? result.reason : undefined,
    matches: result.outcome === 'matched' ? result.matches : undefined,
  });

/** One scan that remembers: what it ends as, what it says, and whether it counts as complete. */
async function scan(path: string, values: object = {}) {
  const lines: string[] = [];
  const ledger = await Ledger.open(path);
  ledger.damage.onDamage = (what) => lines.push(what);
  try {
    ledger.targets = ['desk'];
    const context = { args: ['x'], values, terminal: { say: (line: string) => lines.push(line) } };
    const run = await rememberedRun(context as unknown as CommandContext, scanner, ledger);
    const source = (async function* () {
      for (const ref of refs) yield { kind: 'asset' as const, ref };
    })();
    const ends: string[] = [];
    for await (const some of run.results(source, () => {}, new AbortController().signal))
      for (const { result, at, event, settle } of some) {
        ends.push(told(result));
        const about = { scanId: run.id, toolVersion: '1', lists: scanner.lists, now: at };
        settle(result.outcome === 'matched' ? (event ?? detectionEvent(result, about)) : undefined);
      }
    run.end({ ...emptySummary(), found: ends.length }, { ended: true, complete: true });
    const events = ledger.damage.found > 0 || run.broken ? undefined : ledger.detections.all();
    return { ends: ends.sort(), lines, broken: run.broken, reused: run.cache.reused, events };
  } finally {
    ledger.close();
  }
}

/** What a target is told of now: the ids of detections. */
async function deliver(path: string): Promise<string[]> {
  const ledger = await Ledger.open(path);
  const ids: string[] = [];
  try {
    for (let next = ledger.outbox.next('desk'); next; next = ledger.outbox.next('desk')) {
      ids.push(...next.events.map(({ id }) => id));
      ledger.outbox.delivered(next.message, 7);
    }
    return ids.sort();
  } finally {
    ledger.close();
  }
}

let delivered: string[];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  const uploads = join(home, 'uploads');
  mkdirSync(uploads);
  const pictures = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((one) => draw(one, 64, 64).png().toBuffer()));
  for (const [at, bytes] of pictures.slice(0, 5).entries()) writeFileSync(join(uploads, `${at}.png`), bytes);
  writeFileSync(
    join(uploads, 'a.zip'),
    zip([
      { name: 'in.png', bytes: pictures[5]! },
      { name: 'b.png', bytes: pictures[6]! },
    ]),
  );
  writeFileSync(join(uploads, 'note.txt'), 'no picture');
  await settled(uploads);
  refs = ['0.png', '1.png', '2.png', '3.png', '4.png', 'a.zip', 'note.txt'].map((name) => ({
    uri: fileUri(Buffer.from(join(uploads, name))),
  }));
  const bare = createScanner({ algorithms: ['pdq'], views: 'none', side: 'list', workers: 0 });
  const hashes: string[] = [];
  const listed = (async function* () {
    for (const ref of [refs[1]!, refs[5]!]) yield { kind: 'asset' as const, ref };
  })();
  for await (const one of bare.fingerprint(listed))
    if (!('outcome' in one))
      hashes.push(...one.fingerprints.filter(({ algorithm }) => algorithm === 'pdq').map(({ hex }) => hex));
  await bare.close();
  const list = join(home, 'list.csv');
  writeFileSync(list, `pdq\n${[...new Set(hashes)].join('\n')}\n`);
  const { list: known } = await loadList({ path: list, algorithms: algorithmBits });
  scanner = createScanner({ lists: [known], views: 'none', workers: 0 });
  sound = join(home, 'sound');
  const first = await scan(sound);
  expected = first.ends;
  expect(expected.filter((end) => end.includes('"matched"')).length).toBeGreaterThan(1);
  delivered = await deliver(sound);
  expect(delivered.length).toBeGreaterThan(1);
  const second = await scan(sound);
  expect(second).toMatchObject({ ends: expected, broken: false, reused: expected.length });
});
afterAll(async () => {
  await scanner.close();
  rmSync(home, { recursive: true });
});

let made = 0;
const copied = (): string => {
  const path = join(home, `t${made++}`);
  copyFileSync(sound, path);
  return path;
};

interface Column {
  readonly table: string;
  readonly column: string;
}

function columnsOf(): Column[] {
  const database = driver.open(sound);
  const rows = database
    .prepare(
      `SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
       WHERE s.type = 'table' AND c.pk = 0`,
    )
    .all();
  database.close();
  return rows.map(([table, column]) => ({ table: String(table), column: String(column) }));
}

/** Flips a bit or overwrites a byte of one cell, as text of any content. */
function damageCell(path: string, { table, column }: Column, random: () => number): string {
  const database = driver.open(path);
  try {
    const key = database
      .prepare(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0`)
      .all()
      .map(([name]) => String(name));
    const rows = database
      .prepare(`SELECT ${key.join(', ')}, typeof(${column}), CAST(${column} AS BLOB) FROM ${table}`)
      .all();
    if (rows.length === 0) return `${table}.${column}: no rows`;
    const row = rows[Math.floor(random() * rows.length)]!;
    const [type, bytes] = [row[key.length], row[key.length + 1]];
    const where = key.map((name) => `${name} = ?`).join(' AND ');
    const update = (sql: string) => database.prepare(`UPDATE ${table} SET ${column} = ${sql} WHERE ${where}`);
    const keys = row.slice(0, key.length);
    if (type === 'integer')
      update(`${column} ${random() < 0.5 ? '+' : '-'} ${1 << Math.floor(random() * 20)}`).run(...keys);
    else if (type !== 'null' && (bytes as Uint8Array).length > 0) {
      const changed = Buffer.from(bytes as Uint8Array);
      const at = Math.floor(random() * changed.length);
      changed[at] =
        random() < 0.5 ? changed[at]! ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256);
      const cut = random() < 0.2 ? changed.subarray(0, at) : changed;
      update(type === 'text' ? 'CAST(? AS TEXT)' : '?').run(cut, ...keys);
    }
    return `${table}.${column} of row ${keys.join(' ')}`;
  } catch (error) {
    // A constraint says no.
    return `${table}.${column}: ${(error as Error).message}`;
  } finally {
    database.close();
  }
}

function damageFile(path: string, random: () => number): string {
  const bytes = readFileSync(path);
  const places = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
    Math.floor(random() * bytes.length),
  );
  for (const at of places) bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
  writeFileSync(path, bytes);
  return `bytes ${places.join(' ')}`;
}

/** Whatever happened to a ledger: a scan says what one without it says, or the ledger is refused in one line. */
async function mustHold(path: string, what: string): Promise<'refused' | 'told' | 'whole'> {
  try {
    const { ends, broken, lines } = await scan(path);
    expect(ends, what).toEqual(expected);
    if (broken) expect(lines.length, what).toBeGreaterThan(0);
    const again = await deliver(path).catch((error: unknown) => {
      expect((error as { code?: string }).code, what).toMatch(/^(SQLITE|LEDGER)_/);
      return [];
    });
    expect(again, `${what}: nobody is told twice`).toEqual([]);
    return broken ? 'told' : 'whole';
  } catch (error) {
    if (error instanceof UsageError) return 'refused';
    throw new Error(`${what}: ${(error as Error).stack}`, { cause: error });
  }
}

/** Then it can be mended, and is whole, and no detection that could be read is lost. */
async function mustMend(path: string, what: string): Promise<void> {
  try {
    await repairLedger(path, new Date(0));
  } catch (error) {
    if (error instanceof UsageError) return;
    throw new Error(`${what}: ${(error as Error).stack}`, { cause: error });
  }
  const database = driver.open(path);
  const checked = checkLedger(database);
  database.close();
  expect(isClean(checked), `${what}: ${JSON.stringify(checked)}`).toBe(true);
  const after = await scan(path);
  expect(after.ends, what).toEqual(expected);
  expect(await deliver(path), `${what}: nobody is told twice`).toEqual([]);
}

it('an index that names what was delivered as waiting: nobody is told twice, and telling ends', async () => {
  const path = copied();
  const database = driver.open(path);
  database.exec(`
    DROP INDEX outbox_waiting;
    CREATE INDEX outbox_waiting ON outbox (target);
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = 'CREATE INDEX outbox_waiting ON outbox (target) WHERE delivered_at IS NULL'
    WHERE name = 'outbox_waiting';
  `);
  database.close();
  expect(await deliver(path)).toEqual([]);
});

describe(`a ledger that was damaged at random (HASHSIEVE_SEED=${seed})`, () => {
  it(`in a cell, ${trials} times: no crash, no result that differs, nobody told twice; and it can be mended`, async () => {
    const random = numbers(seed);
    const columns = columnsOf();
    for (let trial = 0; trial < trials; trial++) {
      const path = copied();
      const column = columns[trial % columns.length]!;
      const what = `seed ${seed}, trial ${trial}: ${damageCell(path, column, random)}`;
      await mustHold(path, what);
      await mustMend(path, what);
    }
  }, 400_000);

  it(`in bytes of its file, ${trials} times: the same`, async () => {
    const random = numbers(seed + 1);
    for (let trial = 0; trial < trials; trial++) {
      const path = copied();
      const what = `seed ${seed}, trial ${trial}: ${damageFile(path, random)}`;
      await mustHold(path, what);
      await mustMend(path, what);
    }
  }, 400_000);
});
