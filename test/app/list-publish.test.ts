import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addToList, publishLists, scan } from '../../src/app/index.js';
import { lines } from '../support/cli.js';
import { drawnFolder, here } from './pictures.js';

const consent = 'may be shared among admins';

it('own removals are published in three forms, each of which finds the picture elsewhere, and notes stay', async () => {
  const { at, picture, uploads } = await drawnFolder(2);
  const own = at('own.jsonl');
  const about = { ...here, fromImage: [picture(2)], algorithms: ['pdq', 'sha256'], by: 'anna' };
  await addToList(own, [], { ...about, id: '7', note: 'ticket 4711 of the user bob' });
  const published = await publishLists([own], { publishTo: at('public'), consent });
  expect(published.map(({ written }) => written)).toEqual([5, 6, 5]);
  for (const { path } of published) {
    expect(readFileSync(path, 'utf8')).not.toContain('bob');
    const { summary } = await scan([uploads], { ...here, list: [path], category: 'own' });
    expect(summary.outcomes).toMatchObject({ matched: 1, clear: 1 });
  }
  const [signals, table, events] = published.map(({ path }) => readFileSync(path, 'utf8'));
  expect(signals).toMatch(/^(pdq [0-9a-f]{64}\n){5}$/);
  expect(table).toMatch(
    /^id,algorithm,hash,category,added,by,consent\n7,sha256,[0-9a-f]{64},own,[^,]+,anna,may be/,
  );
  const [event] = lines(events!) as [{ state_key: string; content: { 'm.pdqhash': { quality: string } } }];
  expect(event).toEqual({
    type: 'm.policy.media_hash',
    state_key: signals!.slice(4, 68),
    content: {
      'm.pdqhash': { hash: event.state_key, quality: expect.stringMatching(/^\d+$/) },
      reason: 'own',
    },
  });
});

it('what others supplied is not published, nor anything without words of consent', async () => {
  const { at } = await drawnFolder(1);
  const list = at('known.csv');
  writeFileSync(list, `pdq,category\n${'0123456789abcdef'.repeat(4).replace(/.$/, '0')},csam\n`);
  const [first] = await publishLists([list], { publishTo: at('public'), consent });
  expect(first!.written).toBe(0);
  expect(existsSync(first!.path)).toBe(false);
  await expect(publishLists([list], { publishTo: at('public') })).rejects.toThrow('--consent');
});
