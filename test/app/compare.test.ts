import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawing } from '../../bench/accuracy/drawings.mjs';
import { addToList, comparePictures } from '../../src/app/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { here, listener } from './pictures.js';

it('two pictures are compared as a scan would, and the look that comes so near is told', async () => {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  await draw(3, 640, 480).png().toFile(at('plain.png'));
  await draw(3, 640, 480).flop().jpeg().toFile(at('mirrored.jpg'));
  await draw(3, 640, 480)
    .extend({ top: 60, bottom: 60, left: 60, right: 60, background: '#000' })
    .jpeg()
    .toFile(at('bordered.jpg'));
  const pdqOf = async (one: string, other: string) => {
    const compared = await comparePictures([at(one), at(other)], { ...here, algorithms: ['pdq'] });
    if (compared.outcome !== 'compared') throw new TypeError(compared.outcome);
    return compared.distances[0];
  };
  expect(await pdqOf('plain.png', 'mirrored.jpg')).toMatchObject({ verdict: 'match', view: 'flipY' });
  expect(await pdqOf('plain.png', 'bordered.jpg')).toMatchObject({ verdict: 'match', picture: 2 });
  const turned = await pdqOf('bordered.jpg', 'plain.png');
  expect(turned).toMatchObject({ verdict: 'match', picture: 1 });
  expect(turned!.view).toMatch(/^trimmed/);
  const same = await pdqOf('plain.png', 'plain.png');
  expect(same).toMatchObject({ distance: 0, view: 'upright' });
  expect(same).not.toHaveProperty('picture');
});

it('a plain picture is put on a list by its bytes, and what that means is said', async () => {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  await sharp({ create: { width: 200, height: 150, channels: 3, background: '#357' } })
    .png()
    .toFile(at('plain.png'));
  const { heard, voice } = listener();
  await addToList(
    at('own.jsonl'),
    [],
    { ...here, fromImage: [at('plain.png')], algorithms: ['pdq'] },
    { voice },
  );
  const rows = readFileSync(at('own.jsonl'), 'utf8').trim().split('\n');
  expect(rows.map((row) => Object.keys(JSON.parse(row) as object))).toEqual([
    expect.arrayContaining(['id', 'sha256']),
  ]);
  expect(heard.join('\n')).toMatch(/sha256 is listed, which only files of exactly the same bytes match/);
});

it('whoever lists a logo is told that its copies are possible matches at most', async () => {
  const dir = tempDir();
  const logo = join(dir, 'logo.png');
  // The decoder closes all loaders but a few when it is first used; drawings are SVG.
  sharp.unblock({ operation: ['VipsForeignLoad'] });
  await sharp(Buffer.from(drawing('logo', 3)))
    .flatten()
    .png()
    .toFile(logo);
  const { heard, voice } = listener();
  await addToList(join(dir, 'own.jsonl'), [], { ...here, fromImage: [logo] }, { voice });
  expect(heard.join('\n')).toMatch(/little detail.*at most a possible match/);
});
