import { createHash } from 'node:crypto';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import {
  addToList,
  describeList,
  diffLists,
  exportLists,
  mergeLists,
  removeFromList,
  scan,
  syncLists,
} from '../../src/app/index.js';
import { Ncmec } from '../exchanges/stand-in.js';
import { all } from '../support/answers.js';
import { lines } from '../support/cli.js';
import { drawnFolder, here } from './pictures.js';

/** Of no picture. */
const md5 = `md5:${createHash('md5').update('x').digest('hex')}`;

const toClose: Ncmec[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
});

it('what is put on a list of one’s own is found, and no more once it is taken off', async () => {
  const { at, picture, uploads } = await drawnFolder(2);
  const own = at('own.jsonl');
  const options = { ...here, fromImage: [picture(2)], algorithms: ['pdq'], note: 'ticket 4711', by: 'anna' };
  const [id, ...others] = await addToList(own, [], options);
  expect(others).toEqual([]);
  expect(lines(readFileSync(own, 'utf8'))[0]).toMatchObject({ id, by: 'anna', note: 'ticket 4711' });
  expect(await addToList(own, [md5], { id: 'ours' })).toEqual(['ours']);
  const found = await scan([uploads], { ...here, list: [own] });
  expect(found.summary.outcomes).toMatchObject({ matched: 1, clear: 1 });
  expect(await removeFromList(own, [id!])).toBeGreaterThan(0);
  const after = await scan([uploads], { ...here, list: [own] });
  expect(after.summary.outcomes).toMatchObject({ matched: 0, clear: 2 });
});

it('what must not be added is not, nor by halves', async () => {
  const { at, picture } = await drawnFolder(1);
  const own = at('own.jsonl');
  await expect(addToList(own, ['md5:xyz'])).rejects.toThrow('written with its algorithm in front');
  await expect(addToList(own, [`pdq:${'0'.repeat(64)}`])).rejects.toThrow(
    'would match what it does not mean',
  );
  const both = { ...here, fromImage: [picture(1), at('nowhere.png')] };
  await expect(addToList(own, [], both)).rejects.toThrow('no such file');
  expect(existsSync(own)).toBe(false);
  await addToList(own, [md5], { id: 'a' });
  const before = readFileSync(own, 'utf8');
  await expect(removeFromList(own, ['a', 'b'])).rejects.toThrow('no entry "b"');
  expect(readFileSync(own, 'utf8')).toBe(before);
});

it('lists are merged, compared, told and written in another format', async () => {
  const { at, list } = await drawnFolder(3);
  const [a, b] = [await list('a.csv', [1, 2]), await list('b.csv', [2, 3])];
  const merged = await mergeLists([a, b], { outputFile: at('all.jsonl') });
  expect(merged).toEqual({ written: 3, repeats: 1, isHalfRead: false });
  expect(await describeList(at('all.jsonl'))).toMatchObject({ entries: 3, hashes: { pdq: 3 } });
  const { changes } = await diffLists([a, at('all.jsonl')]);
  expect([...changes]).toMatchObject([{ change: 'came', id: 'entry-3', algorithm: 'pdq' }]);
  const hex = { exportFormat: 'hex', outputFile: at('all.txt') };
  expect(await exportLists([a, b], hex)).toMatchObject({ written: 4, unwritten: 0 });
  expect(lines(JSON.stringify(readFileSync(at('all.txt'), 'utf8').trim().split('\n').length))).toEqual([4]);
  const none = { ...hex, outputFile: at('none.txt'), onlyAlgorithm: ['md5'] };
  expect(await exportLists([a], none)).toMatchObject({ written: 0 });
  expect(existsSync(at('none.txt'))).toBe(false);
  await expect(exportLists([a], {})).rejects.toThrow('-o FILE');
});

it('a sync brings a list up to date, and one that fails takes no other with it', async () => {
  const { at } = await drawnFolder(0);
  const server = new Ncmec();
  toClose.push(server);
  server.entries = [1, 2, 3].map((n) => ({
    id: `e${n}`,
    time: new Date(Date.UTC(2024, 0, n)).toISOString(),
  }));
  const url = `${await server.listen()}/hs`;
  const list = (name: string, more: object = {}) => ({
    ...{ type: 'ncmec', url, category: 'csam', allowPrivate: true, path: at(`${name}.jsonl`) },
    ...more,
  });
  const exchanges = {
    locked: list('locked'),
    gone: list('gone', { url: `${url}/gone` }),
    known: list('known'),
  };
  const secrets = (name: string) => ({
    [`HASHSIEVE_LIST_${name}_USER`]: 'user',
    [`HASHSIEVE_LIST_${name}_PASSWORD`]: 'secret-password',
  });
  const environment = { ...secrets('KNOWN'), ...secrets('GONE') };
  const around = { config: { blocks: { exchanges } }, environment };
  const ended = await all(syncLists([], { quiet: true }, around));
  expect(ended).toMatchObject([
    { name: 'locked', outcome: 'refused', message: expect.stringContaining('credentials') },
    { name: 'gone', outcome: 'failed' },
    { name: 'known', outcome: 'synced', synced: { changes: { came: 3 } } },
  ]);
  expect(await describeList(at('known.jsonl'))).toMatchObject({ entries: 3 });
  await expect(all(syncLists(['other'], {}, around))).rejects.toThrow('no list "other"');
});

it('a description says what a list can find: shares of algorithms, age, entries that only a plug-in could compute', async () => {
  const { at } = await drawnFolder(0);
  const md5 = (digit: string) => `${digit.repeat(30)}a1`;
  const photodna = Buffer.alloc(144, 7).toString('base64');
  const rows = [`a,${md5('1')},`, `b,${md5('2')},${photodna}`, `c,,${photodna}`, `d,,${photodna}`];
  writeFileSync(at('mixed.csv'), `id,md5,photodna\n${rows.join('\n')}\n`);
  utimesSync(at('mixed.csv'), new Date(), new Date(Date.now() - 3.5 * 86_400_000));
  expect(await describeList(at('mixed.csv'))).toMatchObject({
    entries: 2,
    ageDays: 3,
    finds: 'exact',
    shares: { md5: 0.4, photodna: 0.6 },
    notUsable: { kinds: { photodna: 3 }, entriesOfOnlyThese: 2 },
  });
  writeFileSync(
    at('pdq.csv'),
    `id,pdq\na,d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6b39c4e9c9b22\n`,
  );
  expect(await describeList(at('pdq.csv'))).toMatchObject({ finds: 'altered', shares: { pdq: 1 } });
});
