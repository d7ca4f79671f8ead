import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { describeWith, programPath } from '../support/programs.js';

let jpg: Buffer;
let holed: Buffer;
let list: HashList;
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  // Zeros between pieces, as programs leave them that write a file here and there.
  holed = Buffer.alloc(600_000);
  jpg.copy(holed);
  for (let at = 100_000; at < 600_000; at += 20_000) holed.write('piece', at);
  list = await listOf(jpg);
});

/** What GNU tar makes of a folder with a picture and a file with holes. */
function packed(...options: readonly string[]): Buffer {
  const folder = tempDir();
  mkdirSync(join(folder, 'd'));
  writeFileSync(join(folder, 'd/holed.jpg'), holed);
  execFileSync(programPath('cp'), ['--sparse=always', 'd/holed.jpg', 'd/a'], { cwd: folder });
  renameSync(join(folder, 'd/a'), join(folder, 'd/holed.jpg'));
  writeFileSync(join(folder, 'd/last.jpg'), jpg);
  const run = (args: readonly string[]) =>
    execFileSync(programPath('tar'), args, { cwd: folder, stdio: 'pipe' });
  run(['-cf', 'a.tar', ...options, 'd']);
  return readFileSync(join(folder, 'a.tar'));
}

describeWith(['tar', 'cp', 'Linux'], 'a tar file of GNU', () => {
  it.each([
    ['--format=gnu'],
    ['--format=oldgnu'],
    ['--format=posix', '--sparse-version=0.1'],
    ['--format=posix', '--sparse-version=1.0'],
  ])('with a file stored without its zeros has it whole: %s %s', async (...options) => {
    const bytes = packed('--sparse', ...options.filter((option) => option !== undefined));
    // It was stored without them.
    expect(bytes.length).toBeLessThan(400_000);
    const results = await resultsInside('a.tar', bytes, { lists: [list] });
    expect(results.find(({ ref }) => ref.member?.endsWith('holed.jpg'))).toMatchObject({
      outcome: 'matched',
      facts: { size: holed.length },
    });
    expect(results.find(({ ref }) => ref.member === 'd/last.jpg')).toMatchObject({ outcome: 'matched' });
    expect(results.at(-1)).toMatchObject({ outcome: 'clear' });
  });

  it('stored so in the one way that is not read says so', async () => {
    const ends = await endsInside('a.tar', packed('--sparse', '--format=posix', '--sparse-version=0.0'));
    expect(ends['a.tar!/d/holed.jpg']).toBe('skipped unsupported-format');
  });

  it('with a label, and one of changes only, holds nothing but its files', async () => {
    for (const options of [
      ['--label=backup'],
      ['--listed-incremental=changes'],
      ['--format=posix', '--label=b'],
    ])
      expect(await endsInside('a.tar', packed(...options), { lists: [list] })).toMatchObject({
        'a.tar!/d/last.jpg': 'matched',
        'a.tar': 'clear',
      });
    const ends = Object.entries(await endsInside('a.tar', packed('--listed-incremental=changes')));
    // Nobody knows what stands behind the picture between the holes.
    expect(ends.filter(([, end]) => end !== 'clear')).toEqual([
      ['a.tar!/d/holed.jpg', 'skipped unknown-format'],
    ]);
  });

  it('whose map does not fit is not clear', async () => {
    const bytes = packed('--sparse', '--format=posix', '--sparse-version=1.0');
    const map = bytes.indexOf('\n', bytes.indexOf('GNU.sparse.realsize'));
    expect(map).toBeGreaterThan(0);
    const at = bytes.indexOf('GNU.sparse.realsize=600000');
    bytes.write('GNU.sparse.realsize=000009', at);
    expect((await endsInside('a.tar', bytes))['a.tar!/d/holed.jpg']).toBe('failed decode/archive-damaged');
  });
});
