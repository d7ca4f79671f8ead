import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filePath, fileUri } from '../../src/core/uri.js';
import { bin, hashsieve, lines, tempDir } from '../support/cli.js';
import { has, itWith, programPath } from '../support/programs.js';
import { type Hostile, hostileFiles, valid } from './files.js';

interface Summary {
  found: number;
  outcomes: Record<'matched' | 'clear' | 'skipped' | 'failed', number>;
}
const sumOf = ({ outcomes }: Summary) => Object.values(outcomes).reduce((sum, n) => sum + n, 0);
const endOf = (record: Record<string, unknown>) =>
  record.code === undefined ? `${record.outcome}` : `${record.outcome} ${record.code}`;

const list = join(tempDir(), 'known.txt');
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const nowhere = digest(Buffer.from('nothing that is ever scanned'));
writeFileSync(list, `sha256 ${nowhere}\npdq ${nowhere}\n`);

/** Scans, and checks what must hold whatever was scanned: no crash, one result each, sums right, a quiet terminal. */
async function scan(...args: readonly string[]) {
  const summaryFile = join(tempDir(), 'summary.json');
  const base = [
    'scan',
    '--list',
    list,
    '--format',
    'jsonl',
    '--all',
    '--summary',
    summaryFile,
    '--no-ledger',
  ];
  const ran = await hashsieve([...base, ...args]);
  const records = lines(ran.stdout);
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary;
  expect(summary.found).toBe(records.length);
  expect(sumOf(summary)).toBe(records.length);
  expect(ran.stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]|crashed/);
  return { ...ran, records, summary };
}

describe('hostile bytes and names', () => {
  const dir = tempDir();
  let files: Hostile[];
  beforeAll(async () => {
    files = await hostileFiles();
    for (const { name, bytes } of files)
      writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name)]), bytes);
  });

  it('end each in exactly one result, the one that they deserve', async () => {
    const listed = files.find(({ name }) => name === 'cut-20.png')!;
    const lists = join(tempDir(), 'digest.txt');
    writeFileSync(lists, `sha256 ${digest(listed.bytes)}`);
    const { records, code, summary } = await scan(dir, '--list', lists);
    const ends = new Map(records.map((record) => [String(record.uri), endOf(record)]));
    // What was hung on to a picture has a result of its own.
    expect([...ends.keys()].filter((uri) => !uri.includes('!/'))).toHaveLength(files.length);
    const wrong = files.flatMap((file) => {
      const { name, ends: allowed } = file;
      const uri = fileUri(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name)]));
      const end = ends.get(uri) ?? 'no result';
      // A listed file is found even where its pixels cannot be read.
      if (file === listed) return end.startsWith('matched') ? [] : [`${String(name)}: ${end}`];
      return allowed.includes(end) ? [] : [`${String(name)}: ${end}`];
    });
    expect(wrong).toEqual([]);
    expect(summary.outcomes.matched).toBe(1);
    expect(code).toBe(11);
  });

  it('keep every byte of their names', async () => {
    const { records } = await scan(dir, '--include', 'not-*');
    expect(Buffer.from(filePath(String(records[0]!.uri))).toString('latin1')).toMatch(
      /not-\xff\xfe-utf8\.jpg$/,
    );
  });
});

