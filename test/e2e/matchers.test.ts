import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashsieve, lines, type Ran, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { type ShieldStandIn, shieldStandIn } from '../support/shield.js';

let shield: ShieldStandIn;
let dir: string;
const hashOf: Record<string, string> = {};

beforeAll(async () => {
  shield = await shieldStandIn();
  dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (const seed of [1, 2, 3, 4])
    await draw(seed, 96, 96)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  // One colour: too little to tell it from others.
  await sharp({ create: { width: 96, height: 96, channels: 3, background: '#888' } })
    .png()
    .toFile(join(uploads, 'plain.png'));
  const { stdout } = await hashsieve(['hash', uploads, '-a', 'pdq', '-f', 'jsonl']);
  for (const { uri, hex } of lines(stdout)) hashOf[/(\w+)\.png$/.exec(uri as string)![1]!] = hex as string;
  config();
});
afterAll(() => shield.close());
beforeEach(() => {
  shield.listed.length = shield.asked.length = shield.sent.length = 0;
  shield.mood = undefined;
  shield.flat = false;
});

function config(more: object = {}): void {
  const service = {
    type: 'arachnid-shield',
    url: shield.url,
    user: 'forum',
    password: { env: 'SHIELD_PASSWORD' },
    allowPrivate: true,
    ...more,
  };
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ matchers: { shield: service } }));
}

const env = { SHIELD_PASSWORD: 'quite secret' };
const run = (...args: string[]): Promise<Ran> =>
  hashsieve([...args, '--config', 'config.json'], { cwd: dir, env });
const scan = (ledger: string, ...more: string[]) =>
  run('scan', 'uploads', '--matcher', 'shield', '--ledger', ledger, '-f', 'jsonl', ...more);
/** The same picture, saved again: some bits differ. */
const near = (hex: string) =>
  hex.replace(/^.{4}/, (start) => (Number.parseInt(start, 16) ^ 0x1f1f).toString(16).padStart(4, '0'));
const events = ({ stdout }: Ran) => lines(stdout).filter(({ outcome }) => outcome === 'matched');

