import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const dir = tempDir();
const at = (name: string) => join(dir, name);
const picture = at('listed.png');
let hash = '';
const far = (seed: number) => (Math.imul(seed + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8);

beforeAll(async () => {
  await draw(3).png().toFile(picture);
  hash = String(lines((await hashsieve(['hash', picture, '-a', 'pdq'])).stdout)[0]!.hex);
});

function list(name: string, ...rows: readonly (string | readonly string[])[]): string {
  writeFileSync(at(name), `${rows.flat().join('\n')}\n`);
  return at(name);
}
/** As cron runs it. */
const scan = (known: string, ...more: readonly string[]) =>
  hashsieve([
    'scan',
    picture,
    '--list',
    known,
    '--algorithm',
    'pdq',
    '-q',
    '--no-ledger',
    '-o',
    at('events.jsonl'),
    ...more,
  ]);
const summary = () => JSON.parse(readFileSync(at('s.json'), 'utf8'));

describe('a list of which a line cannot be read', () => {
  it('is told in the cron mode, by line and never by hash, counted, and ends with 3', async () => {
    const known = list('typo.csv', 'hash,algorithm', `${far(1)},pdq`, `${hash},pqd`, `${far(2)},pqd`);
    const files = ['--summary', at('s.json'), '--metrics', at('m.prom')];
    const { code, stderr } = await scan(known, ...files);
    expect(code).toBe(3);
    const [told] = stderr.split('\n').filter((line) => line.includes('typo.csv'));
    expect(told).toMatch(/2 of 3 lines could not be read: line 3 \(the algorithm "pqd" is not known.*\), 4$/);
    expect(stderr).not.toContain(hash.slice(0, 12));
    expect(summary()).toMatchObject({
      unreadListLines: 2,
      lists: [{ name: 'typo', lines: 3, unread: 2 }],
      exitCode: 3,
    });
    const metrics = readFileSync(at('m.prom'), 'utf8');
    expect(metrics).toContain(`hashsieve_list_unread_lines{plan="${picture}",list="typo"} 2\n`);
    expect(metrics).toContain(`hashsieve_run_complete{plan="${picture}"} 0\n`);
    expect((await scan(known, '--strict')).code).toBe(2);
  });

  it('ends with 11 beside a match, and with 10 where it was one line of more than a thousand', async () => {
    expect((await scan(list('a.txt', hash, 'no hash at all'))).code).toBe(11);
    const many = Array.from({ length: 1000 }, (_, row) => far(row));
    const { code, stderr } = await scan(list('b.txt', hash, ...many.slice(0, 999), 'none'));
    expect([code, stderr]).toEqual([
      10,
      expect.stringContaining('1 of 1001 lines could not be read: line 1001'),
    ]);
    expect((await scan(list('c.txt', hash, ...many, 'none', 'none'))).code).toBe(11);
  });

  it('counts where it is an allow list, and for match and rematch', async () => {
    const allow = list('allow.jsonl', `{"id":"x","pqd":"${far(1)}"}`, `{"id":"y","pdq":"${far(2)}"}`);
    const known = list('known.txt', far(7));
    expect((await scan(known, '--allow', allow, '--summary', at('s.json'))).code).toBe(3);
    expect(summary().lists).toEqual([
      { name: 'known', lines: 1, unread: 0 },
      { name: 'allow', lines: 2, unread: 1 },
    ]);
    const bad = list('bad.txt', far(7), `pqd ${hash}`);
    expect(
      await hashsieve(['match', `pdq:${far(9)}`, '--list', bad, '--algorithm', 'pdq', '-q']),
    ).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('1 of 2 lines could not be read'),
    });
    const ledger = ['--ledger', at('ledger')];
    const folder = tempDir();
    copyFileSync(picture, join(folder, 'a.png'));
    expect(
      (await hashsieve(['scan', folder, '--list', known, '--algorithm', 'pdq', '-q', ...ledger])).code,
    ).toBe(0);
    const again = await hashsieve([
      'rematch',
      '--list',
      bad,
      '--algorithm',
      'pdq',
      '-q',
      '--allow-empty',
      ...ledger,
    ]);
    expect([again.code, again.stderr]).toEqual([
      3,
      expect.stringContaining('1 of 2 lines could not be read'),
    ]);
  });

  it('is remembered by the list that is compiled of it', async () => {
    const bad = list('bad.txt', far(7), `pqd ${hash}`);
    const compiled = await hashsieve([
      'list',
      'compile',
      bad,
      '--algorithm',
      'pdq',
      '-q',
      '-o',
      at('bad.hsx'),
    ]);
    expect([compiled.code, existsSync(at('bad.hsx'))]).toEqual([3, true]);
    const { code, stderr } = await scan(at('bad.hsx'), '--summary', at('s.json'));
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('1 of 2 lines of list bad could not be read'),
    ]);
    expect(summary().unreadListLines).toBe(1);
  });

  it('is not hidden by what is made of it', async () => {
    const bad = list('bad.txt', far(7), `pqd ${hash}`);
    const reading = ['--algorithm', 'pdq', '-q'];
    expect((await hashsieve(['list', 'export', bad, ...reading, '-o', at('out.jsonl')])).code).toBe(3);
    expect((await hashsieve(['list', 'merge', bad, ...reading, '-o', at('out.jsonl')])).code).toBe(3);
    expect((await hashsieve(['list', 'diff', bad, bad, ...reading])).code).toBe(3);
    expect((await hashsieve(['list', 'diff', at('out.jsonl'), at('out.jsonl'), '-q'])).code).toBe(0);
  });
});

describe('a picture that matches more listed hashes than a call takes arguments', () => {
  it('is one event with the nearest hundred and the count of all', async () => {
    const listed = 130_000;
    const rows = Array.from({ length: listed }, (_, row) => `e${row},${hash},own`);
    const known = list(
      'many.csv',
      'id,pdq,category',
      rows,
      `far,${hash.replace(/^./, (d) => (Number.parseInt(d, 16) ^ 1).toString(16))},csam`,
    );
    const { code, stderr } = await scan(known, '-o', at('events.csv'), '-o', at('events.txt'));
    expect([code, stderr]).toEqual([10, expect.not.stringContaining('RangeError')]);
    const [event] = lines(readFileSync(at('events.jsonl'), 'utf8'));
    expect(event).toMatchObject({ matchCount: listed + 1, best: { entryId: 'e0' } });
    expect(event!.matches).toHaveLength(100);
    expect((event!.matches as { entryId: string }[]).at(-1)!.entryId).toBe('far');
    expect(readFileSync(at('events.txt'), 'utf8')).toContain(`+${listed} more`);
    expect(readFileSync(at('events.csv'), 'utf8')).toContain(`+${listed - 99} more`);
    const match = await hashsieve(['match', `pdq:${hash}`, '--list', known, '--format', 'text', '-q']);
    expect([match.code, match.stdout.trim().split('\n').length]).toEqual([10, 101]);
  }, 120_000);
});
