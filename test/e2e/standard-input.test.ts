import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
const holiday = join(demo, 'uploads/holiday.jpg');
const picture = readFileSync(holiday);
const lastLine = (stderr: string) => stderr.trim().split('\n').at(-1);

describe('standard input', () => {
  it('is one asset, under the name that it is given', async () => {
    const args = ['scan', '-', '--list', known];
    const named = await hashsieve([...args, '--stdin-name', 'a b/ü!.jpg'], { input: picture });
    expect(named.code).toBe(10);
    expect(lines(named.stdout).map(({ uri }) => uri)).toEqual(['stdin:a%20b%2F%C3%BC%21.jpg']);
    const unnamed = await hashsieve(args, { input: picture });
    expect(lines(unnamed.stdout).map(({ uri }) => uri)).toEqual(['stdin:']);
    expect((await hashsieve(args, { input: '' })).code).toBe(3);
    const large = await hashsieve([...args, '--all', '--max-bytes', '1kB'], { input: picture });
    expect([large.code, lines(large.stdout)[0]?.code]).toEqual([3, 'too-large']);
  });

  it('is read once, and only where it is asked for', async () => {
    const twice = await hashsieve(['scan', '-', '--urls', '-', '--list', known]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('only once')]);
    const name = await hashsieve(['scan', holiday, '--stdin-name', 'x', '--list', known]);
    expect([name.code, name.stderr]).toEqual([2, expect.stringContaining('--stdin-name')]);
  });
});

describe('a run', () => {
  it('in which no picture was looked at says so at its end', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'notes.txt'), 'nothing to see');
    const none = await hashsieve(['scan', dir, '--list', known]);
    expect(lastLine(none.stderr)).toBe('No picture at all was looked at.');
    const summary = join(dir, 'summary.json');
    const some = await hashsieve([
      'scan',
      holiday,
      join(dir, 'notes.txt'),
      '--list',
      known,
      '--summary',
      summary,
    ]);
    expect(some.stderr).not.toContain('No picture at all');
    expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({ pictures: 1 });
  });

  it('is incomplete over links out of what it scans, and says both ways out', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'site'));
    mkdirSync(join(dir, 'store'));
    cpSync(holiday, join(dir, 'store/a.jpg'));
    mkdirSync(join(dir, 'site/2026'));
    writeFileSync(join(dir, 'site/2026/notes.txt'), 'nothing to see');
    symlinkSync('../store', join(dir, 'site/album'));
    symlinkSync('2026', join(dir, 'site/latest'));
    const site = join(dir, 'site');
    const scan = (...args: string[]) => hashsieve(['scan', ...args, '--list', known]);
    const plain = await scan(site);
    expect(plain.code).toBe(3);
    expect(plain.stderr).toMatch(/1 symbolic link leads out .*--follow-symlinks .*--ignore-symlinks/);
    expect((await scan(site, '--ignore-symlinks')).code).toBe(0);
    expect((await scan(site, '--follow-symlinks')).code).toBe(10);
    const both = await scan(site, join(dir, 'store'));
    expect([both.code, lines(both.stdout).filter(({ outcome }) => outcome === 'matched').length]).toEqual([
      10, 1,
    ]);
    expect((await scan(site, '--ignore-symlinks', '--follow-symlinks')).code).toBe(2);
  });
});
