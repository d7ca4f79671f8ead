import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { bin, demo, hashsieve, tempDir } from '../support/cli.js';
import { describeWith, programPath } from '../support/programs.js';
import { inTerminal, terminalNeeds } from '../support/terminal.js';

const empty = join(tempDir(), 'empty.png');
writeFileSync(empty, '');
const args = [
  'scan',
  join(demo, 'uploads'),
  empty,
  '--list',
  join(demo, 'known.csv'),
  '--no-ledger',
  '--all',
  '-v',
];
const scan = (env: Record<string, string>, ...more: readonly string[]) =>
  hashsieve([...args, '-f', 'text', ...more], { env });
const codes = (printed: string) => [...printed.matchAll(/\x1b\[([\d;]*)m/g)].map(([, code]) => code!);
const bare = (printed: string) => printed.replaceAll(/\x1b\[[\d;]*m/g, '').replace(/in [\d.]+ s/, '');

describeWith(terminalNeeds, 'the line of progress', () => {
  const drawn = async (env: Record<string, string>, ...more: readonly string[]) =>
    codes((await inTerminal([...args, '-o', join(tempDir(), 'e.jsonl'), ...more], [], { env })).output);

  it('is coloured on a terminal, but not with NO_COLOR or --theme none', async () => {
    expect(await drawn({})).toContain('36');
    expect(await drawn({ NO_COLOR: '1' })).toEqual([]);
    expect(await drawn({}, '--theme', 'none')).toEqual([]);
  });
});

describe('colours', () => {
  it('repeat what words say: without them the same is printed', async () => {
    const plain = await scan({});
    const coloured = await scan({ FORCE_COLOR: '1' });
    expect(plain.stdout).toMatch(/^MATCH .*^clear .*^FAILED /ms);
    for (const stream of ['stdout', 'stderr'] as const) {
      expect(codes(plain[stream]), stream).toEqual([]);
      expect(codes(coloured[stream]).length, stream).toBeGreaterThan(0);
      expect(bare(coloured[stream])).toBe(bare(plain[stream]));
    }
    expect(coloured.stdout).toMatch(/^\x1b\[1m\x1b\[31mMATCH {2}/m);
    expect(coloured.stdout).toMatch(/^\x1b\[33mFAILED /m);
    expect(coloured.stdout).toMatch(/\x1b\[36m\S+holiday\.jpg\x1b\[39m {2}/);
    expect(coloured.stderr).toMatch(/^\x1b\[1m\x1b\[31mMATCH\. Do not open/m);
  });

  it('are decided by FORCE_COLOR, then by NO_COLOR unless it is empty, then by what the stream is', async () => {
    const isColoured = async (env: Record<string, string>) => codes((await scan(env)).stdout).length > 0;
    expect(await isColoured({ FORCE_COLOR: '' })).toBe(true);
    expect(await isColoured({ FORCE_COLOR: '3', NO_COLOR: '1', TERM: 'dumb' })).toBe(true);
    expect(await isColoured({ FORCE_COLOR: '0' })).toBe(false);
    expect(await isColoured({ NO_COLOR: '', TERM: 'xterm' })).toBe(false);
  });

  it('never go into a file, a log or a format for programs', async () => {
    const file = join(tempDir(), 'e.txt');
    const env = { FORCE_COLOR: '3' };
    await scan(env, '-o', file, '--summary', `${file}.json`);
    expect(codes(readFileSync(file, 'utf8'))).toEqual([]);
    for (const format of ['json', 'jsonl', 'csv'])
      expect(codes((await scan(env, '-f', format)).stdout), format).toEqual([]);
    const logged = await scan(env, '--log-format', 'json');
    expect(logged.stderr).toContain('MATCH. Do not open');
    expect(logged.stderr).not.toMatch(/\x1b|u001b/);
  });

  it('neutral text from outside stays neutral', async () => {
    const path = join(tempDir(), 'a\x1b[32m.txt');
    writeFileSync(path, 'no picture');
    const { stdout } = await hashsieve([...args.slice(0, 1), path, ...args.slice(3), '-f', 'text'], {
      env: { FORCE_COLOR: '1' },
    });
    expect(stdout).toContain('a\\x1b[32m.txt');
    expect(codes(stdout)).not.toContain('32');
  });
});

describe('--theme', () => {
  it.each(['1', '2', '3'])('colour-blind has neither red nor green, with FORCE_COLOR=%s', async (level) => {
    const { stdout, stderr } = await scan({ FORCE_COLOR: level, TERM: 'dumb' }, '--theme', 'colour-blind');
    const used = codes(stdout + stderr);
    expect(used).toContain('7'); // an alarm is inverse
    expect(used.filter((code) => /^(3|9)[12]$/.test(code))).toEqual([]);
    if (level === '3') expect(used).toContain('38;2;213;94;0');
    if (level === '2') expect(used.some((code) => code.startsWith('38;5;'))).toBe(true);
  });

  it('none is without, and is a setting like any other', async () => {
    expect(codes((await scan({ FORCE_COLOR: '1' }, '--theme', 'none')).stdout)).toEqual([]);
    expect(codes((await scan({ FORCE_COLOR: '1', HASHSIEVE_THEME: 'none' })).stdout)).toEqual([]);
    const wrong = await scan({}, '--theme', 'rainbow');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/default, colour-blind, none/) });
  });
});

// Other systems have a `script` that takes other options.
describeWith(['script', 'Linux'], 'at a terminal, colours', () => {
  const atTerminal = async (env: Record<string, string>, redirect = '') => {
    const quoted = [process.execPath, bin, ...args, '--no-progress'].map((word) => `'${word}'`).join(' ');
    const child = spawn(programPath('script'), ['-qec', `${quoted} ${redirect}`, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env },
    });
    return text(child.stdout);
  };

  it('are there, and are not with NO_COLOR or TERM=dumb', async () => {
    expect(codes(await atTerminal({})).length).toBeGreaterThan(0);
    expect(codes(await atTerminal({ NO_COLOR: '' })).length).toBeGreaterThan(0);
    expect(codes(await atTerminal({ NO_COLOR: '0' }))).toEqual([]);
    expect(codes(await atTerminal({ TERM: 'dumb' }))).toEqual([]);
  });

  it('are judged for each stream by itself', async () => {
    const file = join(tempDir(), 'out');
    const shown = await atTerminal({}, `-f text >'${file}'`);
    expect(codes(shown).length).toBeGreaterThan(0);
    expect(codes(readFileSync(file, 'utf8'))).toEqual([]);
    const other = await atTerminal({}, `2>'${file}'`);
    expect(codes(other).length).toBeGreaterThan(0);
    expect(codes(readFileSync(file, 'utf8'))).toEqual([]);
  });
});
