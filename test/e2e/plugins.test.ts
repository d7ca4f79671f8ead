import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const support = (name: string) => new URL(`../support/${name}`, import.meta.url);
const byModule = { photodna: { module: './toy-algorithm.mjs' } };
const byProgram = {
  photodna: {
    program: ['./toy-program.mjs'],
    bits: 1152,
    metric: 'l1',
    threshold: 600,
    recipe: 'toy-program/1',
  },
};

/** A folder with pictures, a configuration with this plug-in, and a list of the known picture in the `photodna` column. */
let uploads: string;
let known: string;
beforeAll(async () => {
  const dir = tempDir();
  uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  known = join(dir, 'known.png');
  await draw(1, 240, 180).png().toFile(known);
  await draw(1, 240, 180).jpeg({ quality: 60 }).toFile(join(uploads, 'again.jpg'));
  await draw(2, 240, 180).png().toFile(join(uploads, 'other.png'));
});

function site(plugins: unknown) {
  const dir = tempDir();
  for (const name of ['toy-algorithm.mjs', 'toy-program.mjs']) {
    copyFileSync(support(name), join(dir, name));
    chmodSync(join(dir, name), 0o755);
  }
  const config = join(dir, 'config.json');
  writeFileSync(config, JSON.stringify({ plugins, operator }));
  const run = (args: readonly string[]) => hashsieve([...args, '--config', config]);
  return { dir, run, config };
}

async function listIn({ dir, run }: ReturnType<typeof site>) {
  const hashed = await run(['hash', known, '-a', 'photodna', '-f', 'jsonl']);
  expect(hashed.code).toBe(0);
  const [{ hex }] = lines(hashed.stdout) as unknown as [{ hex: string }];
  const list = join(dir, 'licensed.csv');
  writeFileSync(list, `id,category,photodna\n7,csam,${Buffer.from(hex, 'hex').toString('base64')}\n`);
  return { list, hex };
}

describe.each([
  ['a module', byModule, 'toy-tiles/1'],
  ['a program', byProgram, 'toy-program/1'],
])('an algorithm of %s', (_, plugins, recipe) => {
  it('goes from the file to the event and the report, in decoding processes and from the ledger', async () => {
    const made = site(plugins);
    const { dir, run } = made;
    const { list, hex } = await listIn(made);
    const events = join(dir, 'events.jsonl');
    const scan = ['scan', uploads, '-l', list, '--views', 'none', '--ledger', join(dir, 'ledger.sqlite')];
    const { code, stderr } = await run([...scan, '-o', events, '--fail-on', 'possible']);
    expect([code, stderr]).toEqual([10, expect.stringMatching(/matched 1 /)]);
    const again = await run([...scan, '-f', 'jsonl']);
    const [event] = lines(again.stdout);
    expect(event).toMatchObject({
      best: { list: 'licensed', entryId: '7', algorithm: 'photodna', threshold: 600, band: 'possible' },
      fingerprints: [{ algorithm: 'photodna', recipe }],
    });
    expect((event!.best as { distance: number }).distance).toBeGreaterThan(0);
    expect(again.stderr).toContain('2 unchanged since they were read');
    expect(again.stdout).not.toContain(hex.slice(0, 40));
    const report = await run([
      'report',
      'draft',
      '--to',
      'generic',
      '--events',
      events,
      '-o',
      join(dir, 'drafts'),
      '--ledger',
      join(dir, 'ledger.sqlite'),
    ]);
    expect([report.code, report.stderr]).toEqual([0, expect.anything()]);
    expect(readdirSync(join(dir, 'drafts'))).not.toEqual([]);
  });
});

