import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Entry, made, Ncmec } from '../exchanges/stand-in.js';
import { hashsieve, lines, type RunOptions, tempDir } from '../support/cli.js';
import { random, seed } from '../support/seed.js';

const toClose: Ncmec[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
});

const env = {
  HASHSIEVE_CONFIG: 'config.json',
  HASHSIEVE_LIST_KNOWN_USER: 'user',
  HASHSIEVE_LIST_KNOWN_PASSWORD: 'secret-password',
};

/** A service and a directory whose configuration syncs the list `known` from it. */
async function site(entries: readonly Entry[], more: object = {}) {
  const server = new Ncmec();
  server.entries = [...entries];
  toClose.push(server);
  const url = `${await server.listen()}/hs`;
  const at = () => {
    const cwd = tempDir();
    const known = {
      type: 'ncmec',
      url,
      category: 'csam',
      allowPrivate: true,
      path: 'lists/known.jsonl',
      ...more,
    };
    writeFileSync(join(cwd, 'config.json'), JSON.stringify({ exchanges: { known } }));
    const path = join(cwd, 'lists/known.jsonl');
    const run = (args: readonly string[], options: RunOptions = {}) =>
      hashsieve(args, { cwd, env, ...options });
    const sync = (options: RunOptions = {}, ...args: string[]) =>
      run(['list', 'sync', ...args, 'known'], options);
    return { cwd, path, run, sync, text: () => (existsSync(path) ? readFileSync(path, 'utf8') : '') };
  };
  return { server, at, ...at() };
}

const entriesOf = (count: number): Entry[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `e${n}`,
    time: new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString(),
    ...(n % 9 === 8 ? { id: `e${n - 3}`, deleted: true } : {}),
  }));

