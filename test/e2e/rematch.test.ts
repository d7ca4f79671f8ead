import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
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
  const half = await hashsieve(['rematch', '-l', list, '-l', unknown, ...ledger]);
  expect(half.code).toBe(11);
  expect(lines(half.stdout)).toMatchObject([{ problem: { code: 'not-computed' } }]);
  expect((await hashsieve(['rematch', '-l', list, '--no-ledger'])).code).toBe(2);
});

it('rematch takes nothing from what an earlier run found, also where its own list is looser or an allow list forgives it', async () => {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  await draw(1, 96, 96).png().toFile(join(uploads, '1.png'));
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ operator }));
  const here = (...args: string[]) =>
    hashsieve([...args, '--config', 'config.json', '--ledger', 'ledger.sqlite', '--quiet'], { cwd: dir });
  const hashes = await hashsieve(['hash', join(uploads, '1.png'), '-a', 'sha256,pdq', '-f', 'jsonl']);
  const { sha256, pdq }: Record<string, string> = Object.fromEntries(
    lines(hashes.stdout).map(({ algorithm, hex }) => [algorithm, hex as string]),
  );
  const list = (name: string, ...rows: string[]) =>
    writeFileSync(join(dir, name), `id,algorithm,hash,category\n${rows.join('\n')}\n`);
  list('ncmec.csv', `ncmec-123,sha256,${sha256},csam`, `ncmec-123,pdq,${pdq},csam`);
  const flipped = pdq!.replace(/^.{7}/, (start) => start.replaceAll(/./g, (digit) => complement(digit)));
  list('other.csv', `other-9,pdq,${flipped},csam`);
  list('allow.csv', `ours,sha256,${sha256},own`);
  const [found] = lines((await here('scan', uploads, '-l', 'ncmec.csv', '-f', 'jsonl')).stdout);
  expect((await here('rematch', '-l', 'other.csv')).code).toBe(10);
  expect((await here('rematch', '-l', 'ncmec.csv', '--allow', 'allow.csv')).code).toBe(0);

  const drafted = async (...more: string[]) => {
    const { stdout, stderr } = await here('report', 'draft', '--to', 'generic', '--again', ...more);
    expect(stdout, stderr).not.toBe('');
    const text = readFileSync(join(dir, stdout.trim(), 'case.json'), 'utf8');
    return (JSON.parse(text) as { files: { event: unknown }[] }).files[0]!.event;
  };
  expect(await drafted('--scan', found!.scanId as string)).toEqual(found);
  expect(await drafted()).toMatchObject({
    detectedAt: found!.detectedAt,
    best: { list: 'other', entryId: 'other-9', distance: 28 }, // the other two are known to be harmless
    matches: [{ entryId: 'other-9' }, { entryId: 'ncmec-123' }, { entryId: 'ncmec-123' }],
  });
  const forgiven = await here('report', 'draft', '--to', 'generic', '--again', '--scan', 'latest');
  expect(forgiven).toMatchObject({ code: 2, stderr: expect.stringContaining('is on an allow list') });
});

const complement = (digit: string): string => (15 - Number.parseInt(digit, 16)).toString(16);
