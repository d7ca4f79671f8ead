import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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

  it('is what the hashes of its algorithm on a list wait for', async () => {
    const made = site(byModule);
    const { list } = await listIn(made);
    expect((await made.run(['list', 'info', list])).stdout).toContain('1 photodna');
    expect((await hashsieve(['list', 'info', list])).stdout).toContain('need a plug-in');
  });
});
