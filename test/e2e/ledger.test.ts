import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDriver } from '../../src/ledger/driver.js';
import { bin, demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { settled } from '../support/settled.js';

const driver = await loadDriver();
const known = join(demo, 'known.csv');
let pictures: string;
beforeAll(async () => {
  pictures = tempDir();
  for (let seed = 1; seed <= 6; seed++)
    await draw(seed, 64, 64)
      .png()
      .toFile(join(pictures, `${seed}.png`));
  writeFileSync(join(pictures, 'note.txt'), 'no picture');
  await settled(pictures);
});

/** A copy of the pictures whose times have settled, a ledger of its own, and a list of the first picture. */
async function site() {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (const name of readdirSync(pictures)) copyFileSync(join(pictures, name), join(uploads, name));
  await settled(uploads);
  const list = join(dir, 'known.txt');
  const { stdout } = await hashsieve(['hash', join(uploads, '1.png'), '-a', 'pdq', '-f', 'jsonl']);
  writeFileSync(list, stdout);
  const ledger = join(dir, 'ledger.sqlite');
  const summary = join(dir, 'summary.json');
  const scan = async (...more: string[]) => {
    const ran = await hashsieve([
      'scan',
      uploads,
      '-l',
      list,
      '--ledger',
      ledger,
      '--summary',
      summary,
      ...more,
    ]);
    const text = readFileSync(summary, 'utf8');
    const told = JSON.parse(text) as {
      found: number;
      outcomes: Record<string, number>;
      cache: Record<string, number>;
    };
    return { ...ran, told };
  };
  return { dir, uploads, list, ledger, summary, scan };
}

const matched = (stdout: string) => lines(stdout).filter(({ outcome }) => outcome === 'matched');
const sameButTimes = (text: string) =>
  text.replaceAll(/"detectedAt":"[^"]*"/g, '').replaceAll(/"scanId":"[^"]*"/g, '');

describe('a second scan', () => {
  it('reads nothing that did not change, matches it all the same and says the same', async () => {
    const { scan } = await site();
    const first = await scan();
    const second = await scan();
    expect(first.told.cache.reused).toBe(0);
    expect(second.told.cache.reused).toBe(7);
    expect(second.told.outcomes).toEqual(first.told.outcomes);
    expect(sameButTimes(second.stdout)).toBe(sameButTimes(first.stdout));
    expect(second.code).toBe(10);
  });

  it('matches what it remembers against a list that is new', async () => {
    const { scan, uploads, list } = await site();
    await scan();
    const { stdout } = await hashsieve(['hash', join(uploads, '2.png'), '-a', 'pdq', '-f', 'jsonl']);
    writeFileSync(list, stdout);
    const second = await scan();
    expect(second.told.cache.reused).toBe(7);
    expect(matched(second.stdout).map(({ uri }) => uri)).toEqual([expect.stringContaining('/2.png')]);
  });

  it('reads what changed, and computes for the rest only what is missing', async () => {
    const { scan, uploads, list } = await site();
    await scan();
    copyFileSync(join(uploads, '1.png'), join(uploads, '3.png'));
    const changed = await scan();
    expect(changed.told.cache.reused).toBe(6);
    expect(matched(changed.stdout)).toHaveLength(2);
    const { stdout } = await hashsieve(['hash', join(uploads, '2.png'), '-a', 'pdq,phash', '-f', 'jsonl']);
    writeFileSync(list, stdout);
    expect((await scan()).told.cache.reused).toBe(0);
    const third = await scan();
    expect(third.told.cache.reused).toBe(7);
    expect(matched(third.stdout).map(({ matches }) => (matches as unknown[]).length)).toEqual([2]);
  });

  it('reads everything with --no-cache, and a share with --verify-cache', async () => {
    const { scan, uploads } = await site();
    await scan();
    expect((await scan('--no-cache')).told.cache.reused).toBe(0);
    const verified = await scan('--verify-cache', '1');
    expect(verified.told.cache).toMatchObject({ verified: 7, differed: 0 });
    utimesSync(join(uploads, '4.png'), 1, 1);
    expect((await scan('--verify-cache', '1')).told.cache).toMatchObject({ verified: 6, differed: 0 });
  });

  it('tries again what failed', async () => {
    const { scan, uploads } = await site();
    writeFileSync(join(uploads, 'cut.png'), readFileSync(join(uploads, '1.png')).subarray(0, 60));
    await settled(uploads);
    expect((await scan()).told.outcomes.failed).toBe(1);
    expect((await scan()).told).toMatchObject({ outcomes: { failed: 1 }, cache: { reused: 7 } });
  });
});

/** Spoils the first page of a table, as a failing disk would. */
function damage(ledger: string, table: string): void {
  const database = driver.open(ledger);
  const page = database.value('SELECT rootpage FROM sqlite_schema WHERE name = ?', table);
  const size = database.value('PRAGMA page_size') as number;
  database.close();
  const bytes = readFileSync(ledger);
  bytes.fill(0xff, ((page as number) - 1) * size, (page as number) * size);
  writeFileSync(ledger, bytes);
}

describe('a ledger that is damaged', () => {
  it('is said to be lost, and the scan reads everything anew', async () => {
    const { scan, ledger } = await site();
    const first = await scan();
    damage(ledger, 'assets');
    const second = await scan('--quiet');
    expect(second.stderr.match(/is lost from here on: it is damaged; move it away/g)).toHaveLength(1);
    expect(second).toMatchObject({ code: 11, told: { outcomes: first.told.outcomes } });
    expect(sameButTimes(second.stdout)).toBe(sameButTimes(first.stdout));
    expect((await scan('--fresh')).code).toBe(11);
  });

  it('so that no run can begin is refused where it was asked for, and gone without where not', async () => {
    const { dir, uploads, list } = await site();
    const env = { XDG_STATE_HOME: dir };
    const args = ['scan', uploads, '-l', list];
    const ledger = join(dir, 'hashsieve/ledger.sqlite');
    await hashsieve(args, { env });
    damage(ledger, 'runs');
    expect(await hashsieve([...args, '--ledger', ledger])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot be used: it is damaged; move it away/),
    });
    const ran = await hashsieve(args, { env });
    expect(ran.code).toBe(10);
    expect(ran.stderr).toMatch(/no ledger, every file is read anew: .* it is damaged; move it away/);
  });

  it('leaves a rematch incomplete', async () => {
    const { scan, ledger, list } = await site();
    await scan();
    damage(ledger, 'assets');
    const ran = await hashsieve(['rematch', '-l', list, '--ledger', ledger]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/is lost from here on: it is damaged; move it away/);
  });
});