describe('list sync', () => {
  it('makes a list that every command takes by its name, and tells what it did', async () => {
    const { run, sync, path, cwd } = await site(entriesOf(18));
    const { code, stderr, stdout } = await sync();
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^known: 14 entries; 14 came, 0 went, 0 changed; read up to 20\S+Z; 2 pages; .*known\.jsonl\n$/,
    );
    expect(stderr).not.toMatch(/[0-9a-f]{16}|secret/);
    const matched = await run(['match', `pdq:${made(64, 'e1')}`, '--list', 'known', '--format', 'json']);
    expect(matched.code).toBe(10);
    expect(JSON.parse(matched.stdout)).toMatchObject([{ matches: [{ list: 'known', entryId: '42/e1' }] }]);
    const exported = await run(['list', 'export', 'known', '-f', 'hex', '-q']);
    expect(exported.stdout.split('\n')).toContain(`md5 ${made(32, 'e1')}`);
    const told = await run(['list', 'info', 'known', '--format', 'json']);
    expect(JSON.parse(told.stdout)).toMatchObject([
      { path, entries: 14, hashes: { md5: 14, pdq: 14 }, sync: { upTo: expect.stringMatching(/Z$/) } },
    ]);
    expect((await run(['list', 'info', 'known'])).stdout).toMatch(
      /synced 20\S+Z from ncmec http\S+ csam, read up to/,
    );
    // A file of that name, which anybody may have put there, is not taken for it.
    writeFileSync(join(cwd, 'known'), `pdq ${made(64, 'planted')}\n`);
    expect((await run(['match', `pdq:${made(64, 'planted')}`, '--list', 'known'])).code).toBe(0);
    expect((await run(['match', `pdq:${made(64, 'planted')}`, '--list', './known'])).code).toBe(10);
    expect((await run(['list', 'sync', 'unknown'])).code).toBe(2);
  });

  it('takes credentials from the environment or a private file, and shows them nowhere', async () => {
    const { run, cwd, server, path } = await site(entriesOf(3), { credentialsFile: 'secret.txt' });
    const file = join(cwd, 'secret.txt');
    const sync = () => run(['list', 'sync', '-v'], { env: { HASHSIEVE_CONFIG: 'config.json' } });
    expect(await sync()).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file') });
    writeFileSync(file, 'user=user\npassword=secret-password\n', { mode: 0o600 });
    chmodSync(file, 0o640);
    expect(await sync()).toMatchObject({ code: 2, stderr: expect.stringContaining('run chmod 600') });
    expect(server.asked).toEqual([]);
    chmodSync(file, 0o600);
    const done = await sync();
    expect(done.code).toBe(0);
    expect(done.stderr + readFileSync(`${path}.sync/state.json`, 'utf8')).not.toMatch(/secret|Basic/);
    writeFileSync(file, 'user=user\npassword=wrong-password\n');
    const refused = await sync();
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('refuses the credentials (401)'),
    });
    expect(refused.stderr).not.toContain('wrong-password');
    writeFileSync(file, 'user=user\nsecret-word\n');
    const odd = await sync();
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringMatching(/line 2: write user, password/) });
    expect(odd.stderr).not.toContain('secret-word');
    const printed = await run(['list', 'sync', '--print-config']);
    expect(printed.stdout + printed.stderr).not.toMatch(/secret-password/);
  });

  it.each([
    [{ exchanges: [] }, /"exchanges": expected an object/],
    [{ exchanges: { 'a/b': { type: 'file' } } }, /name a list with small letters/],
    [{ exchanges: { a: { type: 'ftp' } } }, /exchanges\.a\.type": choose of ncmec, stopncii, hma, file/],
    [{ exchanges: { a: { type: 'ncmec' } } }, /exchanges\.a": "base" is missing/],
    [{ exchanges: { a: { type: 'ncmec', base: 'all' } } }, /"all" is unknown; choose one of industry/],
    [
      { exchanges: { a: { type: 'ncmec', base: 'npo', pasword: 'x' } } },
      /a\.pasword" is unknown|pasword": is unknown/,
    ],
    [{ exchanges: { a: { type: 'file', url: 'http://example.org/x' } } }, /expected an https address/],
    [
      { exchanges: { a: { type: 'file', url: 'https://u:secret@example.org/x' } } },
      /do not belong into an address/,
    ],
    [{ exchanges: { a: { type: 'file', url: '{{address}}' } } }, /is not filled in yet/],
    [{ exchanges: { a: { type: 'hma', url: 'https://example.org', bank: 'B' } } }, /category": is missing/],
    [{ list: ['x'] }, /has no block "exchanges"/],
  ])('refuses the configuration %j', async (config, message) => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
    const { code, stderr } = await hashsieve(['list', 'sync', '--config', 'config.json'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toContain('secret');
  });

  it('is what the age of a list is counted from', async () => {
    const { run, sync, path } = await site(entriesOf(3));
    await sync();
    utimesSync(path, new Date('2020-01-01'), new Date('2020-01-01'));
    const scan = (...args: string[]) => run(['match', `pdq:${made(64, 'e1')}`, '--list', 'known', ...args]);
    const selftest = (...args: string[]) =>
      run(['selftest', '--list', 'known', '--max-list-age', '2d', ...args]);
    expect((await selftest()).stderr).not.toContain('old');
    const state = JSON.parse(readFileSync(`${path}.sync/state.json`, 'utf8')) as object;
    const stale = { ...state, syncedAt: '2020-01-01T00:00:00Z' };
    writeFileSync(`${path}.sync/state.json`, JSON.stringify(stale));
    utimesSync(path, new Date(), new Date());
    expect((await selftest()).stderr).toMatch(/the list is \d{4} days old, more than --max-list-age allows/);
    expect((await selftest('--strict')).code).toBe(2);
    writeFileSync(`${path}.sync/state.json`, '{"sche');
    expect(await selftest()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('state.json is damaged'),
    });
    expect((await scan()).code).toBe(10);
  });

  it('lets a scan see the old list whole while it works, and a second sync of the list wait', async () => {
    const { server, run, sync, path } = await site(entriesOf(12));
    await sync();
    const old = readFileSync(path, 'utf8');
    server.entries.push(
      ...entriesOf(40).map((entry) => ({
        ...entry,
        id: `new-${entry.id}`,
        time: new Date(Date.now() - 400_000).toISOString(),
      })),
    );
    let open = () => {};
    server.fault = (nth) => {
      // The second page waits until everything else has happened.
      if (nth === asked + 2) server.gate = new Promise<void>((resolve) => (open = resolve));
      return undefined;
    };
    const asked = server.asked.length;
    const first = sync();
    while (server.asked.length < asked + 2) await delay(10);
    const [matched, second] = await Promise.all([
      run(['match', `pdq:${made(64, 'e1')}`, '--list', 'known', '--format', 'jsonl']),
      sync(),
    ]);
    expect(readFileSync(path, 'utf8')).toBe(old);
    expect(matched.code).toBe(10);
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /lock .*known\.jsonl\.sync\/lock is held by process \d+ on .*; wait for it with --wait/,
      ),
    });
    const third = sync({}, '--wait');
    open();
    expect((await first).code).toBe(0);
    expect((await third).code).toBe(0);
    expect(lines(readFileSync(path, 'utf8')).length).toBeGreaterThan(30);
  });

  it('that is killed at 20 random moments ends as one that was not', async () => {
    const next = random(seed);
    const told = `HASHSIEVE_SEED=${seed}`;
    const { server, at, sync, text } = await site(entriesOf(120));
    server.pace = 15;
    let begun = 0;
    server.fault = () => {
      begun ||= performance.now();
      return undefined;
    };
    expect((await sync()).code).toBe(0);
    const milliseconds = performance.now() - begun;
    const whole = text();
    expect(lines(whole)).toHaveLength(120 - 2 * 13);
    expect(server.asked).toHaveLength(12);
    let kills = 0;
    let resumed = 0;
    let place = at();
    /** Syncs until a sync ends by itself; kills those before it at random moments from their first request on. */
    const untilDone = async () => {
      for (;;) {
        const asked = server.asked.length;
        const ran = await place.sync({
          // A zone far from UTC: no time may be taken for local.
          env: { ...env, TZ: 'Pacific/Apia' },
          during: (child) => {
            if (kills >= 20) return;
            const moment = next() * milliseconds;
            const timer = setInterval(() => {
              if (server.asked.length === asked) return;
              clearInterval(timer);
              setTimeout(() => child.kill('SIGKILL'), moment);
            }, 1);
            child.on('close', () => clearInterval(timer));
          },
        });
        if (ran.code !== 'SIGKILL') {
          expect([ran.code, ran.stderr], told).toEqual([0, expect.any(String)]);
          return server.asked.length - asked;
        }
        kills++;
        // Whole or not there, never in between.
        expect(['', whole], told).toContain(place.text());
      }
    };
    while (kills < 20) {
      if ((await untilDone()) < 12) resumed++;
      expect(place.text(), told).toBe(whole);
      expect(readdirSync(`${place.path}.sync`).sort(), told).toEqual(['rows.jsonl', 'state.json']);
      place = at();
    }
    expect(resumed, told).toBeGreaterThan(0);
    console.info(`${told}: ${kills} kills`);
  }, 200_000);
});
