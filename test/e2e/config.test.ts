import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingNames } from '../../src/config/settings.js';
import { allOptions } from '../../src/options/table.js';
import { demo, hashsieve, lines, root, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
const uploads = join(demo, 'uploads');

/** What names a configuration of this content. */
function withConfig(content: unknown): [option: string, path: string] {
  const path = join(tempDir(), 'config.json');
  writeFileSync(path, JSON.stringify(content));
  return ['--config', path];
}

describe('configuration', () => {
  it('gives the settings that the command line leaves out', async () => {
    const config = withConfig({ list: [known], threshold: { pdq: 0 }, format: 'text' });
    const { code, stdout } = await hashsieve(['scan', uploads, ...config]);
    expect(code).toBe(10);
    expect(stdout).toMatch(/known#scene-1/);
    expect(stdout).not.toMatch(/known#scene-2/);
  });

  it('yields to the environment, and that to the flag', async () => {
    const config = withConfig({ list: [known], maxBytes: '1MB', maxFrames: 3, timeout: '7s' });
    const env = { HASHSIEVE_MAX_BYTES: '2MB', HASHSIEVE_MAX_FRAMES: '5', HASHSIEVE_QUIET: '0' };
    const { code, stdout } = await hashsieve(
      ['scan', uploads, '--max-frames', '9', '--print-config', ...config],
      {
        env,
      },
    );
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
      const { stdout } = await hashsieve([...args, '--print-config', ...withConfig(content)], { env });
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
    const { code, stderr } = await hashsieve(['scan', uploads, '--list', known, ...withConfig(content)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses longer times than a timer and libvips can be set to, and takes the longest', async () => {
    const ledger = ['--ledger', join(tempDir(), 'ledger.sqlite')];
    const scan = (...more: string[]) => hashsieve(['scan', uploads, '--list', known, ...ledger, ...more]);
    for (const option of ['--budget', '--timeout'])
      expect(await scan(option, '25d')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(new RegExp(`option ${option} <time>: more than \\d+[dh],`)),
      });
    expect((await scan('--budget', '24d', '--timeout', '60m', '--max-list-age', '9000d')).code).toBe(10);
  });

  it('is never read from the working directory by itself, whatever an uploader puts there', async () => {
    const dir = tempDir();
    cpSync(uploads, dir, { recursive: true });
    const mark = join(dir, 'pwned');
    const planted = {
      noFail: true,
      allow: known,
      output: 'stolen.jsonl',
      ledger: 'l.sqlite',
      notify: { when: 'at-once', targets: { x: { type: 'command', command: ['touch', mark] } } },
    };
    writeFileSync(join(dir, 'hashsieve.config.json'), JSON.stringify(planted));
    const scan = (...more: string[]) =>
      hashsieve(['scan', '.', '--list', known, '--no-ledger', ...more], { cwd: dir });
    const { code, stderr } = await scan();
    expect(code).toBe(10);
    const how =
      'hashsieve: hashsieve.config.json in the working directory is not read by itself; to use it: --config hashsieve.config.json\n';
    expect(stderr.startsWith(how)).toBe(true);
    for (const name of [mark, 'stolen.jsonl', 'l.sqlite']) expect(existsSync(join(dir, name))).toBe(false);
    const quiet = await scan('-q');
    expect(quiet.code).toBe(10);
    expect(quiet.stderr).not.toContain('hashsieve.config.json');
    // Where the call lacks what it may say, it is named all the same.
    for (const [code, ...more] of [[0], [2, '--require-list']] as const)
      expect(await hashsieve(['scan', '.', '-q', ...more], { cwd: dir })).toMatchObject({
        code,
        stderr: expect.stringContaining(how),
      });
    writeFileSync(join(dir, 'hashsieve.config.json'), JSON.stringify({ noFail: true }));
    expect((await scan('--config', 'hashsieve.config.json')).code).toBe(0);
  });

  it('is that of the user where none is named, unless others can write it', async () => {
    const home = tempDir();
    const folder = join(home, '.config/hashsieve');
    const path = join(folder, 'config.json');
    const { code, stderr: told } = await hashsieve(['init', path]);
    expect(code).toBe(0);
    expect(told).toContain(`it is read where a call names it: --config ${path}; by itself only as `);
    writeFileSync(path, JSON.stringify({ noFail: true }));
    const scan = (env: Record<string, string>) =>
      hashsieve(['scan', uploads, '--list', known, '--no-ledger', '-q'], { env });
    expect((await scan({ HOME: home })).code).toBe(0);
    expect((await scan({ XDG_CONFIG_HOME: join(home, '.config') })).code).toBe(0);
    expect((await scan({})).code).toBe(10);
    expect((await scan({ HASHSIEVE_CONFIG: path })).code).toBe(0);
    const refused = async (message: RegExp) =>
      expect(await scan({ HOME: home })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(message),
      });
    chmodSync(path, 0o664);
    await refused(/config\.json is not trusted: others can write .*config\.json \(run chmod go-w on it\)/);
    chmodSync(path, 0o644);
    chmodSync(folder, 0o775);
    await refused(/is not trusted: others can write .*hashsieve /);
    chmodSync(folder, 0o755);
    chmodSync(home, 0o777);
    await refused(/is not trusted: others can write /);
    // A sticky directory, as /tmp is one, keeps others from what is in it.
    chmodSync(home, 0o1777);
    expect((await scan({ HOME: home })).code).toBe(0);
    if (process.getuid?.() === 0) {
      chownSync(path, 12345, 0);
      await refused(/is of another user \(12345\)/);
    }
  });

  it('means paths from its own directory on, wherever it is called from', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'lists'));
    cpSync(known, join(dir, 'lists/known.csv'));
    writeFileSync(
      join(dir, 'config.json'),
      JSON.stringify({
        list: 'lists/known.csv',
        output: ['events.jsonl', '-'],
        summary: 'summary.json',
        ledger: 'state/ledger.sqlite',
        heartbeat: 'beat.json',
        metrics: 'metrics.prom',
        lock: 'lock',
        notify: { targets: { x: { type: 'command', command: ['./tell.sh', 'told'] } } },
      }),
    );
    writeFileSync(join(dir, 'tell.sh'), '#!/bin/sh\ncat > "$1"\n', { mode: 0o755 });
    const [cwd, planted] = [tempDir(), '#!/bin/sh\ntouch pwned\n'];
    writeFileSync(join(cwd, 'tell.sh'), planted, { mode: 0o755 });
    const { code, stdout } = await hashsieve(['scan', uploads, '--config', join(dir, 'config.json')], {
      cwd,
    });
    expect(code).toBe(10);
    expect(lines(stdout)).not.toEqual([]);
    for (const name of [
      'events.jsonl',
      'summary.json',
      'state/ledger.sqlite',
      'beat.json',
      'metrics.prom',
      'told',
    ])
      expect(existsSync(join(dir, name)), name).toBe(true);
    expect(readdirSync(cwd)).toEqual(['tell.sh']);
    expect(readdirSync(dir).filter((name) => /part|claim/.test(name))).toEqual([]);
  });

  it('warns of bad lines in a list by number, never quoting them', async () => {
    const dir = tempDir();
    const list = join(dir, 'list.txt');
    const secret = 'zz'.repeat(32);
    writeFileSync(list, `pdq ${'0123456789abcdef'.repeat(4)}\npdq ${secret}\n`);
    const { code, stderr, stdout } = await hashsieve(['scan', uploads, '--list', list]);
    expect(code).toBe(3);
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
