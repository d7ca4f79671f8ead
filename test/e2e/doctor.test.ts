import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

interface Check {
  readonly name: string;
  readonly state: string;
  readonly version?: string;
  readonly path?: string;
  readonly detail?: string;
  readonly advice?: string;
}

async function examine(env: Record<string, string>, ...args: string[]) {
  const { code, stdout } = await hashsieve(['doctor', '--format', 'json', ...args], { env, cwd: tempDir() });
  expect(code).toBe(0);
  const { schema, checks } = JSON.parse(stdout) as { schema: string; checks: Check[] };
  expect(schema).toBe('hashsieve/doctor/1');
  return (name: string) => checks.find((check) => check.name === name)!;
}

/** A folder with an executable of that name. */
function withProgram(name: string, script: string): string {
  const folder = tempDir();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describe('doctor', () => {
  it('tells what is there, with versions and paths', async () => {
    const folder = withProgram('ffmpeg', 'echo ffmpeg version 7.1-test Copyright');
    const check = await examine({ PATH: folder });
    expect(check('node')).toMatchObject({ state: 'ok', version: process.versions.node });
    expect(check('sharp')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^libvips \S+: jpeg, png, webp, gif, tiff, avif$/),
    });
    for (const name of [
      'libheif-js',
      'jxl-oxide-wasm',
      '@imagemagick/magick-wasm',
      '@hyzyla/pdfium',
      '@aws-sdk/client-s3',
    ])
      expect(check(name)).toMatchObject({ state: 'ok', version: expect.stringMatching(/^\d/) });
    expect(check('ffmpeg')).toEqual({
      name: 'ffmpeg',
      state: 'ok',
      version: '7.1-test',
      path: join(folder, 'ffmpeg'),
    });
    expect(check('ledger')).toMatchObject({ state: 'ok', detail: expect.stringContaining('not there yet') });
    expect(check('configuration')).toMatchObject({
      state: 'missing',
      advice: expect.stringContaining('hashsieve init'),
    });
  });

  it('tells what is missing or broken, what that costs and what to do', async () => {
    const missing = await examine({ PATH: '/nonexistent' });
    expect(missing('ffmpeg')).toMatchObject({
      state: 'missing',
      advice: expect.stringMatching(/videos.*install ffmpeg/),
    });
    const broken = await examine({ PATH: withProgram('ffmpeg', 'exit 3') });
    expect(broken('ffmpeg')).toMatchObject({ state: 'broken' });
    const homeless = await examine({ PATH: '/nonexistent', HOME: '', XDG_STATE_HOME: '' });
    expect(homeless('ledger')).toMatchObject({
      state: 'missing',
      advice: expect.stringContaining('--ledger'),
    });
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect((await examine({}, '--ledger', join(file, 'ledger.sqlite')))('ledger')).toMatchObject({
      state: 'broken',
    });
  });

  it('warns of a ledger that others can read, and names the configuration', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'state'));
    const ledger = join(dir, 'state', 'ledger.sqlite');
    writeFileSync(ledger, 'x', { mode: 0o644 });
    const config = join(dir, 'c.json');
    writeFileSync(config, '{"maxBytes":"5MB"}');
    const check = await examine({}, '--ledger', ledger, '--config', config);
    expect(check('ledger')).toMatchObject({
      state: 'ok',
      detail: '1 bytes, rights 644',
      advice: expect.stringContaining('chmod 600'),
    });
    expect(check('configuration')).toMatchObject({ state: 'ok', path: config, detail: '1 option' });
  });

  it('tells what the lists can find, and warns of digests where the files look re-encoded', async () => {
    const dir = tempDir();
    const uploads = join(dir, 'uploads');
    mkdirSync(uploads);
    for (let seed = 0; seed < 24; seed++)
      await draw(seed, 64, 48)
        .webp()
        .toFile(join(uploads, `${seed}.webp`));
    const digest = '0123456789abcdef'.repeat(2);
    writeFileSync(join(dir, 'md5.csv'), `id,md5\na,${digest}\n`);
    writeFileSync(
      join(dir, 'pdq.csv'),
      `id,pdq,md5\na,d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6b39c4e9c9b22,${digest}\n`,
    );
    const config = join(dir, 'c.json');
    const ledger = join(dir, 'ledger.sqlite');
    const listsOf = async (list?: string) => {
      writeFileSync(config, JSON.stringify(list === undefined ? {} : { list }));
      return (await examine({}, '--ledger', ledger, '--config', config))('lists');
    };
    expect(await listsOf()).toMatchObject({ state: 'missing', advice: expect.stringMatching(/init/) });
    expect(await listsOf('gone.csv')).toMatchObject({ state: 'broken', path: join(dir, 'gone.csv') });
    const unscanned = await listsOf('md5.csv');
    expect(unscanned).toMatchObject({
      state: 'ok',
      detail: '1 configured: md5; digests only, which find exact copies only',
    });
    expect(unscanned).not.toHaveProperty('advice');
    expect(
      (await hashsieve(['scan', uploads, '--ledger', ledger, '--list', join(dir, 'md5.csv')])).code,
    ).toBe(0);
    expect(await listsOf('md5.csv')).toMatchObject({
      state: 'ok',
      advice: expect.stringMatching(
        /look re-encoded \(24 of 24 pictures are image\/webp\).*original at upload/,
      ),
    });
    expect(await listsOf('pdq.csv')).toEqual({
      name: 'lists',
      state: 'ok',
      detail: '1 configured: pdq, md5',
    });
  });

  it('is readable for people', async () => {
    const { code, stdout } = await hashsieve(['doctor'], { env: { PATH: '/nonexistent' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}node {2}\d/);
    expect(stdout).toMatch(/^missing {2}ffmpeg\n {9}videos are not looked into/m);
  });

  it('checks the configuration whole, and names what would fail on the day of a match', async () => {
    const folder = tempDir();
    const path = join(folder, 'config.json');
    const secret = join(folder, 'secret');
    const target = { type: 'webhook', url: 'https://a.example/', secretFile: 'secret' };
    const configured = async (content: object) => {
      writeFileSync(path, JSON.stringify(content));
      return examine({}, '--config', path);
    };
    const asked = await configured({
      notify: { targets: { a: target, b: { type: 'webhok' } } },
      operator: {},
    });
    expect(asked('schema')).toMatchObject({
      state: 'broken',
      detail: expect.stringMatching(/operator must have .*notify\.targets\.b\.type .*webhook/),
    });
    expect(asked('block notify')).toMatchObject({
      state: 'broken',
      detail: expect.stringContaining('notify.targets.b.type'),
      advice: expect.stringContaining('nobody is told'),
    });
    expect(asked('block operator')).toMatchObject({ state: 'broken' });
    const typo = await configured({ notify: { targets: { a: { ...target, secretFle: 'x' } } } });
    expect(typo('schema').detail).toContain('"secretFle" is unknown; did you mean "secretFile"?');
    const missing = await configured({ notify: { targets: { a: target } } });
    expect(missing('schema')).toMatchObject({ state: 'ok' });
    expect(missing('block notify')).toMatchObject({
      state: 'broken',
      detail: expect.stringMatching(/notify\.targets\.a\.secretFile: .*secret cannot be read/),
    });
    writeFileSync(secret, 'x', { mode: 0o600 });
    expect((await configured({ notify: { targets: { a: target } } }))('block notify')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('1 target'),
    });
    const lists = await configured({ exchanges: { a: { type: 'ncmec', base: 'industry' } } });
    expect(lists('block exchanges')).toMatchObject({
      state: 'broken',
      detail: expect.stringContaining('credentials'),
    });
  });
});
