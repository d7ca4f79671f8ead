import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { owner, takeLock } from '../../src/files/index.js';
import { bin, demo, hashsieve, lines, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
let dir: string;
/** Uploads of which one is listed. */
let site: string;
beforeEach(() => {
  dir = tempDir();
  site = join(dir, 'site');
  mkdirSync(site);
  cpSync(join(demo, 'uploads/holiday.jpg'), join(site, 'holiday.jpg'));
});
const at = (name: string) => join(site, name);
const foundIn = (summary: string) =>
  (JSON.parse(readFileSync(at(summary), 'utf8')) as { found: number }).found;
const scan = (...args: string[]) => hashsieve(['scan', '-l', known, '-q', ...args], { cwd: site });

describe('what a run writes is no asset of it', () => {
  const own = ['-o', 'events.jsonl', '-o', 'events.csv', '--summary', 's.json', '--heartbeat', 'b.json'];
  const more = ['--metrics', 'm.prom', '--lock', 'lock', '--ledger', 'ledger.sqlite'];
  const addresses = () => lines(readFileSync(at('events.jsonl'), 'utf8')).map(({ uri }) => uri);

  it('in the first run, in the next, and by another path', async () => {
    symlinkSync(site, join(dir, 'link'));
    for (const args of [['.'], ['.'], [join(dir, 'link')], ['--follow-symlinks', dir]]) {
      expect((await scan(...args, ...own, ...more, '--all', '--fresh', '--no-cache')).code).toBe(10);
      expect(foundIn('s.json')).toBe(1);
      expect(addresses()).toHaveLength(1);
    }
  });

  it('also not where a list of paths, another name or a link leads to it', async () => {
    expect((await scan('.', ...own, ...more)).code).toBe(10);
    linkSync(at('events.csv'), at('another.csv'));
    symlinkSync('events.jsonl', at('link.jsonl'));
    const paths = readdirSync(site).map((name) => `${name}\n`);
    const args = ['scan', '-l', known, '-q', '--files-from', '-', ...own, ...more, '--all'];
    expect((await hashsieve(args, { cwd: site, input: paths.join('') })).code).toBe(10);
    expect(foundIn('s.json')).toBe(1);
  });

  it('but a picture is one that an uploader gives the name of a part or of a claim', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const part = owner.replace(/\d+$/, '1');
    for (const name of [`events.jsonl.${uuid}.claim`, `events.jsonl.${part}.part`])
      cpSync(at('holiday.jpg'), at(name));
    expect((await scan('.', ...own, ...more)).code).toBe(10);
    expect(foundIn('s.json')).toBe(3);
    expect(addresses()).toHaveLength(3);
  });

  it('of hash', async () => {
    for (let turn = 0; turn < 2; turn++) {
      const { code, stderr } = await hashsieve(['hash', '.', '-o', 'hashes.csv'], { cwd: site });
      expect([code, stderr]).toEqual([0, '']);
    }
  });
});

