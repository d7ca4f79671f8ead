import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const known = join(demo, 'known.csv');

/** A directory with uploads in it: pictures that are on no list, and the listed one where `listed`. */
async function site({ listed = false } = {}) {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  mkdirSync(at('uploads'));
  for (const seed of [1, 2])
    await draw(seed, 160, 160)
      .png()
      .toFile(at(`uploads/${seed}.png`));
  if (listed) cpSync(join(demo, 'uploads/holiday.jpg'), at('uploads/listed.jpg'));
  const scan = ['scan', at('uploads'), '-l', known, '--ledger', at('ledger'), '-o', at('e.jsonl')];
  const watch = ['--heartbeat', at('beat.json'), '--metrics', at('m.prom'), '--summary', at('s.json')];
  const text = (name: string) => readFileSync(at(name), 'utf8');
  const json = (name: string) => JSON.parse(text(name)) as Record<string, unknown>;
  return { dir, at, scan, watch, text, json };
}

/** Value of a series whose labels hold `label`. */
function valueIn(metrics: string, name: string, label = ''): number | undefined {
  const line = metrics.split('\n').find((one) => one.startsWith(`hashsieve_${name}{`) && one.includes(label));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

describe('--metrics', () => {
  it('tells the age of each list, also of those that one file was compiled of', async () => {
    const { at, scan, watch, text } = await site();
    const days = { old: 40, older: 50, third: 3 };
    const then = (name: keyof typeof days) => Math.floor(Date.now() / 1000) - days[name] * 86_400;
    for (const [row, name] of (['old', 'older', 'third'] as const).entries()) {
      writeFileSync(at(`${name}.csv`), `md5,id\n${row}123456789abcdef0123456789abcde${row},${name}\n`);
      utimesSync(at(`${name}.csv`), then(name), then(name));
    }
    const compile = ['list', 'compile', at('old.csv'), at('older.csv'), '-o', at('two.hsx')];
    expect((await hashsieve(compile)).code).toBe(0);
    const lists = ['-l', at('two.hsx'), '-l', at('third.csv')];
    expect((await hashsieve([...scan.slice(0, 2), ...lists, ...scan.slice(4), ...watch])).code).toBe(0);
    for (const name of ['old', 'older', 'third'] as const) {
      const label = `list="${name}"`;
      expect(valueIn(text('m.prom'), 'list_updated_timestamp_seconds', label)).toBeCloseTo(then(name), -2);
      const age = valueIn(text('m.prom'), 'list_age_seconds', label)!;
      expect(Math.round(age / 86_400), name).toBe(days[name]);
    }
    const aged = await hashsieve([...scan.slice(0, 2), ...lists, ...scan.slice(4), '--max-list-age', '45d']);
    expect(aged.stderr).toMatch(/two\.hsx: the list older in it is 50 days old/);
    expect(aged.stderr).not.toMatch(/the list old in it/);
  });

  it('names the plan in every series, so that two plans on one machine are told apart', async () => {
    const { at, scan, watch, text } = await site();
    expect((await hashsieve([...scan, ...watch])).code).toBe(0);
    const plans = () =>
      text('m.prom')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => /[{,]plan="([^"]*)"[,}]/.exec(line)?.[1]);
    expect(new Set(plans())).toEqual(new Set([at('uploads')]));
    expect((await hashsieve([...scan, ...watch, '--name', 'nightly "a"'])).code).toBe(0);
    for (const line of text('m.prom').match(/^hashsieve_.*/gm)!)
      expect(line).toContain('plan="nightly \\"a\\""');
    expect((await hashsieve([...scan, ...watch, '--name', ' '])).code).toBe(2);
  });

  it('keeps the last success of the plan over a run that is not complete, and no other plan’s', async () => {
    const { at, scan, text } = await site();
    const run = (...more: string[]) => hashsieve([...scan, '--metrics', at('m.prom'), ...more]);
    const success = () => valueIn(text('m.prom'), 'last_success_timestamp_seconds');
    expect((await run('--name', 'a {}')).code).toBe(0);
    const first = success();
    expect(first).toBeGreaterThan(0);
    writeFileSync(at('uploads/cut.png'), readFileSync(at('uploads/1.png')).subarray(0, 60));
    expect((await run('--name', 'a {}')).code).toBe(3);
    expect(success()).toBe(first);
    expect((await run('--name', 'b')).code).toBe(3);
    expect(success()).toBeUndefined();
  });
});

