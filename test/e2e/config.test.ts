import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
const uploads = join(demo, 'uploads');

function withConfig(content: unknown): string {
  const dir = tempDir();
  writeFileSync(join(dir, 'hashsieve.config.json'), JSON.stringify(content));
  return dir;
}

describe('configuration', () => {
  it('gives the settings that the command line leaves out', async () => {
    const cwd = withConfig({ list: [known], threshold: { pdq: 0 }, format: 'text' });
    const { code, stdout } = await hashsieve(['scan', uploads], { cwd });
    expect(code).toBe(10);
    expect(stdout).toMatch(/known#scene-1/);
    expect(stdout).not.toMatch(/known#scene-2/);
  });

  it('yields to the environment, and that to the flag', async () => {
    const cwd = withConfig({ list: [known], maxBytes: '1MB', maxFrames: 3, timeout: '7s' });
    const env = { HASHSIEVE_MAX_BYTES: '2MB', HASHSIEVE_MAX_FRAMES: '5', HASHSIEVE_QUIET: '0' };
    const { code, stdout } = await hashsieve(['scan', uploads, '--max-frames', '9', '--print-config'], {
      cwd,
      env,
    });
    expect(code).toBe(0);
    const { settings } = JSON.parse(stdout) as { settings: Record<string, { value: unknown; from: string }> };
    expect(settings.maxFrames).toEqual({ value: 9, from: 'flag' });
    expect(settings.maxBytes).toEqual({ value: 2_000_000, from: 'environment' });
    expect(settings.timeout).toEqual({ value: 7, from: 'file' });
    expect(settings.maxPixels).toEqual({ value: 100_000_000, from: 'default' });
    expect(settings.quiet).toEqual({ value: false, from: 'environment' });
  });

  it.each([
    [{ lists: [known] }, /key "lists" is unknown/],
    [{ maxBytes: true }, /key "maxBytes": expected a text or a number/],
    [{ format: 'xml' }, /key "format": "xml" is unknown/],
    [{ urls: 'x' }, /give it on the command line/],
    ['text', /expected an object/],
  ])('refuses %j', async (content, message) => {
    const { code, stderr } = await hashsieve(['scan', uploads, '--list', known], {
      cwd: withConfig(content),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('is not taken from a directory that is scanned: an uploader may have put it there', async () => {
    const dir = tempDir();
    cpSync(uploads, dir, { recursive: true });
    writeFileSync(join(dir, 'hashsieve.config.json'), JSON.stringify({ threshold: { pdq: 0 } }));
    const { code, stderr } = await hashsieve(['scan', '.', '--list', known], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(/name it with --config if it is yours/);
    const named = ['scan', '.', '--list', known, '--config', 'hashsieve.config.json'];
    expect((await hashsieve(named, { cwd: dir })).code).toBe(10);
  });

  it('warns of bad lines in a list by number, never quoting them', async () => {
    const dir = tempDir();
    const list = join(dir, 'list.txt');
    const secret = 'zz'.repeat(32);
    writeFileSync(list, `pdq ${'0123456789abcdef'.repeat(4)}\npdq ${secret}\n`);
    const { code, stderr, stdout } = await hashsieve(['scan', uploads, '--list', list]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: \S+list\.txt line 2: /);
    expect(stderr + stdout).not.toContain(secret);
    expect(lines(stdout)).toHaveLength(1);
  });
});