describe('the ledger of a scan', () => {
  it('is refused while somebody has it to itself, or waited for', async () => {
    const { scan, ledger } = await site();
    await scan();
    const { holdLedger } = await import('../../src/ledger/database.js');
    const { lock } = await holdLedger(ledger);
    const never = join(pictures, 'never.jsonl');
    const refused = await hashsieve(['scan', pictures, '-l', known, '--ledger', ledger, '-o', never]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--wait') });
    expect(readdirSync(pictures)).toHaveLength(7);
    setTimeout(() => lock.close(), 300);
    expect((await scan('--wait')).code).toBe(10);
  });

  it('lies in the state directory, and is not made for files that are named one by one', async () => {
    const state = tempDir();
    const env = { XDG_STATE_HOME: state };
    await hashsieve(['scan', join(pictures, '1.png'), '-l', known], { env });
    expect(readdirSync(state)).toEqual([]);
    await hashsieve(['scan', pictures, '-l', known, '--no-ledger'], { env });
    expect(readdirSync(state)).toEqual([]);
    await hashsieve(['scan', pictures, '-l', known], { env });
    expect(readdirSync(join(state, 'hashsieve'))).toContain('ledger.sqlite');
  });

  it.skipIf(process.platform !== 'linux').each(['/proc', '/proc/self/x', '/dev/null', '/sys/kernel/a/b'])(
    'is done without below %s, where nothing can be made',
    (state) => {
      // Killed, not asked: mkdir of Node that never ends hears no other signal, and hangs at its own end.
      const ran = spawnSync(process.execPath, [bin, 'scan', pictures, '-l', known], {
        env: { PATH: process.env.PATH, XDG_STATE_HOME: state },
        encoding: 'utf8',
        timeout: 30_000,
        killSignal: 'SIGKILL',
      });
      expect(ran.status).toBe(0);
      expect(ran.stderr).toMatch(/no ledger, every file is read anew/);
    },
    40_000,
  );

  it('is done without, and said so, where its directory cannot be written; but not if it was asked for', async () => {
    const state = tempDir();
    writeFileSync(join(state, 'hashsieve'), 'a file in the way');
    const ran = await hashsieve(['scan', pictures, '-l', known], { env: { XDG_STATE_HOME: state } });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/no ledger, every file is read anew/);
    const asked = await hashsieve(['scan', pictures, '-l', known, '--ledger', join(state, 'hashsieve/l')]);
    expect(asked.code).toBe(2);
    rmSync(state, { recursive: true });
  });
});
