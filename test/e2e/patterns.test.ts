import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';

/** Quoted globs, which no shell has expanded. */

const dir = tempDir();
const scan = (...args: readonly string[]) =>
  hashsieve(['scan', ...args, '--all', '--format', 'jsonl'], { cwd: dir });
const found = (stdout: string) =>
  lines(stdout).map(({ uri, outcome }) => `${outcome} ${String(uri).slice(`file://${dir}/`.length)}`);

beforeAll(() => {
  cpSync(join(demo, 'uploads'), join(dir, 'up'), { recursive: true });
  mkdirSync(join(dir, 'lists'));
  for (const name of ['a.csv', 'b.csv']) cpSync(join(demo, 'known.csv'), join(dir, 'lists', name));
});

describe('a quoted glob', () => {
  it('as a target is what it matches, and many: a ledger remembers it', async () => {
    const args = ['up/**/*.{jpg,png}', '--list', 'lists/a.csv', '--ledger', 'l', '--summary', 's.json'];
    const first = await scan(...args);
    expect(first.code, first.stderr).toBe(10);
    expect(found(first.stdout)).toContain('matched up/holiday.jpg');
    expect(found(first.stdout).filter((one) => !/\.(jpg|png)$/.test(one))).toEqual([]);
    const again = await scan(...args);
    expect(found(again.stdout)).toEqual(found(first.stdout));
    const { cache } = JSON.parse(readFileSync(join(dir, 's.json'), 'utf8')) as { cache: { reused: number } };
    expect(cache.reused).toBeGreaterThan(0);
  });

  it('that is the name of a file means the file', async () => {
    cpSync(join(dir, 'up/holiday.jpg'), join(dir, '[h]*.jpg'));
    const { code, stdout } = await scan('[h]*.jpg', '--list', 'lists/a.csv', '--no-ledger');
    expect(code).toBe(10);
    expect(found(stdout)).toEqual([expect.stringMatching(/^matched .*h.*\.jpg$/)]);
    renameSync(join(dir, 'lists/b.csv'), join(dir, 'lists/*.csv'));
    const one = await scan('up/holiday.jpg', '--list', 'lists/*.csv', '--no-ledger');
    expect(one.code, one.stderr).toBe(10);
    expect(one.stderr).toContain('against * (3 entries)');
    renameSync(join(dir, 'lists/*.csv'), join(dir, 'lists/b.csv'));
  });

  it('that matches nothing is code 2 and named, unless finding nothing is no error', async () => {
    const none = await scan('up/*.tiff', '--list', 'lists/a.csv', '--no-ledger');
    expect(none).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('up/*.tiff: no such file'),
    });
    expect((await scan('up/*.tiff', '--list', 'lists/a.csv', '--no-ledger', '--allow-empty')).code).toBe(0);
    const list = await scan('up', '--list', 'lists/*.tsv', '--no-ledger');
    expect(list).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('lists/*.tsv: no such file'),
    });
  });

  it('for --list and --allow is every file that it matches', async () => {
    const both = await scan('up/holiday.jpg', '--list', 'lists/[ab].csv', '--no-ledger');
    expect(both.stderr).toContain('against a (3 entries), b (3 entries)');
    const hash = lines((await hashsieve(['hash', 'up/holiday.jpg', '-f', 'jsonl'], { cwd: dir })).stdout);
    mkdirSync(join(dir, 'allowed'));
    writeFileSync(join(dir, 'allowed/ours.jsonl'), `${JSON.stringify(hash[0])}\n`);
    const allowed = await scan(
      'up/holiday.jpg',
      '--list',
      'lists/a.csv',
      '--allow',
      'allow*/*.jsonl',
      '--no-ledger',
    );
    expect(lines(allowed.stdout)).toMatchObject([{ outcome: 'matched', suppressed: { list: 'ours' } }]);
    expect(allowed.code).toBe(0);
  });
});
