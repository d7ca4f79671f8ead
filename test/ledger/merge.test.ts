import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shardOf } from '../../src/sources/index.js';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { random, seed } from '../support/seed.js';

interface Status {
  readonly runs: readonly { readonly isComplete: boolean }[];
  readonly detections: { readonly total: number; readonly open: number; readonly handled: number };
  readonly takedown: { readonly open: number };
}

/** A folder of twelve drawn pictures, a list of three of them, and ways to call the program there. */
async function site() {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  mkdirSync(at('uploads'));
  for (let number = 0; number < 12; number++)
    await draw(300 + number, 160, 120)
      .png()
      .toFile(at(`uploads/${number}.png`));
  const listed = ['0.png', '5.png', '9.png'].map((name) => at(`uploads/${name}`));
  const hashed = await hashsieve(['hash', ...listed, '--algorithm', 'pdq', '--format', 'csv']);
  writeFileSync(at('known.csv'), hashed.stdout);
  const key = ['--decision-key', at('decisions.key')];
  const scan = (ledger: string, ...more: string[]) =>
    hashsieve([
      'scan',
      at('uploads'),
      '-l',
      at('known.csv'),
      '--category',
      'csam',
      '--ledger',
      at(ledger),
      '--no-own-list',
      '--format',
      'jsonl',
      ...key,
      ...more,
    ]);
  const merge = (...others: string[]) =>
    hashsieve(['ledger', 'merge', ...others.map(at), '--ledger', at('all'), ...key]);
  const status = async (ledger: string) =>
    JSON.parse(
      (await hashsieve(['status', '--format', 'json', '--ledger', at(ledger), ...key])).stdout,
    ) as Status;
  return { dir, at, key, scan, merge, status };
}

const ids = (text: string) =>
  lines(text)
    .map(({ id }) => String(id))
    .sort();

it('shards look at everything once, and their ledgers merge into one that knows what a single scan knows', async () => {
  const { at, key, scan, merge, status } = await site();
  const whole = await scan('whole');
  const shards = [1, 2, 3].map((number) => `shard-${number}`);
  const found: string[] = [];
  let holder = '';
  for (const [number, name] of shards.entries()) {
    const seen = ids((await scan(name, '--shard', `${number + 1}/3`)).stdout);
    if (seen.length > 0) holder = name;
    found.unshift(...seen);
  }
  const [decided] = found;
  expect([...found].sort()).toEqual(ids(whole.stdout));
  // A person decides on one machine; a case is opened on another.
  const said = await hashsieve([
    'decide',
    decided!,
    '--as',
    'ann',
    '--decision',
    'handled',
    '--note',
    'reported',
    '--ledger',
    at(holder),
    ...key,
  ]);
  expect(said.code, said.stderr).toBe(0);
  const before = shards.map((name) =>
    createHash('sha256')
      .update(readFileSync(at(name)))
      .digest('hex'),
  );
  // The ledger that others are merged into begins with the first shard's machine.
  await hashsieve([
    'scan',
    at('known.csv'),
    '--ledger',
    at('all'),
    '--no-own-list',
    '-q',
    '--allow-empty',
    ...key,
  ]);
  const merged = await merge(...shards);
  expect(merged.code, merged.stderr).toBe(0);
  expect(merged.stderr.match(/assets \d+/g)?.reduce((sum, text) => sum + Number(text.slice(7)), 0)).toBe(12);
  expect((await status('all')).detections).toMatchObject({ total: 3, open: 2, handled: 1 });
  expect(
    shards.map((name) =>
      createHash('sha256')
        .update(readFileSync(at(name)))
        .digest('hex'),
    ),
  ).toEqual(before);
  const again = await merge(...shards);
  expect(again.stderr.match(/nothing new/g)).toHaveLength(3);
  expect((await hashsieve(['ledger', 'check', '--ledger', at('all')])).code).toBe(0);
  // A list that comes later is compared with the pictures of all machines, with what each of them fingerprinted.
  const later = await hashsieve(['hash', at('uploads/7.png'), '--algorithm', 'pdq', '--format', 'csv']);
  writeFileSync(at('later.csv'), later.stdout);
  const rematched = await hashsieve([
    'rematch',
    '-l',
    at('later.csv'),
    '--category',
    'csam',
    '--ledger',
    at('all'),
    '--no-own-list',
    '--format',
    'text',
    ...key,
  ]);
  expect([rematched.code, rematched.stdout]).toEqual([10, expect.stringContaining('7.png  pdq distance 0')]);
  // What a person handled does not ring here either.
  const next = await scan('all');
  expect([next.code, next.stderr]).toEqual([10, expect.stringContaining('handled 1')]);
});

it('a decision that another key sealed is left out and told, and so is a ledger of another version or none', async () => {
  const { at, scan, merge } = await site();
  const [id] = ids((await scan('other')).stdout);
  const said = await hashsieve([
    'decide',
    id!,
    '--as',
    'eve',
    '--decision',
    'not-a-match',
    '--note',
    'a logo',
    '--ledger',
    at('other'),
    '--decision-key',
    at('hers.key'),
  ]);
  expect(said.code, said.stderr).toBe(0);
  await scan('all', '--shard', '1/2');
  const merged = await merge('other');
  expect([merged.code, merged.stderr]).toEqual([
    3,
    expect.stringContaining('1 decisions are not sealed by this key'),
  ]);
  writeFileSync(at('text'), 'no ledger');
  expect(await merge('text')).toMatchObject({ code: 2 });
  expect(await merge('absent')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no ledger'),
  });
  expect(await merge('all')).toMatchObject({ code: 2 });
});

it('a file that differs is told, and what was seen last holds', async () => {
  const { at, scan, merge } = await site();
  await scan('other');
  await draw(999, 160, 120).png().toFile(at('uploads/3.png'));
  await scan('all');
  const merged = await merge('other');
  expect([merged.code, merged.stderr]).toEqual([0, expect.stringContaining('1 places hold other bytes')]);
  // The newer picture is still the one that is known: it is not read again.
  const rescan = await scan('all', '--summary', at('s.json'));
  expect(rescan.code).toBe(10);
  expect((JSON.parse(readFileSync(at('s.json'), 'utf8')) as { cache: { reused: number } }).cache.reused).toBe(
    12,
  );
});

it('every address belongs to exactly one shard, whatever it is, and shards are of a like size', () => {
  const next = random(seed);
  const counts = new Array<number>(7).fill(0);
  for (let round = 0; round < 7000; round++) {
    const uri = `file:///${Math.floor(next() * 1e9)}/${round}.jpg`;
    const shard = shardOf(uri, 7);
    expect(shard).toBe(shardOf(uri, 7));
    counts[shard - 1]! += 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
});

it.each(['0/3', '4/3', '1', 'a/b', '1/0', '1/99999', '-1/3'])(
  '--shard %s is refused before anything is read',
  async (part) => {
    const { code, stderr } = await hashsieve(['scan', tempDir(), '--shard', part]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('write 1/8')]);
  },
);