describe('what is read is never written over', () => {
  const whole = () =>
    Object.fromEntries(
      readdirSync(site, { recursive: true, encoding: 'utf8' }).map((name) => [
        name,
        name === 'sub' ? '' : readFileSync(at(name), 'latin1'),
      ]),
    );
  beforeEach(() => {
    cpSync(known, at('known.csv'));
    cpSync(known, at('allow.csv'));
    writeFileSync(at('config.json'), '{}');
    writeFileSync(at('paths.txt'), 'holiday.jpg\n');
    writeFileSync(at('events.jsonl'), '');
    mkdirSync(at('sub'));
    linkSync(at('known.csv'), at('hard.csv'));
    symlinkSync('known.csv', at('soft.csv'));
    linkSync(at('holiday.jpg'), at('sub/hard.jsonl'));
  });

  it.each([
    [
      'a listed picture',
      ['.', '-o', 'holiday.jpg', '-f', 'jsonl'],
      /--output holiday\.jpg: a file is there that is no text/,
    ],
    ['it by a hard link', ['holiday.jpg', '-o', 'sub/hard.jsonl'], /that is what is to be scanned/],
    ['it elsewhere', ['known.csv', '-o', 'sub/hard.jsonl'], /is no text \(image\/jpeg\)/],
    [
      'a picture for the summary',
      ['.', '--summary', 'holiday.jpg'],
      /--summary holiday\.jpg: a file is there/,
    ],
    ['the list', ['.', '-o', 'known.csv'], /--output known\.csv: that is the hash list/],
    ['the list by a hard link', ['.', '-o', 'hard.csv'], /that is the hash list/],
    ['the list by a symbolic link', ['.', '--summary', 'soft.csv'], /that is the hash list/],
    ['the list for metrics', ['.', '--metrics', './sub/../known.csv'], /--metrics .* that is the hash list/],
    ['the list for the heartbeat', ['.', '--heartbeat', 'known.csv'], /--heartbeat .* that is the hash list/],
    ['the list for the ledger', ['.', '--ledger', 'known.csv'], /--ledger .* that is the hash list/],
    ['the allow list', ['.', '--allow', 'allow.csv', '-o', 'allow.csv'], /that is the allow list/],
    [
      'the configuration',
      ['.', '--config', 'config.json', '--summary', 'config.json'],
      /that is the configuration/,
    ],
    [
      'the list of paths',
      ['--files-from', 'paths.txt', '--summary', 'paths.txt'],
      /that is the file of --files-from/,
    ],
    ['what is scanned', ['events.jsonl', '-o', 'events.jsonl'], /that is what is to be scanned/],
    [
      'another output',
      ['.', '-o', 'a.jsonl', '--summary', 'sub/../a.jsonl'],
      /--output of this run goes there/,
    ],
    ['the ledger', ['.', '--ledger', 'l.db', '--metrics', 'l.db'], /--metrics of this run goes there/],
  ])('%s', async (_what, args, message) => {
    const before = whole();
    const ran = await hashsieve(['scan', '-l', 'known.csv', '-q', ...args], { cwd: site });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(whole()).toEqual(before);
  });

  it.each([
    ['hash', ['hash', 'holiday.jpg', '-o', 'sub/hard.jsonl'], /that is what is to be scanned/],
    ['rematch', ['rematch', '-l', 'known.csv', '-o', 'soft.csv'], /that is the hash list/],
    [
      'calibrate',
      ['calibrate', '.', '-l', 'known.csv', '--html', 'known.csv'],
      /--html .* that is the hash list/,
    ],
    [
      'block',
      ['block', '--events', 'events.jsonl', '-f', 'urls', '-o', 'events.jsonl', '--replace'],
      /the file of --events/,
    ],
    ['list export', ['list', 'export', 'known.csv', '-o', 'hard.csv'], /a list that it is made of/],
    [
      'list merge',
      ['list', 'merge', 'allow.csv', 'known.csv', '-o', 'soft.csv'],
      /a list that it is made of/,
    ],
    ['list compile', ['list', 'compile', 'known.csv', '-o', 'known.csv'], /a list that it is made of/],
    ['list compile', ['list', 'compile', 'known.csv', '-o', 'holiday.jpg'], /is no text \(image\/jpeg\)/],
  ])('%s either', async (_name, args, message) => {
    const before = whole();
    const ran = await hashsieve(args, { cwd: site });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(whole()).toEqual(before);
  });

  it('though what an earlier run wrote is', async () => {
    // A link that is not followed, and an empty file, are no answer.
    for (const name of ['soft.csv', 'events.jsonl']) rmSync(at(name));
    const compile = () => hashsieve(['list', 'compile', 'known.csv', '-o', 'known.hsx', '-q'], { cwd: site });
    const again = [
      '-o',
      'e.jsonl',
      '-o',
      'e.json',
      '-o',
      'e.csv',
      '-o',
      'e.txt',
      '--summary',
      's.json',
      '--metrics',
      'm',
    ];
    for (let turn = 0; turn < 2; turn++) {
      expect((await compile()).code).toBe(0);
      expect((await scan('.', ...again, '--no-ledger')).code).toBe(10);
    }
  });
});

