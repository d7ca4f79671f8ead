import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDriver } from '../../src/ledger/driver.js';
import { bin, hashsieve, lines, onto, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { itWith, programPath } from '../support/programs.js';
import { random, seed } from '../support/seed.js';
import { settled } from '../support/settled.js';

const driver = await loadDriver();

let uploads: string;
let list: string;
beforeAll(async () => {
  uploads = tempDir();
  list = join(tempDir(), 'known.txt');
  for (let seed = 0; seed < 100; seed++)
    await draw(seed, 200, 150)
      .png()
      .toFile(join(uploads, `${String(seed).padStart(3, '0')}.png`));
  writeFileSync(join(uploads, 'broken.png'), readFileSync(join(uploads, '000.png')).subarray(0, 50));
  const listed = readdirSync(uploads).filter((_, at) => at % 5 === 0);
  const { stdout } = await hashsieve(['hash', ...listed, '-a', 'pdq', '-f', 'jsonl'], { cwd: uploads });
  writeFileSync(list, stdout);
  await settled(uploads);
});

const sameButTimes = (text: string) =>
  text.replaceAll(/"detectedAt":"[^"]*"/g, '"detectedAt":""').replaceAll(/"scanId":"[^"]*"/g, '"scanId":""');

/** A place for the ledger and the outputs of one run, however often it is started. */
function place() {
  const dir = tempDir();
  const files = { ledger: join(dir, 'l'), events: join(dir, 'e.jsonl'), summary: join(dir, 's.json') };
  const args = ['scan', uploads, '-l', list, '--ledger', files.ledger, '-o', files.events];
  return { dir, ...files, args: [...args, '--all', '-j', '1', '--summary', files.summary, '--quiet'] };
}

async function undisturbed() {
  const { args, events, summary } = place();
  const started = performance.now();
  const { code } = await hashsieve(args);
  return {
    code,
    milliseconds: performance.now() - started,
    events: sameButTimes(readFileSync(events, 'utf8')),
    summary: JSON.parse(readFileSync(summary, 'utf8')) as Record<string, unknown>,
  };
}

describe('a run that is killed', () => {
  it('at 50 random moments ends, when it is started again, as one that was not', async () => {
    const whole = await undisturbed();
    expect(lines(whole.events)).toHaveLength(101);
    const next = random(seed);
    let kills = 0;
    let resumed = 0;
    while (kills < 50) {
      const { args, events, summary, ledger, dir } = place();
      const moments: number[] = [];
      for (;;) {
        const moment = kills < 50 ? next() * whole.milliseconds : 60_000;
        const ran = await hashsieve(args, {
          during: (child) => {
            const timer = setTimeout(() => child.kill('SIGKILL'), moment);
            child.on('close', () => clearTimeout(timer));
          },
        });
        if (ran.code !== 'SIGKILL') {
          expect(ran.code, `killed after ${moments}: ${ran.stderr}`).toBe(whole.code);
          break;
        }
        kills += 1;
        moments.push(Math.round(moment));
      }
      const told = `killed after ${moments} ms`;
      expect(sameButTimes(readFileSync(events, 'utf8')), told).toBe(whole.events);
      const counts = JSON.parse(readFileSync(summary, 'utf8')) as Record<string, unknown> & {
        cache: { resumed: number };
      };
      const { found, outcomes, failed, skipped, bytes } = whole.summary;
      expect(counts, told).toMatchObject({ found, outcomes, failed, skipped, bytes });
      resumed += counts.cache.resumed;
      const database = driver.open(ledger);
      expect(database.value('PRAGMA integrity_check'), told).toBe('ok');
      // More than one where the process was killed after its run had ended.
      expect(
        new Set(
          database
            .prepare('SELECT state FROM runs')
            .all()
            .map(([state]) => state),
        ),
        told,
      ).toEqual(new Set(['complete']));
      database.close();
      expect(readdirSync(dir).filter((name) => /jsonl$/.test(name))).toEqual(['e.jsonl']);
    }
    expect(resumed).toBeGreaterThan(0);
  }, 400_000);

  it('is started anew with --fresh', async () => {
    const { args, ledger, summary } = place();
    await hashsieve(args, {
      during: (child) => {
        const timer = setInterval(() => {
          try {
            if (!existsSync(ledger)) return;
            const database = driver.open(ledger);
            const results = database.value('SELECT count(*) FROM results') as number;
            database.close();
            if (results > 0) child.kill('SIGKILL');
          } catch {}
        }, 5);
        child.on('close', () => clearInterval(timer));
      },
    });
    await hashsieve([...args, '--fresh']);
    const { cache } = JSON.parse(readFileSync(summary, 'utf8')) as { cache: { resumed: number } };
    expect(cache.resumed).toBe(0);
  });
});

describe('an output that is lost', () => {
  const stdoutIn = (args: readonly string[]) => args.map((arg) => (arg.endsWith('e.jsonl') ? '-' : arg));
  const intact = (ledger: string) => {
    const database = driver.open(ledger);
    expect(database.value('PRAGMA integrity_check')).toBe('ok');
    database.close();
  };

  itWith(['/dev/full'], 'to a full disk is named, and the next run writes every event', async () => {
    const whole = await undisturbed();
    const { ledger, args, events } = place();
    const ran = await onto('/dev/full', stdoutIn(args));
    expect(ran.code).toBe(11);
    expect(ran.stderr).toMatch(/output standard output is lost from here on: the disk is full/);
    intact(ledger);
    expect((await hashsieve(args)).code).toBe(whole.code);
    expect(sameButTimes(readFileSync(events, 'utf8'))).toBe(whole.events);
  });

  it('to a reader that went away costs no event: the next run writes them all', async () => {
    const { ledger, args, events } = place();
    const ran = await hashsieve(stdoutIn(args), { during: (child) => child.stdout.destroy() });
    expect(ran.code).not.toBe(1);
    intact(ledger);
    await hashsieve(args);
    expect(lines(readFileSync(events, 'utf8'))).toHaveLength(101);
  });

  it('because its directory cannot be written is told before anything is scanned', async () => {
    const { args, dir } = place();
    writeFileSync(join(dir, 'file'), '');
    const lost = args.map((arg) => (arg.endsWith('e.jsonl') ? join(dir, 'file/e.jsonl') : arg));
    expect(await hashsieve(lost)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot be written/),
    });
  });
});

describe('a ledger on a full disk', () => {
  itWith(['bash'], 'is said to be lost, stays intact, and takes no event away', async () => {
    const whole = await undisturbed();
    const { ledger, args, events } = place();
    // A process may not write files beyond this size: to SQLite the same as a disk without space.
    const command = `ulimit -f 160; trap '' XFSZ; exec "$0" "$@"`;
    const { status, stderr } = spawnSync(
      programPath('bash'),
      ['-c', command, process.execPath, bin, ...args],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      },
    );
    expect(stderr).toMatch(/the ledger .* is lost from here on/);
    expect(status).toBe(11);
    expect(sameButTimes(readFileSync(events, 'utf8'))).toBe(whole.events);
    const database = driver.open(ledger);
    expect(database.value('PRAGMA integrity_check')).toBe('ok');
    database.close();
    expect((await hashsieve(args)).code).toBe(whole.code);
    expect(sameButTimes(readFileSync(events, 'utf8'))).toBe(whole.events);
  });
});
