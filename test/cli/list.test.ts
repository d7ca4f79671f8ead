import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './run.js';

let directory: string;
const at = (name: string) => join(directory, name);
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const pdq = createHash('sha256').update('pdq').digest('hex');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hashsieve-list-'));
  writeFileSync(
    at('known.csv'),
    `id,md5,pdq,category\n7,${md5('7')},${pdq},csam\n8,${md5('8')},,exploitative\nbad,xyz,,\n`,
  );
  writeFileSync(at('own.txt'), `${md5('7')}\n`);
});
afterAll(() => rmSync(directory, { recursive: true }));

const compile = (...more: string[]) =>
  run(['list', 'compile', at('known.csv'), at('own.txt'), '-o', at('known.hsx'), ...more], { directory });

describe('list compile', () => {
  it('writes one file that --list opens, with the answers of its lists', async () => {
    const compiled = await compile();
    // A line of known.csv is no hash: what the others hold is compiled, and the code says that one is missing.
    expect(compiled).toMatchObject({ code: 3, stdout: '' });
    expect(compiled.stderr).toMatch(/known\.csv line 4: not a hexadecimal hash/);
    expect(compiled.stderr).toMatch(/known\.hsx: 3 md5, 1 pdq; \d+ bytes in [\d.]+ s\nsha256 [0-9a-f]{64}\n/);

    const hash = `pdq:${pdq.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}`;
    for (const query of [hash, `md5:${md5('7')}`, `md5:${md5('9')}`]) {
      const plain = await run(['match', query, '--list', at('known.csv'), '--list', at('own.txt'), '-q'], {
        directory,
      });
      const quick = await run(['match', query, '--list', at('known.hsx')], { directory });
      expect(quick.stdout).toBe(plain.stdout);
      expect(quick.code).toBe(plain.code);
    }
  });

  it('says what is wrong, code 2', async () => {
    expect(await run(['list', 'compile', at('known.csv')], { directory })).toMatchObject({ code: 2 });
    expect((await compile('--strict')).stderr).toMatch(/known\.csv line 4/);
    await compile();
    const again = await run(['list', 'compile', at('known.hsx'), '-o', at('x.hsx')], { directory });
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toMatch(/compiled already/);
    const nowhere = await run(['list', 'compile', at('own.txt'), '-o', at('none/x.hsx')], { directory });
    expect(nowhere.stderr).toMatch(/none\/x\.hsx cannot be written/);
    const twice = await run(
      ['match', `md5:${md5('7')}`, '--list', at('known.hsx'), '--list', at('own.txt')],
      { directory },
    );
    expect(twice.stderr).toMatch(/two lists are named "own"/);
  });
});

describe('list info', () => {
  it('tells counts, digests and the date', async () => {
    await compile();
    const text = await run(['list', 'info', at('known.hsx')], { directory });
    expect(text.stdout).toMatch(/list known: 2 entries \(2 md5, 1 pdq; 2 csam, 1 exploitative\)/);
    expect(text.stdout).toMatch(/md5: 3 hashes, 2 of them distinct/);
    const [info] = JSON.parse(
      (await run(['list', 'info', at('known.hsx'), '-f', 'json'], { directory })).stdout,
    );
    const sha256 = createHash('sha256')
      .update(readFileSync(at('own.txt')))
      .digest('hex');
    expect(info.lists[1]).toEqual({
      name: 'own',
      entries: 1,
      sha256,
      hashes: { md5: 1 },
      categories: { csam: 1 },
      read: { lines: 1, unread: 0 },
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(Date.parse(info.created)).toBeGreaterThan(Date.now() - 600_000);
  });
});

describe('list verify', () => {
  it('passes a sound file, and refuses a damaged or another one with code 2', async () => {
    const sha256 = /sha256 (\w+)/.exec((await compile()).stderr)![1]!;
    const verify = (...more: string[]) => run(['list', 'verify', at('known.hsx'), ...more], { directory });
    expect(await verify('--sha256', sha256.toUpperCase())).toMatchObject({ code: 0 });
    expect((await verify('--sha256', md5('7').repeat(2))).stderr).toMatch(/not the file that --sha256 names/);
    expect((await verify('--sha256', 'x')).code).toBe(2);
    const bytes = readFileSync(at('known.hsx'));
    bytes[5000]! ^= 1;
    writeFileSync(at('known.hsx'), bytes);
    const damaged = await verify();
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toMatch(/known\.hsx: 1 of \d+ pages are damaged \(0\)/);
  });
});