describe('a run that is not complete', () => {
  it('because nobody could be told of a match is none for all who ask', async () => {
    const { at, scan, watch, text, json } = await site({ listed: true });
    const fails = [process.execPath, '-e', 'process.exitCode = 1'];
    const notify = { targets: { page: { type: 'command', command: fails } } };
    writeFileSync(at('config.json'), JSON.stringify({ notify }));
    const run = () => hashsieve([...scan, ...watch, '--since', '--config', at('config.json')]);
    const { code, stderr } = await run();
    expect(code).toBe(11);
    expect(stderr).toMatch(/^Not complete: .*somebody was not told/m);
    expect(valueIn(text('m.prom'), 'run_complete')).toBe(0);
    expect(valueIn(text('m.prom'), 'last_success_timestamp_seconds')).toBeUndefined();
    expect(json('beat.json')).toMatchObject({ state: 'ended', exitCode: 11, lastSuccess: null });
    expect(json('s.json')).toMatchObject({ complete: false, incomplete: ['notices'] });
    await run();
    expect(json('s.json')).toMatchObject({ cache: { leftOut: 0 } });
  });

  it('because of a format that nobody reads is none the second time either, with --since', async () => {
    const { at, scan, watch, json } = await site();
    writeFileSync(at('uploads/scan.djvu'), Buffer.concat([Buffer.from('AT&TFORM'), Buffer.alloc(200)]));
    for (const _ of [1, 2]) {
      expect((await hashsieve([...scan, ...watch, '--since'])).code).toBe(3);
      expect(json('s.json')).toMatchObject({ incomplete: ['unseen'], cache: { leftOut: 0 } });
    }
  });
});

describe('--log-format json', () => {
  const logged = async (args: readonly string[]) => {
    const { code, stderr } = await hashsieve([...args, '--log-format', 'json']);
    return { code, records: lines(stderr) };
  };

  it('has nothing but information to tell of a clean run, and the summary as one record', async () => {
    const { scan } = await site();
    const { code, records } = await logged(scan);
    expect(code).toBe(0);
    expect(new Set(records.map(({ level }) => level))).toEqual(new Set(['info']));
    const summaries = records.filter(({ scanId }) => scanId !== undefined);
    expect(summaries).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^Scanned 2 assets/),
        ...{ code: 0, found: 2, matched: 0, clear: 2, skipped: 0, failed: 0, complete: true },
      }),
    ]);
  });

  it('warns of a match, and of what failed, with the run and its counts', async () => {
    const { at, scan } = await site({ listed: true });
    writeFileSync(at('uploads/cut.png'), readFileSync(at('uploads/1.png')).subarray(0, 60));
    const { code, records } = await logged([...scan, '--max-list-age', '1s']);
    expect(code).toBe(11);
    const counts = { code: 11, matched: 1, failed: 1, scanId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
    const told = (start: RegExp) => records.find(({ message }) => start.test(String(message)));
    expect(told(/^Scanned/)).toMatchObject({ level: 'warning', complete: false, ...counts });
    expect(told(/^MATCH/)).toMatchObject({ level: 'warning', ...counts });
    expect(told(/max-list-age/)).toMatchObject({ level: 'warning', list: 'known' });
    expect(told(/max-list-age/)!.message).toMatch(/^\S+known\.csv: /);
  });
});

describe('the heartbeat of a run that is refused', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['over a list that is gone', ['-l', 'gone.csv'], /gone\.csv/],
    ['over a target that is gone', ['no-such-folder'], /no-such-folder/],
    ['over a ledger that is needed', ['--no-ledger', '--since'], /--since needs the ledger/],
    ['over an output that cannot be written', ['-o', 'none/e.jsonl'], /none\/e\.jsonl/],
  ])('%s says so, and keeps the last success', async (_what, more, reason) => {
    const { dir, scan, watch, json } = await site();
    expect((await hashsieve([...scan, ...watch, '--name', 'one'])).code).toBe(0);
    const { lastSuccess } = json('beat.json');
    const { code } = await hashsieve([...scan, ...watch, '--name', 'one', ...more], { cwd: dir });
    expect(code).toBe(2);
    expect(json('beat.json')).toMatchObject({
      state: 'refused',
      exitCode: 2,
      lastSuccess,
      reason: expect.stringMatching(reason),
    });
  });

  it('is left alone while it is the heartbeat of a run that goes on', async () => {
    const { at, scan, watch, json } = await site();
    const running = { state: 'running', plan: at('uploads'), pid: process.pid, lastSuccess: null };
    writeFileSync(at('beat.json'), JSON.stringify(running));
    expect((await hashsieve([...scan, ...watch, '-l', at('gone.csv')])).code).toBe(2);
    expect(json('beat.json')).toEqual(running);
  });

  it('is not written over a file that is scanned', async () => {
    const { at, scan } = await site();
    writeFileSync(at('urls.txt'), 'https://a.example/1.png\n');
    const { code } = await hashsieve([...scan, '--urls', at('urls.txt'), '--heartbeat', at('urls.txt')]);
    expect(code).toBe(2);
    expect(readFileSync(at('urls.txt'), 'utf8')).toBe('https://a.example/1.png\n');
  });
});
