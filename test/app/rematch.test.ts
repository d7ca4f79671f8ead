import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkLedgerFile, rematch, scan } from '../../src/app/index.js';
import type { OutputRecord } from '../../src/outputs/types.js';
import { drawnFolder } from './pictures.js';

it('a rematch finds what is gone by now on a new list, and says what was never computed', async () => {
  const { uploads, at, list } = await drawnFolder(3);
  const ledger = { workers: 0, ledger: at('ledger.sqlite') };
  const lists = await Promise.all([
    list('first.csv', [1]),
    list('second.csv', [2, 3]),
    list('third.csv', [1], 'phash'),
  ]);
  expect(await scan([uploads], { ...ledger, list: [lists[0]!] })).toMatchObject({ code: 10 });
  rmSync(uploads, { recursive: true });
  const records: OutputRecord[] = [];
  const found = await rematch(
    { ...ledger, list: [lists[1]!] },
    {},
    { onRecord: (record) => records.push(record) },
  );
  expect(found).toMatchObject({
    code: 10,
    why: [],
    summary: { found: 3, outcomes: { matched: 2, clear: 1 } },
  });
  expect(records.map((record) => record.uri.replace(/.*\//, '')).sort()).toEqual(['2.png', '3.png']);
  const lacking = await rematch({ ...ledger, list: [lists[2]!] });
  expect(lacking).toMatchObject({ code: 3, why: ['unseen'], summary: { skipped: { 'not-computed': 3 } } });

  expect(await checkLedgerFile(ledger)).toMatchObject({ damage: [], rows: expect.any(Number) });
});

it('a rematch without a ledger is refused', async () => {
  const { list } = await drawnFolder(1);
  await expect(rematch({ list: [await list('a.csv', [1])], useLedger: false })).rejects.toThrow(
    'rematch needs the ledger',
  );
});
