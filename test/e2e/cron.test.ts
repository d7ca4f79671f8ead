import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { owner, takeLock } from '../../src/files/index.js';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const known = join(demo, 'known.csv');
let uploads: string;
let dir: string;
let args: string[];
beforeAll(async () => {
  dir = tempDir();
  uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (let seed = 0; seed < 30; seed++)
    await draw(seed, 320, 320)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  cpSync(join(uploads, '0.png'), join(dir, 'before/a.jpg'));
  for (const name of ['after', 'staged']) cpSync(join(demo, 'uploads/holiday.jpg'), join(dir, name, 'a.jpg'));
  args = ['scan', uploads, '-l', known, '--ledger', join(dir, 'l')];
});
const text = (name: string) => readFileSync(join(dir, name), 'utf8');
const summaryOf = () =>
  JSON.parse(text('s.json')) as { found: number; cache: { leftOut: number; resumed: number } };

describe('a scheduled scan', () => {
  it('with --quiet says nothing where nothing is wrong', async () => {
    expect(await hashsieve([...args, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('with --budget stops cleanly, and the next run goes on', async () => {
    const ledger = ['--ledger', join(dir, 'budget'), '--summary', join(dir, 's.json')];
    const first = await hashsieve([...args.slice(0, -2), ...ledger, '--budget', '1ms', '-j', '1']);
    expect(first.code).toBe(3);
    expect(first.stderr).toMatch(/the time of --budget is up; the next run of the same plan goes on/);
    const second = await hashsieve([...args.slice(0, -2), ...ledger]);
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/finishing the run that was interrupted/);
    expect(summaryOf().found).toBe(30);
  });

  it('is begun anew, not finished, where an allow list or a list is no longer what it was', async () => {
    const [list, allow] = [join(dir, 'changing.csv'), join(dir, 'allow.csv')];
    const row = (hex: string) => `sha256,id\n${hex},one\n`;
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    writeFileSync(list, row(digest('a')));
    writeFileSync(allow, row(digest('a')));
    const scan = ['scan', uploads, '-l', list, '--allow', allow, '--ledger', join(dir, 'changing')];
    const cut = () => hashsieve([...scan, '--budget', '1ms', '-j', '1']);
    const finishes = async () => /finishing the run/.test((await hashsieve(scan)).stderr);
    await cut();
    expect(await finishes()).toBe(true);
    await cut();
    writeFileSync(allow, row(digest('b')));
    expect(await finishes()).toBe(false);
    await cut();
    writeFileSync(list, row(digest('b')));
    expect(await finishes()).toBe(false);
  });

  it('removes what a killed run has left of its files, and nothing that is in use', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const here = (pid: number) => owner.replace(/\d+$/, `${pid}`);
    const elsewhere = `00000000-${gone}`; // another container on the same directory, with numbers of its own
    const events = join(dir, 'e.jsonl');
    const stale = ['e.jsonl', 'beat.json', 'm.prom', 's.json'].map((name) => `${name}.${here(gone)}.part`);
    const old = `s.json.${elsewhere}.part`;
    const others = [
      ...[`e.jsonl.${here(process.pid)}.part`, `e.jsonl.${elsewhere}.part`, `beat.json.${elsewhere}.part`],
      ...[`e.jsonl.${gone}.part`, `e.jsonl.x.part`, `other.jsonl.${here(gone)}.part`],
    ];
    for (const name of [...stale, old, ...others]) writeFileSync(join(dir, name), '{"half": ');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(join(dir, old), yesterday, yesterday);
    const files = ['-o', events, '--heartbeat', join(dir, 'beat.json'), '--metrics', join(dir, 'm.prom')];
    expect((await hashsieve([...args, ...files, '--summary', join(dir, 's.json')])).code).toBe(0);
    const left = readdirSync(dir).filter((name) => name.endsWith('.part'));
    expect(left.sort()).toEqual(others.sort());
    for (const name of others) rmSync(join(dir, name));
  });

  it('with --since looks only at what is newer than the last complete run, unless the list is', async () => {
    const list = join(dir, 'list.csv');
    writeFileSync(list, readFileSync(known));
    const since = [...args.slice(0, 2), '-l', list, '--ledger', join(dir, 'since')];
    const scan = () => hashsieve([...since, '--since', '--summary', join(dir, 's.json')]);
    expect((await scan()).code).toBe(0);
    expect(summaryOf()).toMatchObject({ found: 30, cache: { leftOut: 0 } });
    expect((await scan()).code).toBe(0);
    expect(summaryOf()).toMatchObject({ found: 0, cache: { leftOut: 30 } });
    await draw(99, 64, 64).png().toFile(join(uploads, 'new.png'));
    expect((await scan()).code).toBe(0);
    expect(summaryOf()).toMatchObject({ found: 1, cache: { leftOut: 30 } });
    writeFileSync(list, `${readFileSync(known, 'utf8')}\n`);
    await scan();
    expect(summaryOf()).toMatchObject({ found: 31, cache: { leftOut: 0 } });
  });

  describe('with --since leaves out nothing that it never saw, however old that is:', () => {
    /** Scans with a ledger of its own. */
    const site = (name: string, what: readonly string[]) => {
      const of = ['--ledger', join(dir, `${name}.ledger`), '--summary', join(dir, 's.json'), '-l', known];
      return (...more: string[]) => hashsieve(['scan', ...what, ...of, '--since', ...more]);
    };

    it('a folder that was moved here', async () => {
      const place = join(dir, 'moved');
      cpSync(join(dir, 'before'), place, { recursive: true });
      const scan = site('moved', [place]);
      expect((await scan()).code).toBe(0);
      renameSync(join(dir, 'staged'), join(place, 'more'));
      expect((await scan()).code).toBe(10);
      expect(summaryOf()).toMatchObject({ found: 1, cache: { leftOut: 1 } });
    });

    it('a folder that took the place of another, behind a link or not', async () => {
      const place = join(dir, 'current');
      symlinkSync(join(dir, 'before'), place);
      const scan = site('linked', [place, '--follow-symlinks']);
      expect((await scan()).code).toBe(0);
      rmSync(place);
      symlinkSync(join(dir, 'after'), place);
      expect((await scan()).code).toBe(10);
    });

    it('a line that was added to a list of paths, of a file that another scan saw', async () => {
      const list = join(dir, 'paths.txt');
      const [clear, match] = [join(dir, 'before/a.jpg'), join(dir, 'after/a.jpg')];
      writeFileSync(list, `${clear}\n`);
      const scan = site('listed', ['--files-from', list]);
      expect((await scan()).code).toBe(0);
      expect((await site('listed', [match])('--no-fail')).code).toBe(0);
      writeFileSync(list, `${clear}\n${match}\n`);
      expect((await scan()).code).toBe(10);
      expect(summaryOf()).toMatchObject({ found: 1, cache: { leftOut: 1 } });
    });
  });

  it('with --lock is refused while another run holds the file', async () => {
    const lock = join(dir, 'lock');
    const held = await takeLock(lock);
    const locked = [...args, '--no-ledger', '--lock', lock];
    const who = `process ${process.pid} on ${hostname()} since 2`;
    const refused = await hashsieve(locked);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`lock ${lock} is held by ${who}`),
    });
    let told = '';
    const waited = await hashsieve([...locked, '--wait'], {
      during: ({ stderr }) =>
        stderr.on('data', (text: string) => {
          if (told === '' && text.includes('waiting')) void held.release();
          told += text;
        }),
    });
    expect(waited.code).toBe(0);
    expect(told).toContain(`hashsieve: waiting for lock ${lock}, held by ${who}`);
  });

  it('with --lock leaves a file alone that is no lock', async () => {
    const known = join(dir, 'no-lock.csv');
    writeFileSync(known, 'md5\n');
    expect(await hashsieve([...args, '--no-ledger', '--lock', known])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no-lock\.csv is no lock, but a file that holds something/),
    });
    expect(readFileSync(known, 'utf8')).toBe('md5\n');
  });

  it.each([['--budget', '20m'], ['--since'], ['--resume']])(
    'with %s and no ledger is refused: it would begin with the same files every time',
    async (...option) => {
      const needs = new RegExp(
        `^hashsieve: ${option[0]} needs the ledger, .*or leave out ${option[0]}$`,
        'm',
      );
      const run = (more: string[], env = {}) =>
        hashsieve([...args.slice(0, -2), '-q', ...option, ...more], { env });
      for (const ran of [
        await run(['--no-ledger']),
        // No place for one, and one that cannot be used.
        await run([], { HOME: '', XDG_STATE_HOME: '' }),
        await run([], { HOME: '', XDG_STATE_HOME: '/dev/null' }),
        await run(['--ledger', join(uploads, '1.png')]),
      ])
        expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(needs) });
      expect(existsSync(join(uploads, '1.png-lock'))).toBe(false);
      const one = ['scan', join(uploads, '1.png'), '-l', known];
      const ledger = join(dir, 'one.sqlite');
      expect((await hashsieve([...one, ...option, '--ledger', ledger])).code).toBe(0);
      expect((await hashsieve([...one, ...option], { env: { XDG_STATE_HOME: dir } })).code).toBe(0);
      expect(existsSync(join(dir, 'hashsieve/ledger.sqlite'))).toBe(true);
    },
  );

  it('tells monitoring what happened, and when it last went well', async () => {
    const watch = ['--heartbeat', join(dir, 'beat.json'), '--metrics', join(dir, 'm.prom')];
    expect((await hashsieve([...args, ...watch])).code).toBe(0);
    const beat = JSON.parse(text('beat.json')) as { lastSuccess: string };
    expect(beat).toMatchObject({ state: 'ended', exitCode: 0, outcomes: { failed: 0 } });
    const metrics = text('m.prom');
    for (const line of metrics.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) hashsieve_\w+ .+|hashsieve_\w+\{plan="[^"]+"(,\w+="[^"]*")?\} [\d.e+-]+)$/,
      );
    expect(metrics).toMatch(/^hashsieve_assets\{.*,outcome="clear"\} 31$/m);
    expect(metrics).toMatch(/^hashsieve_run_complete\{.*\} 1$/m);
    expect(metrics).toMatch(/^hashsieve_list_age_seconds\{.*,list="known"\} \d/m);

    writeFileSync(join(uploads, 'cut.png'), readFileSync(join(uploads, '1.png')).subarray(0, 60));
    expect((await hashsieve([...args, ...watch])).code).toBe(3);
    expect(JSON.parse(text('beat.json'))).toMatchObject({ exitCode: 3, lastSuccess: beat.lastSuccess });
    expect(text('m.prom')).toMatch(/^hashsieve_run_complete\{.*\} 0$/m);
    expect(text('m.prom')).toMatch(/^hashsieve_failures\{.*,code="[a-z/-]+"\} 1$/m);
    expect(text('m.prom')).toMatch(/^hashsieve_last_success_timestamp_seconds\{.*\} \d/m);
  });

  it('with --log-format json writes a JSON object a line', async () => {
    const { stderr } = await hashsieve([...args, '--log-format', 'json']);
    expect(lines(stderr)[0]).toMatchObject({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warning',
      message: expect.stringMatching(/^Scanned 32 assets/),
    });
  });
});