describe('events below what is scanned', () => {
  it('draw one warning, which -q leaves out', async () => {
    const args = ['scan', '.', '-l', known, '--no-ledger', '-o', 'a.jsonl', '-o', 'b.jsonl'];
    const { stderr } = await hashsieve(args, { cwd: site });
    expect(stderr.match(/^warning: output a\.jsonl lies below a directory that is scanned/gm)).toHaveLength(
      1,
    );
    expect(stderr.match(/^warning: /gm)).toHaveLength(1);
    expect((await hashsieve([...args, '-q'], { cwd: site })).stderr).not.toContain('warning');
    const beside = args.map((arg) => arg.replace(/^([ab]\.jsonl)$/, '../$1'));
    expect((await hashsieve(beside, { cwd: site })).stderr).not.toContain('warning');
  });
});

describe('two runs that write the same file', () => {
  it('come one after the other, or the second is refused', async () => {
    const events = join(dir, 'events.jsonl');
    const other = await takeLock(events);
    const args = ['.', '--no-ledger', '-o', events];
    const refused = await scan(...args);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(
          `events\\.jsonl cannot be written: another run writes it: process ${process.pid} on .*wait for it with --wait`,
        ),
      ),
    });
    const waiting = scan(...args, '--wait');
    await other.release();
    expect((await waiting).code).toBe(10);
    expect(lines(readFileSync(events, 'utf8'))).toHaveLength(1);
    expect(readdirSync(dir).sort()).toEqual(['events.jsonl', 'site']);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  const full = (...names: string[]) => {
    for (const name of names) symlinkSync('/dev/full', at(name));
  };
  const lost = { code: 3, stderr: expect.stringMatching(/^hashsieve: \S+ is lost, .*: the disk is full$/m) };

  it('is named by every command that writes a file, and is no crash', async () => {
    const { stdout } = await scan('.', '--no-ledger', '-f', 'jsonl');
    writeFileSync(at('e.jsonl'), stdout.replaceAll('file:', 'https:'));
    writeFileSync(at('own.jsonl'), '{"id":"a","md5":"0123456789abcdef0123456789abcdef"}\n');
    full('page.html', 'rules.txt', 'list.jsonl');
    const run = (...args: string[]) => hashsieve(args, { cwd: site });
    expect(await run('calibrate', '.', '-l', known, '--html', 'page.html')).toMatchObject(lost);
    expect(await run('block', '--events', 'e.jsonl', '-f', 'urls', '-o', 'rules.txt')).toMatchObject(lost);
    expect(await run('list', 'export', 'own.jsonl', '-o', 'list.jsonl')).toMatchObject(lost);
    expect(await run('list', 'merge', 'own.jsonl', '-o', 'list.jsonl')).toMatchObject(lost);
  });

  it('takes nothing from a list of one`s own', () => {
    const list = at('own.jsonl');
    const line = '{"id":"a","category":"own","md5":"0123456789abcdef0123456789abcdef"}\n';
    const text = Array.from({ length: 3000 }, (_, n) => line.replace('"a"', `"a${n}"`)).join('');
    writeFileSync(list, text);
    // A process may not write files beyond this size: the same as a disk without space.
    const limited = (...args: string[]) =>
      spawnSync(
        'bash',
        ['-c', `ulimit -f 64; trap '' XFSZ; exec "$0" "$@"`, process.execPath, bin, ...args],
        {
          encoding: 'utf8',
          cwd: site,
          env: { PATH: process.env.PATH },
        },
      );
    for (const args of [
      ['list', 'add', list, 'md5:fedcba9876543210fedcba9876543210'],
      ['list', 'remove', list, 'a1'],
      ['list', 'compile', list, '-o', at('own.hsx')],
    ]) {
      const { status, stderr } = limited(...args);
      expect([args[1], status], stderr).toEqual([args[1], 3]);
      expect(stderr).toMatch(
        /is lost, and what was there before stays: the file would be larger than is allowed/,
      );
    }
    expect(readFileSync(list, 'utf8')).toBe(text);
    expect(readdirSync(site).sort()).toEqual(['holiday.jpg', 'own.jsonl']);
  });
});
