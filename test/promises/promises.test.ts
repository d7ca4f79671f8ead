import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
import { bin, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { itWith, programPath } from '../support/programs.js';
import { shieldStandIn } from '../support/shield.js';

const dir = tempDir();
const pictures = join(dir, 'pictures');
const out = join(dir, 'out');
const state = join(dir, 'state');
const temp = join(dir, 'temp');
const list = join(dir, 'known.txt');
const ledger = join(state, 'ledger.db');
let listed: string;

beforeAll(async () => {
  for (const one of [pictures, out, state, temp]) mkdirSync(one);
  for (let i = 0; i < 4; i++) writeFileSync(join(pictures, `${i}.jpg`), await draw(i).jpeg().toBuffer());
  writeFileSync(join(pictures, 'broken.png'), (await draw(9).png().toBuffer()).subarray(0, 60));
  const { stdout } = await hashsieve(['hash', join(pictures, '0.jpg'), '-a', 'pdq', '--format', 'jsonl']);
  const own = /"[0-9a-f]{64}"/.exec(stdout)![0].slice(1, -1);
  // Near the picture's own hash, which events do carry, and not the same.
  listed = `${own.slice(0, -1)}${(Number.parseInt(own.at(-1)!, 16) ^ 3).toString(16)}`;
  writeFileSync(list, `pdq ${listed}\n`);
});

const outputs = ['events.jsonl', 'events.json', 'events.csv', 'events.txt'];
const scanArgs = () => [
  ...['scan', pictures, '--list', list, '--all', '-v', '--ledger', ledger, '--format', 'text'],
  ...outputs.flatMap((name) => ['-o', join(out, name)]),
  ...['--summary', join(out, 'summary.json')],
];
const env = { TMPDIR: temp, XDG_STATE_HOME: state };
const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const everythingWritten = () =>
  Buffer.concat([out, state, temp].flatMap(filesBelow).map((path) => readFileSync(path)));

/** Runs the program under strace and gives the system calls of it and its processes. */
function traced(
  args: readonly string[],
  calls: string,
  cwd?: string,
): { code: number | null; trace: string[]; stdout: string; stderr: string } {
  const file = join(tempDir(), 'trace');
  const command = [
    '-f',
    '-qq',
    '-s',
    '300',
    '-e',
    `trace=${calls}`,
    '-o',
    file,
    process.execPath,
    bin,
    ...args,
  ];
  const surroundings = { ...env, PATH: process.env.PATH, HOME: dir };
  const ran = spawnSync(programPath('strace'), command, { env: surroundings, cwd, encoding: 'utf8' });
  const { status: code, stdout, stderr } = ran;
  return { code, trace: readFileSync(file, 'utf8').split('\n'), stdout, stderr };
}

/** Calls that connect, write, rename, remove or change. */
const telling = [
  ...['network', 'open', 'openat', 'creat', 'memfd_create', 'rename', 'renameat', 'renameat2', 'truncate'],
  ...[
    'unlink',
    'unlinkat',
    'mkdir',
    'mkdirat',
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'chmod',
    'fchmodat',
  ],
  ...['chown', 'fchownat', 'utimensat', 'setxattr', 'lsetxattr'],
].join();

/** Every path that a traced call wrote, renamed, removed or changed. */
const touched = (trace: readonly string[]) =>
  trace.flatMap((line) => {
    const isOpen = /\bopen(at)?\(/.test(line);
    const isHarmless = (isOpen && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line)) || /AF_|socket/.test(line);
    return isHarmless || / = -1 /.test(line)
      ? []
      : [...line.matchAll(/"((?:[^"\\\\]|\\\\.)*)"/g)].map(([, path]) => path!);
  });

