import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { comparePictures, matchHashes, selftest } from '../../src/app/index.js';
import { all } from '../support/answers.js';
import { drawnFolder, here, listener } from './pictures.js';

it('hashes are looked up by themselves, from a file, and from the input', async () => {
  const { list, hashOf, at } = await drawnFolder(2);
  const known = await list('known.csv', [1]);
  const both = await list('both.csv', [1, 2]);
  const options = { workers: 0, list: [known] };
  const [one, two] = [await hashOf(1), await hashOf(2)];
  const { answers, complete } = await matchHashes([one, `pdq:${two}`, both], options);
  expect(complete).toBe(true);
  expect(answers.map(({ query, matchCount }) => [query, matchCount])).toEqual([
    [one, 1],
    [`pdq:${two}`, 0],
    ['entry-1', 1],
    ['entry-2', 0],
  ]);
  const input = await matchHashes(
    ['-'],
    { ...options, listAlgorithm: 'pdq' },
    {
      openInput: () => Readable.from(Buffer.from(`${one}\n`)),
    },
  );
  expect(input.answers).toMatchObject([{ matchCount: 1 }]);
  await expect(matchHashes(['-'], options)).rejects.toThrow('no standard input');
  await expect(matchHashes([at('nowhere')], options)).rejects.toThrow(
    'neither a hexadecimal hash nor a file',
  );
  await expect(matchHashes(['abcd'], options)).rejects.toThrow('hold no hashes of 4');
});

it('a file of hashes of which a row cannot be read is looked up as far as it goes, and is not complete', async () => {
  const { list, at, hashOf } = await drawnFolder(1);
  const known = await list('known.csv', [1]);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(at('rows.txt'), `no hash\n${await hashOf(1)}\n`);
  const { heard, voice } = listener();
  const answer = await matchHashes([at('rows.txt')], { list: [known], listAlgorithm: 'pdq' }, { voice });
  expect(answer).toMatchObject({ complete: false, answers: [{ matchCount: 1 }] });
  expect(heard.join('\n')).toContain('rows.txt line 1');
});

it('two pictures are compared, and what is none is told', async () => {
  const { picture, at, uploads } = await drawnFolder(2);
  const compared = await comparePictures([picture(1), picture(1)], { ...here, algorithms: ['pdq', 'md5'] });
  expect(compared).toMatchObject({
    outcome: 'compared',
    distances: [
      { algorithm: 'pdq', distance: 0, verdict: 'match' },
      { algorithm: 'md5', verdict: 'same file' },
    ],
  });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(at('text.txt'), 'no picture');
  expect(await comparePictures([picture(1), at('text.txt')], here)).toMatchObject({ outcome: 'unread' });
  await expect(comparePictures([picture(1), uploads], here)).rejects.toThrow('two files or URLs');
});

it('the alarm rings with any list, and the test says of each copy whether it does', async () => {
  const { list } = await drawnFolder(1);
  const checks = await all(selftest({ ...here, list: [await list('known.csv', [1])] }));
  expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(checks.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['list known: 1 entries', 'output jsonl', 'scan would end with exit code 10']),
  );
});