describe('scan --matcher without any list', () => {
  it('finds what the service knows: exact, near, harmful and test, and says once that only fingerprints leave', async () => {
    shield.listed.push({ pdq: hashOf[1]!, classification: 'csam' });
    shield.listed.push({ pdq: near(hashOf[2]!), classification: 'harmful-abusive-material' });
    shield.listed.push({ pdq: hashOf[3]!, classification: 'test' });
    const ran = await scan('kinds.sqlite');
    expect(ran.code, ran.stderr).toBe(10);
    const found = Object.fromEntries(
      events(ran).map((event) => [/(\w+)\.png$/.exec(event.uri as string)![1]!, event]),
    );
    expect(Object.keys(found).sort()).toEqual(['1', '2', '3']);
    expect(found[1]).toMatchObject({
      best: {
        list: 'shield',
        matcher: 'arachnid-shield',
        matchType: 'exact',
        category: 'csam',
        view: 'upright',
      },
      lists: [],
    });
    expect(found[1]!.best).not.toHaveProperty('distance');
    expect(found[2]).toMatchObject({ best: { matchType: 'near', category: 'harmful-abusive-material' } });
    expect(found[3]).toMatchObject({ test: true });
    expect(ran.stdout + ran.stderr).not.toContain(near(hashOf[2]!));
    expect(ran.stderr.match(/no picture leaves/g)).toHaveLength(1);
    expect(ran.stderr).toContain('TEST 1');
    const alarm = await run('scan', 'uploads/3.png', '--matcher', 'shield', '--no-ledger');
    expect(alarm).toMatchObject({ code: 10, stderr: expect.stringContaining('TEST ALARM') });
  });

  it('sends eight looks of each picture in shared requests, nothing of a picture without detail, and no file name', async () => {
    const { code } = await scan('sent.sqlite');
    expect(code).toBe(0);
    expect(shield.asked.flat()).toHaveLength(4 * 8);
    expect(new Set(shield.asked.flat()).size).toBe(4 * 8);
    expect(shield.asked.length).toBeLessThan(4 * 8);
    expect(shield.sent.join()).not.toMatch(/uploads|png/);
  });

  it('finds a mirrored copy, which the upright look alone does not', async () => {
    const mirrored = join(dir, 'mirrored');
    mkdirSync(mirrored, { recursive: true });
    await draw(1, 96, 96).flop().png().toFile(join(mirrored, 'm.png'));
    shield.listed.push({ pdq: hashOf[1]!, classification: 'csam' });
    expect((await run('scan', 'mirrored', '--matcher', 'shield', '--no-ledger')).code).toBe(10);
    config({ looks: 'upright' });
    const upright = await run('scan', 'mirrored', '--matcher', 'shield', '--no-ledger');
    config();
    expect(upright.code).toBe(0);
  });

  it('asks a second time about nothing, also of what matched, until rematch --matcher asks again', async () => {
    shield.listed.push({ pdq: hashOf[1]!, classification: 'csam' });
    expect((await scan('kept.sqlite')).code).toBe(10);
    shield.asked.length = 0;
    shield.listed.length = 0;
    const again = await scan('kept.sqlite');
    expect(again.code).toBe(10);
    expect(events(again)).toMatchObject([{ best: { category: 'csam' } }]);
    expect(shield.asked).toEqual([]);

    shield.listed.push({ pdq: hashOf[4]!, classification: 'csam' });
    const found = await run('rematch', '--matcher', 'shield', '--ledger', 'kept.sqlite', '-f', 'jsonl');
    expect(found.code, found.stderr).toBe(10);
    expect(events(found).map(({ uri }) => /\d\.png$/.exec(uri as string)![0])).toEqual(['1.png', '4.png']);
    expect(shield.asked.flat()).toHaveLength(3 * 8);
    // What rematch learned is remembered.
    shield.asked.length = 0;
    expect(events(await scan('kept.sqlite'))).toHaveLength(2);
    expect(shield.asked).toEqual([]);
  });

  it.each([
    ['it is away', (response) => response.destroy(), 'remote-unavailable'],
    ['it is overloaded', (response) => response.writeHead(503).end(), 'remote-unavailable'],
    ['it answers a page', (response) => response.writeHead(200).end('<html>'), 'remote-answer'],
    [
      'its answer breaks off',
      (response) => response.writeHead(200, { 'content-length': '900' }).write('{"scanned'),
      'remote-answer',
    ],
    [
      'it answers nothing of what was asked',
      (response) => response.end('{"scanned_hashes":{}}'),
      'remote-answer',
    ],
    ['its answers have another shape', (response) => response.end('{"results":[]}'), 'remote-answer'],
    ['it is silent', () => {}, 'remote-answer'],
  ] as [string, NonNullable<ShieldStandIn['mood']>, string][])(
    'calls nothing clear where %s, and finds it in the next run',
    async (what, mood, code) => {
      config({ timeout: '1s' });
      shield.listed.push({ pdq: hashOf[1]!, classification: 'csam' });
      shield.mood = mood;
      const ledger = `${what.replaceAll(' ', '-')}.sqlite`;
      const ran = await scan(ledger, '--summary', 'summary.json');
      expect(ran.code, ran.stderr).toBe(3);
      const { outcomes, failed } = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8'));
      expect(outcomes).toMatchObject({ clear: 0, failed: 4, skipped: 1 });
      expect(failed).toEqual({ [`match/${code}`]: 4 });
      shield.mood = undefined;
      const next = await scan(ledger);
      config();
      expect(next.code).toBe(10);
      expect(events(next)).toHaveLength(1);
    },
    120_000,
  );

  it('says that the credentials are refused, and asks no further', async () => {
    const ran = await hashsieve(
      ['scan', 'uploads', '--matcher', 'shield', '--config', 'config.json', '--no-ledger', '-v'],
      { cwd: dir, env: { SHIELD_PASSWORD: 'wrong' } },
    );
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('refuses the credentials (401)');
    expect(ran.stderr + ran.stdout).not.toMatch(/wrong|Basic/);
  });

  it('waits as Retry-After says, and then goes on', async () => {
    let turned = 0;
    shield.mood = (response) => {
      turned += 1;
      shield.mood = undefined;
      response.writeHead(429, { 'retry-after': '1' }).end();
    };
    expect((await scan('retry.sqlite')).code).toBe(0);
    expect(turned).toBe(1);
  });
});

