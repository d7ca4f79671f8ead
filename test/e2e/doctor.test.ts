import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';

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

  it('is readable for people', async () => {
    const { code, stdout } = await hashsieve(['doctor'], { env: { PATH: '/nonexistent' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}node {2}\d/);
    expect(stdout).toMatch(/^missing {2}ffmpeg\n {9}videos are not looked into/m);
  });
});
