import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

it('rematch finds on a new list what was scanned before and is gone since, and calls nothing clear that it cannot', async () => {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (const seed of [1, 2, 3])
    await draw(seed, 96, 96)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  const hashes = async (algorithm: string) =>
    (await hashsieve(['hash', join(uploads, '2.png'), '-a', algorithm, '-f', 'jsonl'])).stdout;
  const list = join(dir, 'new.jsonl');
  writeFileSync(list, await hashes('pdq'));
  const unknown = join(dir, 'phash.jsonl');
  writeFileSync(unknown, await hashes('phash'));
  const ledger = ['--ledger', join(dir, 'ledger.sqlite')];
  expect((await hashsieve(['scan', uploads, '-l', join(demo, 'known.csv'), ...ledger])).code).toBe(0);
  rmSync(uploads, { recursive: true });

  const found = await hashsieve(['rematch', '-l', list, ...ledger]);
  expect(found.code).toBe(10);
  expect(lines(found.stdout)).toMatchObject([
    { schema: 'hashsieve/event/1', uri: expect.stringContaining('/2.png') },
  ]);
  const notComputed = await hashsieve(['rematch', '-l', unknown, ...ledger]);
  expect(notComputed).toMatchObject({ code: 3, stderr: expect.stringMatching(/not-computed 3/) });
  expect((await hashsieve(['rematch', '-l', list, '--no-ledger'])).code).toBe(2);
});