describe('hostile places', () => {
  const isRoot = has('root');
  itWith(['mkfifo'], 'links in a circle, pipes, sockets, devices and dead links', async () => {
    const dir = tempDir();
    const { jpg } = await valid();
    writeFileSync(join(dir, 'a.jpg'), jpg!);
    symlinkSync('.', join(dir, 'loop'));
    symlinkSync('two', join(dir, 'one'));
    symlinkSync('one', join(dir, 'two'));
    symlinkSync('nowhere', join(dir, 'dead'));
    symlinkSync('/dev/zero', join(dir, 'zero'));
    expect(spawnSync(programPath('mkfifo'), [join(dir, 'pipe')]).status).toBe(0);
    const server = createServer().listen(join(dir, 'socket'));
    await new Promise((ready) => server.once('listening', ready));
    const plain = await scan(dir);
    const followed = await scan(dir, '--follow-symlinks');
    server.close();
    const short = (records: Record<string, unknown>[]) =>
      Object.fromEntries(records.map((record) => [String(record.uri).split('/').at(-1), endOf(record)]));
    const places = { 'a.jpg': 'clear', pipe: 'failed not-a-file', socket: 'failed not-a-file' };
    const links = Object.fromEntries(
      ['loop', 'one', 'two', 'dead', 'zero'].map((name) => [name, 'skipped symlink']),
    );
    expect(short(plain.records)).toEqual({ ...places, ...links });
    expect(short(followed.records)).toMatchObject({
      ...places,
      zero: 'failed not-a-file',
      dead: 'failed not-found',
    });
    expect(followed.records.filter(({ uri }) => String(uri).endsWith('a.jpg'))).toHaveLength(1);
    expect((await scan('/dev/zero')).records.map(endOf)).toEqual(['failed not-a-file']);
  });

  it('names of 10 000 characters, with newlines, of nothing', async () => {
    const names = join(tempDir(), 'names');
    writeFileSync(
      names,
      ['n'.repeat(10_000), 'a\nb', '/no/such/file', `${'d/'.repeat(5000)}f`, ''].join('\0'),
    );
    const { records, code } = await scan('--files-from', names, '--null');
    expect(records.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(code).toBe(3);
  });

  it('files that change, and go, while they are read', async () => {
    const dir = tempDir();
    const { jpg } = await valid();
    for (let i = 0; i < 40; i++) writeFileSync(join(dir, `${i}.jpg`), jpg!);
    const names = Array.from({ length: 40 }, (_, i) => join(dir, `${i}.jpg`));
    const busy = setInterval(() => {
      for (let i = 0; i < 20; i++) appendFileSync(join(dir, `${i}.jpg`), 'more');
    }, 1);
    const removal = setTimeout(() => {
      for (let i = 20; i < 40; i += 2) rmSync(join(dir, `${i}.jpg`));
    }, 400);
    const listing = join(tempDir(), 'names');
    writeFileSync(listing, names.join('\n'));
    const { records } = await scan('--files-from', listing).finally(() => {
      clearInterval(busy);
      clearTimeout(removal);
    });
    expect(records.map(({ uri }) => Buffer.from(filePath(String(uri))).toString())).toEqual(names);
    for (const record of records)
      expect(['clear', 'failed read-error', 'failed not-found', 'matched']).toContain(endOf(record));
  });

  itWith(isRoot ? ['setpriv'] : ['POSIX'], 'files and directories that may not be read', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'closed'));
    writeFileSync(join(dir, 'closed/a.jpg'), '');
    writeFileSync(join(dir, 'b.jpg'), '');
    writeFileSync(join(dir, 'c.txt'), 'open');
    chmodSync(join(dir, 'closed'), 0);
    chmodSync(join(dir, 'b.jpg'), 0);
    const args = ['scan', dir, '--list', list, '--format', 'jsonl', '--all', '--no-ledger'];
    // Root reads everything, unless the capability to do so is taken away.
    const drop = () => [programPath('setpriv'), '--bounding-set', '-dac_override,-dac_read_search'];
    const [command, ...rest] = [...(isRoot ? drop() : []), process.execPath, bin, ...args];
    const text = await new Promise<string>((done) => {
      const child = spawn(command!, rest);
      let out = '';
      child.stdout.on('data', (part) => {
        out += String(part);
      });
      child.on('close', () => done(out));
    });
    chmodSync(join(dir, 'closed'), 0o700);
    expect(lines(text).map(endOf).sort()).toEqual([
      'failed permission-denied',
      'failed permission-denied',
      'skipped not-an-image',
    ]);
  });
});