describe('a plug-in', () => {
  it('that fails leaves the run incomplete', async () => {
    const made = site({ photodna: { ...byProgram.photodna } });
    const { list } = await listIn(made);
    writeFileSync(join(made.dir, 'toy-program.mjs'), '#!/bin/sh\nexit 1\n');
    const { code, stdout } = await made.run(['scan', uploads, '-l', list, '--no-ledger', '-f', 'jsonl']);
    expect(code).toBe(3);
    expect(stdout).toContain('ended with 1');
  });

  it.skipIf(process.platform === 'win32')('that others can write is not run', async () => {
    const made = site(byModule);
    chmodSync(join(made.dir, 'toy-algorithm.mjs'), 0o666);
    const { code, stderr } = await made.run(['hash', known, '-a', 'photodna']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('others can write')]);
  });

  it.each([
    ['another name', { pdna: { module: './toy-algorithm.mjs' } }, 'another name'],
    ['no file', { photodna: { module: './none.mjs' } }, 'not run'],
    ['an unknown key', { photodna: { module: './toy-algorithm.mjs', args: [] } }, 'is unknown'],
    ['an unknown metric', { photodna: { ...byProgram.photodna, metric: 'cosine' } }, 'l2-squared'],
  ])('with %s is refused', async (_, plugins, message) => {
    const { code, stderr } = await site(plugins).run(['hash', known, '-a', 'photodna']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('keeps its hashes in every list that is made of a list: compiled, exported, merged', async () => {
    const made = site(byModule);
    const { dir, run } = made;
    const { list, hex } = await listIn(made);
    const [compiled, exported, merged, other] = ['c.hsx', 'e.jsonl', 'm.jsonl', 'o.csv'].map((name) =>
      join(dir, name),
    );
    writeFileSync(other!, `id,category,photodna\n8,csam,${'0af5c3'.repeat(48)}\n`);
    expect((await run(['list', 'compile', list, '-o', compiled!])).stderr).toContain('1 photodna');
    expect((await run(['list', 'info', compiled!])).stdout).toContain('list licensed: 1 entries (1 photodna');
    expect((await run(['list', 'verify', compiled!])).code).toBe(0);
    expect((await run(['list', 'export', list, '-o', exported!])).code).toBe(0);
    expect(readFileSync(exported!, 'utf8')).toContain(hex);
    expect((await run(['list', 'merge', list, other!, '-o', merged!])).code).toBe(0);
    expect(readFileSync(merged!, 'utf8').match(/photodna/g)).toHaveLength(2);
    expect((await run(['list', 'diff', list, other!])).stdout).toContain('photodna');
    const scan = [
      'scan',
      uploads,
      '--no-ledger',
      '--views',
      'none',
      '--fail-on',
      'possible',
      '-f',
      'jsonl',
      '-l',
    ];
    const distances = [];
    for (const one of [list, compiled!, exported!, merged!]) {
      const { code, stdout, stderr } = await run([...scan, one]);
      expect([code, stderr]).toEqual([10, expect.stringMatching(/matched 1 /)]);
      distances.push((lines(stdout)[0]!.best as { distance: number }).distance);
    }
    expect(new Set(distances)).toEqual(new Set([distances[0]]));
    const without = await hashsieve(['scan', uploads, '--no-ledger', '-l', compiled!]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('name the plug-in')]);
  });

  it('is known to list add, compare, calibrate and doctor', async () => {
    const made = site(byModule);
    const { dir, run } = made;
    const { list, hex } = await listIn(made);
    const own = join(dir, 'own.jsonl');
    expect((await run(['list', 'add', `photodna:${hex}`, '--own-list', own])).code).toBe(0);
    const added = await run(['list', 'add', '--from-image', known, '-a', 'photodna', '--own-list', own]);
    expect([added.code, added.stderr]).toEqual([0, expect.anything()]);
    const scanned = await run(['scan', uploads, '--own-list', own, '--no-ledger', '--fail-on', 'possible']);
    expect([scanned.code, scanned.stderr]).toEqual([10, expect.stringMatching(/matched 1 /)]);
    const [again, other] = [join(uploads, 'again.jpg'), join(uploads, 'other.png')];
    const near = await run(['compare', known, again, '--views', 'none', '-a', 'photodna']);
    expect(near.stdout).toMatch(/photodna +[1-9]\d* +1152 +600 +match/);
    const far = await run(['compare', known, other, '--views', 'none', '-a', 'photodna']);
    expect(far.stdout).toMatch(/photodna +[1-9]\d{3,} +1152 +600 +no match/);
    const calibrated = await run(['calibrate', again, '-l', list, '--views', 'none']);
    expect(calibrated.stdout).toMatch(/photodna: threshold 600, 1 false match; recommended \d+/);
    const doctor = await run(['doctor']);
    expect(doctor.stdout).toMatch(/ok +plug-ins .*photodna \(toy-tiles\/1, 1152 bits, l1, threshold 600\)/);
    writeFileSync(join(dir, 'toy-algorithm.mjs'), 'export const algorithm = 1;\n');
    const broken = await run(['doctor']);
    expect(broken.stdout).toMatch(/broken +plug-ins .*exports no object/);
  });

  it('is what the hashes of its algorithm on a list wait for', async () => {
    const made = site(byModule);
    const { list } = await listIn(made);
    expect((await made.run(['list', 'info', list])).stdout).toContain('1 photodna');
    expect((await hashsieve(['list', 'info', list])).stdout).toContain('need a plug-in');
  });
});
