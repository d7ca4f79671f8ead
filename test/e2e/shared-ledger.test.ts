import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDriver } from '../../src/ledger/driver.js';
import { hashsieve, lines, type Ran, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { random, seed } from '../support/seed.js';

const driver = await loadDriver();

/** Thirty pictures, and two lists that know every third and every fifth of them. */
let uploads: string;
let lists: readonly string[];
beforeAll(async () => {
  const dir = tempDir();
  uploads = tempDir();
  const name = (at: number) => join(uploads, `${String(at).padStart(2, '0')}.png`);
  for (let at = 0; at < 30; at++) await draw(at, 160, 120).png().toFile(name(at));
  lists = await Promise.all(
    [3, 5].map(async (each) => {
      const known = Array.from({ length: 30 / each }, (_, at) => name(at * each));
      const { stdout } = await hashsieve(['hash', ...known, '-a', 'pdq', '-f', 'jsonl']);
      const path = join(dir, `every-${each}.jsonl`);
      writeFileSync(path, stdout);
      return path;
    }),
  );
  await delay(80); // files that changed a moment ago are not trusted
});

const pathsOf = () => readdirSync(uploads).map((file) => join(uploads, file));
const uris = (text: string) =>
  lines(text)
    .filter(({ outcome }) => outcome === 'matched')
    .map(({ uri }) => String(uri))
    .sort();
const count = (ledger: string, sql: string): number => {
  if (!existsSync(ledger)) return 0;
  const database = driver.open(ledger);
  try {
    return database.value(sql) as number;
  } catch {
    return 0; // not made yet
  } finally {
    database.close();
  }
};

/** A scan that waits for paths on its standard input, once it has begun. */
async function waiting(args: readonly string[], ledger: string) {
  const before = count(ledger, 'SELECT count(*) FROM leases');
  let child: Parameters<NonNullable<Parameters<typeof hashsieve>[1]>['during'] & {}>[0] | undefined;
  const ended = hashsieve(['scan', '--files-from', '-', '--ledger', ledger, ...args], {
    stayOpen: true,
    during: (started) => {
      child = started;
    },
  });
  const begun = () => count(ledger, 'SELECT count(*) FROM leases') > before;
  await Promise.race([expect.poll(begun, { timeout: 30_000 }).toBe(true), ended]);
  return {
    pid: child!.pid!,
    ended,
    kill: () => child!.kill('SIGKILL'),
    finish: (paths: readonly string[]): Promise<Ran> => {
      child!.stdin.end(`${paths.join('\n')}\n`);
      return ended;
    },
  };
}

describe('a ledger with a scan under way', () => {
  it('serves a scan of another plan at the same time: both end whole', async () => {
    const ledger = join(tempDir(), 'l');
    const first = await waiting(['-l', lists[0]!], ledger);
    const second = await hashsieve(['scan', uploads, '-l', lists[1]!, '--ledger', ledger]);
    expect(second).toMatchObject({ code: 10 });
    expect(uris(second.stdout)).toHaveLength(6);
    const ended = await first.finish(pathsOf());
    expect(ended).toMatchObject({ code: 10 });
    expect(uris(ended.stdout)).toHaveLength(10);
    expect(count(ledger, "SELECT count(*) FROM runs WHERE state = 'complete' AND clean = 1")).toBe(2);
    // Every third, every fifth, and what is both once.
    expect(count(ledger, 'SELECT count(*) FROM detections')).toBe(14);
    expect(count(ledger, 'SELECT count(*) FROM leases')).toBe(0);
  });

  it('serves rematch, report, ledger check and the delivery of notices, and is not repaired', async () => {
    const dir = tempDir();
    const ledger = join(dir, 'l');
    const notices: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        notices.push(text);
        response.end();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    writeFileSync(join(dir, 'secret'), 'shared secret\n', { mode: 0o600 });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const desk = { type: 'webhook', url, secretFile: 'secret', allowPrivate: true };
    const config = join(dir, 'config.json');
    writeFileSync(config, JSON.stringify({ notify: { when: 'at-once', targets: { desk } } }));
    const run = (...args: string[]) => hashsieve([...args, '--ledger', ledger, '--config', config]);
    expect((await run('scan', uploads, '-l', lists[1]!)).code).toBe(10);
    const first = await waiting(['-l', lists[1]!], ledger);
    expect((await run('rematch', '-l', lists[0]!)).code).toBe(10);
    expect((await run('notify')).code).toBe(0);
    expect((await run('ledger', 'check')).code).toBe(0);
    expect((await run('block', '--to', 'nginx', '-o', join(dir, 'block.conf'))).stderr).not.toMatch(/in use/);
    expect(await run('ledger', 'repair')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/in use by another run/),
    });
    expect((await first.finish(pathsOf())).code).toBe(10);
    const told = notices.flatMap((text) => (JSON.parse(text) as { detections: { id: string }[] }).detections);
    expect(new Set(told.map(({ id }) => id)).size).toBe(14);
    expect(told).toHaveLength(14); // nobody was told twice
    server.close();
  });

  it('refuses the same plan by name, or makes it wait', async () => {
    const ledger = join(tempDir(), 'l');
    const args = ['-l', lists[0]!];
    const again = (...more: string[]) =>
      hashsieve(['scan', '--files-from', '-', '--ledger', ledger, ...args, ...more], {
        input: `${pathsOf().join('\n')}\n`,
      });
    const first = await waiting(args, ledger);
    const refused = await again();
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      new RegExp(
        `the same scan is under way already, in process ${first.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\dT.*; wait for it with --wait`,
      ),
    );
    const waits = again('--wait');
    await delay(0);
    expect((await first.finish(pathsOf())).code).toBe(10);
    expect((await waits).code).toBe(10);
  });

  it('whose process is killed is taken up at once', async () => {
    const ledger = join(tempDir(), 'l');
    const args = ['-l', lists[0]!];
    const first = await waiting(args, ledger);
    first.kill();
    await first.ended;
    const second = await hashsieve(['scan', '--files-from', '-', '--ledger', ledger, ...args], {
      input: `${pathsOf().join('\n')}\n`,
    });
    expect(second).toMatchObject({
      code: 10,
      stderr: expect.stringMatching(/finishing the run that was interrupted/),
    });
    expect(uris(second.stdout)).toHaveLength(10);
  });
});

