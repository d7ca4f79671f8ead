import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadDriver } from '../../src/ledger/driver.js';
import { Ledger } from '../../src/ledger/index.js';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { settled } from '../support/settled.js';

const driver = await loadDriver();
let dir: string;
let sound: string;
let list: string;
let uploads: string;
beforeAll(async () => {
  dir = tempDir();
  uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (let seed = 1; seed <= 4; seed++)
    await draw(seed, 64, 64)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  await settled(uploads);
  list = join(dir, 'known.jsonl');
  writeFileSync(list, (await hashsieve(['hash', join(uploads, '1.png'), '-a', 'pdq', '-f', 'jsonl'])).stdout);
  sound = join(dir, 'sound');
  expect((await scan(sound)).code).toBe(10);
});

const scan = (ledger: string, ...more: string[]) =>
  hashsieve(['scan', uploads, '-l', list, '--ledger', ledger, '-q', ...more]);

/** A copy of the ledger, changed by SQL as a disk might. */
function damaged(name: string, sql: string): string {
  const folder = join(dir, name);
  mkdirSync(folder);
  const path = join(folder, 'l');
  copyFileSync(sound, path);
  const database = driver.open(path);
  database.exec(sql);
  database.close();
  return path;
}

const body = (fault: string) => `UPDATE assets SET body = ${fault} WHERE ref LIKE '%/2.png'`;

it.each([
  ['no JSON', body("replace(body, '{', '<')")],
  ['JSON that lacks what was written', body("'{}'")],
  ['JSON of another type', body("'[1]'")],
  ['hashes that are cut short', "UPDATE assets SET hashes = substr(hashes, 1, 20) WHERE ref LIKE '%/2.png'"],
  [
    'hashes of which a byte differs',
    "UPDATE assets SET hashes = CAST(substr(hashes, 1, length(hashes) - 1) || x'07' AS BLOB) WHERE ref LIKE '%/2.png'",
  ],
  ['text that is no UTF-8', "UPDATE assets SET version = CAST(x'ff00fe' AS TEXT) WHERE ref LIKE '%/2.png'"],
])(
  'an asset whose row holds %s is named and read anew: incomplete, with the same results',
  async (what, sql) => {
    const path = damaged(`asset ${what}`, sql);
    const before = await scan(path, '--summary', join(dir, 's.json'));
    expect(before.code, before.stderr).toBe(11);
    expect(before.stderr).toMatch(/ledger \S.*\/l: what it holds of \S*\/2\.png is damaged: it is read anew/);
    expect(lines(before.stdout).map(({ uri }) => String(uri).split('/').at(-1))).toEqual(['1.png']);
    expect(JSON.parse(readFileSync(join(dir, 's.json'), 'utf8'))).toMatchObject({
      found: 4,
      exitCode: 11,
      cache: { reused: 3 },
    });
    // What was read anew is remembered: the damage is gone.
    expect((await scan(path)).code).toBe(10);
  },
);

it('ledger check names every damaged row and changes nothing; it finds nothing in a sound one', async () => {
  const check = (path: string, ...more: string[]) =>
    hashsieve(['ledger', 'check', '--ledger', path, ...more]);
  expect(await check(sound)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\d+ rows, all as they/),
  });
  expect(await check(sound, '-q')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const path = damaged('check', `${body("'{}'")}; UPDATE runs SET clean = 0; UPDATE events SET event = '{'`);
  const bytes = readFileSync(path);
  const checked = await check(path, '-q');
  expect(checked.code).toBe(3);
  expect(checked.stdout.split('\n')).toEqual([
    expect.stringMatching(/^damaged: runs: row 1$/),
    expect.stringMatching(/^damaged: assets: row \d$/),
    expect.stringMatching(/^damaged: events: row 1$/),
    '',
  ]);
  expect(checked.stderr).toMatch(/is damaged: 3 place\(s\);.*hashsieve ledger repair/);
  expect(readFileSync(path)).toEqual(bytes);
  expect(await check(join(dir, 'none'))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there is no ledger at/),
  });
  writeFileSync(join(dir, 'text'), 'x'.repeat(9000));
  expect((await check(join(dir, 'text'))).code).toBe(3);
});

it('ledger repair keeps all that is whole and a copy of what was, and says what it dropped', async () => {
  const path = damaged('repair', body("'{}'"));
  const bytes = readFileSync(path);
  const repair = () => hashsieve(['ledger', 'repair', '--ledger', path]);
  const done = await repair();
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^dropped: assets: row \d\ndropped: results: row \d\n$/),
  });
  const backup = readdirSync(join(path, '..')).filter((name) => name.startsWith('l.damaged-'));
  expect(backup).toEqual([expect.stringMatching(/^l\.damaged-\d{4}-\d\d-\d\dT\d{6}Z$/)]);
  expect(readFileSync(join(path, '..', backup[0]!))).toEqual(bytes);
  expect(statSync(join(path, '..', backup[0]!)).mode & 0o077).toBe(0);
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(await repair()).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing is damaged/) });
  const after = await scan(path, '--summary', join(dir, 'r.json'));
  expect(after).toMatchObject({ code: 10, stderr: expect.not.stringMatching(/damaged/) });
  expect(JSON.parse(readFileSync(join(dir, 'r.json'), 'utf8'))).toMatchObject({ cache: { reused: 3 } });
});

it('ledger repair ends with 3 where a detection was dropped, and the next scan finds it again', async () => {
  const path = damaged('detection', "UPDATE events SET event = '{'");
  expect((await hashsieve(['ledger', 'repair', '--ledger', path])).code).toBe(3);
  expect((await scan(path)).code).toBe(10);
  const ledger = await Ledger.open(path);
  expect(ledger.detections.all()).toHaveLength(1);
  ledger.close();
});

it('a ledger whose first bytes are gone is mended too', async () => {
  const path = join(dir, 'header');
  const bytes = readFileSync(sound);
  bytes.fill(0, 0, 18);
  writeFileSync(path, bytes);
  expect(await scan(path)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/cannot be used: it is no database/),
  });
  expect((await hashsieve(['ledger', 'repair', '--ledger', path])).code).toBe(0);
  expect((await scan(path)).code).toBe(10);
});

it('ledger repair waits for nobody: while a run holds the ledger it is refused', async () => {
  const path = damaged('held', body("'{}'"));
  const ledger = await Ledger.open(path);
  const bytes = readFileSync(path);
  expect(await hashsieve(['ledger', 'repair', '--ledger', path])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/in use by another run; wait for it with --wait/),
  });
  expect(readFileSync(path)).toEqual(bytes);
  ledger.close();
});

it('a detection that is damaged never costs another one: the others are reported, and the loss is told', async () => {
  const two = join(dir, 'two.jsonl');
  const { stdout } = await hashsieve([
    'hash',
    join(uploads, '1.png'),
    join(uploads, '2.png'),
    '-a',
    'pdq',
    '-f',
    'jsonl',
  ]);
  writeFileSync(two, stdout);
  const path = damaged('two', 'SELECT 1');
  expect((await scan(path, '-l', two)).code).toBe(10);
  const database = driver.open(path);
  database.exec("UPDATE events SET event = replace(event, ':', ';') WHERE id = (SELECT max(id) FROM events)");
  database.close();
  const blocked = await hashsieve(['block', '--ledger', path, '-f', 'urls']);
  expect(blocked.stderr).toMatch(/what it holds of a detection is damaged and left out/);
  expect(blocked.code).toBe(3);
});