describe('hashsieve never', () => {
  itWith(
    ['strace'],
    'connects, touches what was scanned, or writes what nobody asked for, with any other command on local files',
    () => {
      const work = join(dir, 'work');
      mkdirSync(work);
      writeFileSync(join(work, 'config.json'), JSON.stringify({ operator }));
      const run = (...args: string[]) => {
        const { code, trace, stdout, stderr } = traced(args, telling, work);
        const name = args.slice(0, 2).join(' ');
        expect([0, 3, 10, 11], `${name}: ${stderr}`).toContain(code);
        expect(
          trace.filter((line) => /AF_(?!UNIX)\w+/.test(line)),
          name,
        ).toEqual([]);
        const mine = /^\/proc\/self\/(coredump_filter|oom_score_adj)$|^\/dev\/(null|tty|pts)/;
        // selftest lays out its own test pictures in a directory of its own, and takes it away.
        const places = args[0] === 'selftest' ? [work, state, temp] : [work, state];
        const strays = touched(trace).filter(
          (path) =>
            path.startsWith('/') && !places.some((place) => path.startsWith(place)) && !mine.test(path),
        );
        expect(strays, name).toEqual([]);
        return stdout;
      };
      run('scan', pictures, '--list', list, '--ledger', ledger, '-o', 'events.jsonl');
      run('list', 'add', 'own.jsonl', '--from-image', join(pictures, '1.jpg'), '--id', 'one');
      run('list', 'info', list);
      run('list', 'merge', list, 'own.jsonl', '-o', 'all.jsonl');
      run('list', 'diff', list, 'all.jsonl');
      run('list', 'export', 'all.jsonl', '--format', 'csv', '-o', 'all.csv');
      run('list', 'compile', 'all.jsonl', '-o', 'all.hsx');
      run('list', 'verify', 'all.hsx');
      run('list', 'remove', 'own.jsonl', 'one');
      run('selftest', '--list', list);
      run('calibrate', pictures, '--list', list, '--html', 'calibration.html');
      run('rematch', '--list', 'all.hsx', '--ledger', ledger, '-o', 'again.jsonl');
      const place = ['--ledger', ledger, '--config', 'config.json'];
      const draft = run('report', 'draft', '--events', 'events.jsonl', '--to', 'ncmec', ...place);
      run('report', 'check', draft.trim());
      run('block', '--events', 'events.jsonl', '--format', 'urls', '-o', 'blocked.txt');
      expect(readdirSync(temp)).toEqual([]);
    },
    300_000,
  );

  itWith(
    ['strace'],
    'opens a network connection while it scans, hashes, matches or compares local files',
    () => {
      const pair = [join(pictures, '0.jpg'), join(pictures, '1.jpg')];
      const runs = [
        { args: scanArgs(), ends: 11 },
        { args: ['hash', pictures], ends: 3 },
        { args: ['compare', ...pair], ends: 0 },
        { args: ['match', listed, '--algorithm', 'pdq', '--list', list], ends: 10 },
      ];
      for (const { args, ends } of runs) {
        const { code, trace } = traced(args, 'network');
        expect(code, args[0]).toBe(ends);
        // Unix sockets carry what the processes of the program tell each other.
        expect(trace.filter((line) => /AF_(?!UNIX)\w+/.test(line))).toEqual([]);
      }
    },
  );

  itWith(
    ['strace'],
    'writes a file but those that were asked for: no pixel, no thumbnail, no temporary copy',
    () => {
      const { code, trace } = traced(scanArgs(), 'open,openat,creat,memfd_create,rename,renameat,renameat2');
      expect(code).toBe(11);
      const written = trace.flatMap((line) => {
        const call = /(?:openat\(AT_FDCWD, |open\(|creat\(|memfd_create\()"([^"]*)".*/.exec(line);
        const writes = /O_WRONLY|O_RDWR|O_CREAT|creat\(|memfd_create/.test(line);
        return call && writes && !/= -1 /.test(line) ? [call[1]!] : [];
      });
      const mine = /^\/proc\/self\/(coredump_filter|oom_score_adj)$|^\/dev\/(null|tty|pts)/;
      const strays = written.filter((p) => !p.startsWith(out) && !p.startsWith(state) && !mine.test(p));
      expect(strays).toEqual([]);
      expect(readdirSync(temp)).toEqual([]);
      expect(written.length).toBeGreaterThan(outputs.length);
    },
  );

  it('keeps pixels or file contents in what it writes', async () => {
    await hashsieve(scanArgs(), { env });
    const written = everythingWritten();
    for (let i = 0; i < 4; i++) {
      const file = readFileSync(join(pictures, `${i}.jpg`));
      const raw = await sharp(file).raw().toBuffer();
      for (const bytes of [file.subarray(700), raw.subarray(raw.length / 2)]) {
        const piece = bytes.subarray(0, 24);
        for (const form of [piece, piece.toString('hex'), piece.toString('base64').slice(0, 28)])
          expect(written.includes(form)).toBe(false);
      }
    }
  });

  it('shows a listed hash, unless asked to', async () => {
    const ran = await hashsieve(scanArgs(), { env });
    expect(ran.code).toBe(11);
    const bytes = Buffer.from(listed, 'hex');
    const text = Buffer.concat([Buffer.from(ran.stdout + ran.stderr), everythingWritten()]);
    expect(text.toString('latin1').toLowerCase().includes(listed)).toBe(false);
    expect(text.includes(bytes) || text.includes(bytes.toString('base64'))).toBe(false);
    const bad = join(dir, 'bad.txt');
    writeFileSync(bad, `pdq ${listed}\npdq ${listed.slice(2)}\npdq ${listed}zz\n`);
    const complaint = await hashsieve(['scan', pictures, '--list', bad, '--strict', '--no-ledger']);
    expect(complaint.code).toBe(2);
    expect(complaint.stdout + complaint.stderr).not.toContain(listed.slice(2, 40));
    const asked = await hashsieve([
      'scan',
      pictures,
      '--list',
      list,
      '--no-ledger',
      '--show-hashes',
      '-f',
      'jsonl',
    ]);
    expect(asked.stdout).toContain(listed);
  });

  it('sends more than fingerprints to a matching service, or anything where no run names it', async () => {
    const shield = await shieldStandIn();
    const secret = join(dir, 'password');
    writeFileSync(secret, 'quite secret\n', { mode: 0o600 });
    const service = {
      ...{ type: 'arachnid-shield', url: shield.url, user: 'forum', password: { file: secret } },
      allowPrivate: true,
    };
    const config = join(dir, 'matchers.json');
    writeFileSync(config, JSON.stringify({ matchers: { shield: service } }));
    const named = ['scan', pictures, '--config', config, '--no-ledger', '--all', '-v'];
    await hashsieve([...named, '--list', list], { env });
    await hashsieve(['doctor', '--config', config], { env });
    await hashsieve([...named, '--matcher', 'shield', '--print-config'], { env });
    expect(shield.sent).toEqual([]);
    const ran = await hashsieve([...named, '--matcher', 'shield'], { env });
    await shield.close();
    expect(ran.stdout + ran.stderr).not.toContain('quite secret');
    expect(ran.stderr).toContain('no picture leaves');
    expect(shield.sent.length).toBeGreaterThan(0);
    for (const text of shield.sent) {
      const [line, ...rest] = text.split('\n');
      expect(line).toBe('POST /v1/pdq/');
      const sent = JSON.parse(rest.at(-1)!) as { hashes: string[] };
      expect(Object.keys(sent)).toEqual(['hashes']);
      for (const hash of sent.hashes) expect(Buffer.from(hash, 'base64')).toHaveLength(32);
      expect(text).not.toMatch(/pictures|\.jpg|\.png/);
    }
  });

  it('changes what it scans', async () => {
    const look = () =>
      ['.', ...readdirSync(pictures)].map((name) => {
        const path = join(pictures, name);
        const { atimeMs: _, atime: __, ...stats } = lstatSync(path);
        const bytes = name === '.' ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
        return { name, ...stats, bytes };
      });
    const before = look();
    await hashsieve(scanArgs(), { env });
    await hashsieve(['hash', pictures]);
    expect(look()).toEqual(before);
  });

  it('shows a credential of a URL', async () => {
    const picture = readFileSync(join(pictures, '0.jpg'));
    const server = createServer((request, response) => {
      if (request.url === '/a.jpg') return void response.writeHead(200, { etag: '"1"' }).end(picture);
      if (request.url === '/page') return void response.end('<img src="a.jpg">');
      const { port } = server.address() as AddressInfo;
      const to = request.url === '/' ? 'page' : 'a.jpg';
      response.writeHead(302, { location: `http://moderator:s3cret-word@127.0.0.1:${port}/${to}` }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as AddressInfo;
    const bad = `http://moderator:s3cret-word@127.0.0.1:${port}/a.jpg`;
    const urls = join(dir, 'urls.txt');
    writeFileSync(urls, [bad, `http://127.0.0.1:${port}/redirected.jpg`].join('\n'));
    const files = outputs.flatMap((name) => ['-o', join(out, name)]);
    const base = ['scan', '--list', list, '--all', '-v', '--allow-private'];
    const ran = await hashsieve([...base, '--urls', urls, '--ledger', ledger, ...files], { env });
    const shown = await hashsieve([...base, '--urls', urls, '--no-ledger', '-f', 'jsonl']);
    const page = ['--pages', `http://127.0.0.1:${port}/`, '--ignore-robots'];
    const shownByPage = await hashsieve([...base, ...page, '--no-ledger', '-f', 'jsonl']);
    const named = await hashsieve([...base, bad, '--no-ledger']);
    server.close();
    expect(lines(shown.stdout)).toHaveLength(2);
    expect(named.code).toBe(2);
    expect(lines(shownByPage.stdout)).toMatchObject([
      { outcome: 'matched', uri: `http://127.0.0.1:${port}/a.jpg`, page: `http://127.0.0.1:${port}/page` },
    ]);
    const said = [ran, shown, shownByPage, named].map(({ stdout, stderr }) => stdout + stderr).join('');
    const text = said + everythingWritten().toString('latin1');
    expect(text).not.toMatch(/s3cret-word|moderator/);
  });
});