it('two scans at once lose no event, however often they are killed', async () => {
  const dir = tempDir();
  const ledger = join(dir, 'l');
  const outputs = lists.map((_, at) => join(dir, `${at}.jsonl`));
  const plan = (at: number) => ['scan', uploads, '-l', lists[at]!, '--ledger', ledger, '-j', '1', '--quiet'];
  const started = performance.now();
  await hashsieve(['scan', uploads, '-l', lists[0]!, '--no-ledger', '-j', '1']);
  const whole = performance.now() - started;
  const next = random(seed);
  let kills = 0;
  const scanUntilDone = async (at: number) => {
    for (;;) {
      const moment = kills < 20 ? next() * 1.2 * whole : 120_000;
      const ran = await hashsieve([...plan(at), '-o', outputs[at]!], {
        during: (child) => {
          const timer = setTimeout(() => child.kill('SIGKILL'), moment);
          child.on('close', () => clearTimeout(timer));
        },
      });
      if (ran.code === 'SIGKILL') kills += 1;
      else {
        expect(ran, ran.stderr).toMatchObject({ code: 10 });
        expect(uris(readFileSync(outputs[at]!, 'utf8'))).toHaveLength(at === 0 ? 10 : 6);
        if (kills >= 20) return;
      }
    }
  };
  await Promise.all([scanUntilDone(0), scanUntilDone(1)]);
  expect(count(ledger, 'SELECT count(*) FROM detections')).toBe(14);
  expect(count(ledger, "SELECT count(*) FROM runs WHERE state = 'open'")).toBe(0);
  expect(await hashsieve(['ledger', 'check', '--ledger', ledger])).toMatchObject({ code: 0 });
}, 400_000);
