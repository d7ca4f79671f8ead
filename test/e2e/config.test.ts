import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allOptions } from '../../src/cli/options.js';
import { settingNames } from '../../src/cli/settings.js';
import { demo, hashsieve, lines, root, tempDir } from '../support/cli.js';

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

  it('knows options by their names on the command line, in the file and in the environment', async () => {
    const settings = async (args: string[], content: unknown, env: Record<string, string> = {}) => {
      const { stdout } = await hashsieve([...args, '--print-config'], { cwd: withConfig(content), env });
      return (JSON.parse(stdout) as { settings: Record<string, { value: unknown }> }).settings;
    };
    const scan = ['scan', uploads, '-l', known];
    expect(
      await settings(scan, { noVideo: true, noPdf: false, algorithm: 'md5' }, { HASHSIEVE_NO_CACHE: 'yes' }),
    ).toMatchObject({
      video: { value: false, from: 'file' },
      pdf: { value: true, from: 'file' },
      listAlgorithm: { value: 'md5', from: 'file' },
      cache: { value: false, from: 'environment' },
    });
    expect(await settings(scan, { video: false })).toMatchObject({ video: { value: false } });
    const hash = ['hash', uploads];
    expect(await settings(hash, {}, { HASHSIEVE_ALGORITHM: 'pdq,md5' })).toMatchObject({
      algorithms: { value: ['pdq', 'md5'] },
    });
    const home = tempDir();
    const env = { XDG_STATE_HOME: home, HASHSIEVE_NO_LEDGER: '1' };
    expect((await hashsieve(scan, { env })).code).toBe(10);
    expect(readdirSync(home)).toEqual([]);
  });

  it('warns of variables that set nothing, and not of credentials', async () => {
    const env = {
      HASHSIEVE_URLS: 'urls.txt',
      HASHSIEVE_MAX_BITES: '1',
      HASHSIEVE_LIST_KNOWN_USER: 'me',
      HASHSIEVE_NCMEC_USER: 'me',
      HASHSIEVE_GROUP_BY: 'user',
    };
    const { code, stderr } = await hashsieve(['scan', uploads, '-l', known, '--quiet', '--no-fail'], { env });
    expect(code).toBe(0);
    expect(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('warning'))
        .sort(),
    ).toEqual([
      'warning: HASHSIEVE_MAX_BITES does nothing: no option has this name',
      'warning: HASHSIEVE_URLS does nothing: --urls <file> is for the command line only',
    ]);
  });

  it.each([
    [{ noVideo: true, video: false }, /--no-video is set under two names/],
    [{ lists: [known] }, /key "lists" is unknown/],
    [{ maxBytes: true }, /key "maxBytes": expected a text or a number/],
    [{ format: 'xml' }, /key "format": "xml" is unknown/],
    [{ timeout: '25d' }, /key "timeout": more than 1h/],
    [{ urls: 'x' }, /give it on the command line/],
    ['text', /expected an object/],
  ])('refuses %j', async (content, message) => {
    const { code, stderr } = await hashsieve(['scan', uploads, '--list', known], {
      cwd: withConfig(content),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses longer times than a timer and libvips can be set to, and takes the longest', async () => {
    const scan = (...more: string[]) => hashsieve(['scan', uploads, '--list', known, '--no-ledger', ...more]);
    for (const option of ['--budget', '--timeout'])
      expect(await scan(option, '25d')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(new RegExp(`option ${option} <time>: more than \\d+[dh],`)),
      });
    expect((await scan('--budget', '24d', '--timeout', '60m', '--max-list-age', '9000d')).code).toBe(10);
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

describe('docs/settings.md', () => {
  const text = readFileSync(join(root, 'docs/settings.md'), 'utf8');
  const [above, below] = text.split('## On the command line only') as [string, string];
  const camel = (flag: string) => flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

  it('names every option that is for the command line only, and every one with a name of its own', async () => {
    const options = await allOptions();
    for (const [own, spec] of Object.entries(options)) {
      const flag = /--[a-z0-9-]+/.exec(spec.flags)![0];
      if (spec.flagOnly) expect(below).toContain(`\`${flag}\``);
      else if (!settingNames(own, spec, options).some(({ name }) => name === camel(flag)))
        expect(above).toMatch(new RegExp(`\\| \`${flag}\` of .* \\| \`${own}\``));
    }
    const named = [...below.matchAll(/`(--[a-z0-9-]+)`/g)].map(([, flag]) => flag!);
    const only = Object.values(options).filter(({ flagOnly }) => flagOnly);
    for (const flag of named)
      expect(
        only.some(({ flags }) => flags.split(/[ ,]+/).includes(flag)),
        flag,
      ).toBe(true);
  });
});
