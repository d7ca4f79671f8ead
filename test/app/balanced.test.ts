import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scan } from '../../src/app/index.js';
import { drawnFolder, here, listener } from './pictures.js';

it('a scan says where balanced finds less than strict, and only there', async () => {
  const { picture, at } = await drawnFolder(1);
  const rows = Array.from({ length: 2000 }, (_, n) =>
    createHash('sha256').update(`${n}`).digest('hex').slice(0, 16),
  );
  writeFileSync(at('phash.txt'), `${rows.map((hex) => `phash ${hex}`).join('\n')}\n`);
  const warned = async (strictness: 'strict' | 'balanced', list: string) => {
    const { heard, voice } = listener();
    await scan([picture(1)], { ...here, list: [list], strictness }, { voice });
    return heard.filter((line) => line.includes('finds less than strict'));
  };
  expect(await warned('balanced', at('phash.txt'))).toEqual([expect.stringMatching(/^warning: phash: .*6/)]);
  expect(await warned('strict', at('phash.txt'))).toEqual([]);
  writeFileSync(
    at('few.txt'),
    `${rows
      .slice(0, 900)
      .map((hex) => `phash ${hex}`)
      .join('\n')}\n`,
  );
  expect(await warned('balanced', at('few.txt'))).toEqual([]);
});