it('a local match stays, beside a service that does not answer: code 11', async () => {
  writeFileSync(join(dir, 'own.txt'), `pdq ${hashOf[2]}\n`);
  shield.mood = (response) => response.writeHead(500).end();
  const ran = await scan('both.sqlite', '--list', 'own.txt');
  expect(ran.code, ran.stderr).toBe(11);
  expect(events(ran)).toMatchObject([{ best: { list: 'own' }, problem: { code: 'remote-unavailable' } }]);
});

it('a scan that is killed while the service is silent loses nothing', async () => {
  shield.listed.push({ pdq: hashOf[1]!, classification: 'csam' });
  const killed = await hashsieve(
    ['scan', 'uploads', '--matcher', 'shield', '--ledger', 'killed.sqlite', '--config', 'config.json'],
    {
      cwd: dir,
      env,
      during: (child) => {
        shield.mood = () => void child.kill('SIGKILL');
      },
    },
  );
  expect(killed.code).toBe('SIGKILL');
  shield.mood = undefined;
  expect(events(await scan('killed.sqlite'))).toHaveLength(1);
});

it('takes nothing from an allow list, and a report leaves what is only harmful to a person', async () => {
  shield.listed.push({ pdq: hashOf[1]!, classification: 'harmful-to-children' });
  shield.flat = true;
  const ran = await scan('harmful.sqlite', '-o', 'harmful.jsonl');
  expect(ran.code).toBe(10);
  const blocked = await run('block', '--events', 'harmful.jsonl', '--format', 'nginx');
  expect(blocked.stdout).not.toContain('1.png');
  expect(blocked.stderr).toContain('a person must decide');
  writeFileSync(join(dir, 'allow.txt'), `pdq ${hashOf[1]}\n`);
  expect((await scan('harmful.sqlite', '--allow', 'allow.txt')).code).toBe(0);
});

it('--print-config and doctor say what leaves, without a secret', async () => {
  const shown = await run('scan', 'uploads', '--matcher', 'shield', '--print-config');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    matchers: { shield: { sendsMedia: false, secrets: { password: { env: 'SHIELD_PASSWORD' } } } },
  });
  const doctor = await run('doctor');
  expect(doctor.stdout).toContain('no picture leaves');
  expect(shown.stdout + doctor.stdout).not.toContain('quite secret');
  expect(shield.sent).toEqual([]);
});

it('selftest --matcher sends the test hash, and fails where it does not ring', async () => {
  config({ testHash: hashOf[3] });
  const silent = await run('selftest', '--matcher', 'shield');
  expect(silent).toMatchObject({ code: 3, stdout: expect.stringContaining('its test entry: no match') });
  shield.listed.push({ pdq: hashOf[3]!, classification: 'test' });
  const rings = await run('selftest', '--matcher', 'shield');
  config();
  expect(rings.code, rings.stdout + rings.stderr).toBe(0);
});

it.each([
  [{ send: 'media' }, 'never sends a picture'],
  [{ password: 'in the open' }, 'a secret does not belong here'],
  [{ url: 'http://shield.example', allowPrivate: false }, 'https'],
  [{ looks: 'all' }, 'upright, dihedral, basic'],
  [{ pasword: 1 }, 'is unknown'],
])('refuses the settings %j before anything is sent', async (more, words) => {
  config(more);
  const ran = await scan('never.sqlite');
  config();
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(words);
  expect(ran.stderr).not.toContain('in the open');
  expect(shield.sent).toEqual([]);
});

it('refuses a service that the configuration does not have, and --since', async () => {
  expect((await run('scan', 'uploads', '--matcher', 'other')).stderr).toContain('it has shield');
  expect((await scan('since.sqlite', '--since')).stderr).toContain('leave it out');
  rmSync(join(dir, 'uploads'), { recursive: true });
});
