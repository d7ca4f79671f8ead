import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check.js';
import { Ledger } from '../../src/ledger/index.js';
import { currentVersion } from '../../src/ledger/migrations.js';
import { repairLedger } from '../../src/ledger/repair.js';
import type { Table } from '../../src/ledger/table.js';
import { tables } from '../../src/ledger/tables.js';
import { tempDir } from '../support/cli.js';

const set = (number: number) => number.toString(16).padStart(32, '0');
const hit = { category: 'csam', entryId: 'x', question: 0 };

it('remembers what services answered, each by itself; a damaged answer counts as none', async () => {
  const path = join(tempDir(), 'ledger.sqlite');
  const ledger = await Ledger.open(path);
  ledger.answers.keep('shield 1', [
    { set: set(1), at: 5, hits: [] },
    { set: set(2), at: 6, hits: [hit] },
    { set: set(3), at: 7, hits: [] },
  ]);
  ledger.answers.keep('shield 1', [{ set: set(3), at: 8, hits: [hit] }]);
  expect(ledger.answers.recall('shield 1', [set(3), set(9), set(1), set(2)])).toEqual([
    { at: 8, hits: [hit] },
    undefined,
    { at: 5, hits: [] },
    { at: 6, hits: [hit] },
  ]);
  expect(ledger.answers.recall('shield 2', [set(1)])).toEqual([undefined]);

  // A hit that somebody, or a disk, turned into none.
  ledger.database.exec(`UPDATE answers SET hits = '[]' WHERE asked = '${set(2)}'`);
  const told: string[] = [];
  ledger.damage.onDamage = (what) => void told.push(what);
  expect(ledger.answers.recall('shield 1', [set(2)])).toEqual([undefined]);
  expect(told).toEqual([expect.stringContaining('asked again')]);
  ledger.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  ledger.close();

  // libsql lets go of a file only when its statements are collected.
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const repaired = await repairLedger(copy, new Date());
  expect(repaired).toMatchObject({ kept: { answers: 2 }, faults: [{ table: 'answers' }] });
  const mended = await Ledger.open(copy);
  expect(mended.answers.recall('shield 1', [set(1), set(2)])).toEqual([{ at: 5, hits: [] }, undefined]);
  mended.close();
});

it('is sound where it comes from a version that had no answers', async () => {
  const path = join(tempDir(), 'ledger.sqlite');
  const ledger = await Ledger.open(path);
  const later = (Object.values(tables) as unknown as Table[]).filter(
    ({ about }) => about.since !== undefined,
  );
  expect(Math.max(...later.map(({ about }) => about.since!))).toBe(currentVersion);
  for (const { name } of later) ledger.database.exec(`DROP TABLE ${name}`);
  ledger.database.exec(`PRAGMA user_version = ${tables.answers.about.since! - 1}`);
  expect(checkLedger(ledger.database).faults).toEqual([]);
  ledger.close();
  const again = await Ledger.open(path);
  expect(again.answers.recall('shield 1', [set(1)])).toEqual([undefined]);
  again.close();
});
