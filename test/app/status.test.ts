import { expect, it } from 'vitest';
import { decide, ledgerStatus, scan } from '../../src/app/index.js';
import { drawnFolder } from './pictures.js';

it('status tells what is open until somebody decides, and whether the last run was complete', async () => {
  const { uploads, at, list } = await drawnFolder(3);
  const base = { workers: 0, ledger: at('ledger.sqlite'), decisionKey: at('key') };
  const known = await list('known.csv', [1, 2]);
  await scan([uploads], { ...base, list: [known] });
  const before = await ledgerStatus({ ...base, list: [known, at('gone.csv')] });
  expect(before).toMatchObject({
    detections: { total: 2, open: 2, decided: 0, drafted: 0, filed: 0 },
    unread: 0,
    waiting: {},
    listDays: { [known]: 0, [at('gone.csv')]: null },
    isDue: true,
  });
  expect(before.runs).toMatchObject([{ command: 'scan', hasEnded: true, isComplete: true }]);
  await decide(before.open, { ...base, reviewer: 'ann', decision: 'handled' });
  expect(await ledgerStatus(base)).toMatchObject({
    detections: { open: 0, decided: 2, handled: 2 },
    isDue: false,
  });
  await scan([uploads, at('nowhere')].slice(0, 1), { ...base, list: [known], maxBytes: 10 });
  expect(await ledgerStatus(base)).toMatchObject({ isDue: true, unread: 3 });
});
