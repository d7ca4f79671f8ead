import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twoPeople } from '../evidence/keys.js';
import { event, operator } from '../reports/cases.js';
import { bin, hashsieve, tempDir } from '../support/cli.js';
import { describeWith, itWith, programPath } from '../support/programs.js';
import { random, seed } from '../support/seed.js';
import { zip } from '../support/zip.js';

/** With 50, every kill that the promise speaks of; a few are enough to see that the path is there. */
const rounds = Number(process.env.HASHSIEVE_ROUNDS ?? 6);
/** Stands in every file that is sealed, and must be nowhere else. */
const marker = 'MARKER-of-what-must-not-reach-a-disk';

let dir: string;
let store: string;
let people: Awaited<ReturnType<typeof twoPeople>>;
let env: Record<string, string>;
beforeEach(async () => {
  dir = tempDir();
  store = join(dir, 'evidence');
  people = await twoPeople(dir);
  const config = { operator, evidenceStore: 'evidence', evidenceKeys: people.recipients };
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  env = { HASHSIEVE_CONFIG: join(dir, 'config.json'), XDG_STATE_HOME: join(dir, 'state') };
});

const here = (...args: string[]) => hashsieve(args, { cwd: dir, env });
const evidence = (...args: string[]) => here('evidence', ...args);
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');
const digests = (bytes: Uint8Array) => ({
  md5: digest('md5', bytes),
  sha1: digest('sha1', bytes),
  sha256: digest('sha256', bytes),
});
/** Writes a file and returns the event of its detection. */
function detected(
  n: number,
  name: string,
  bytes: Uint8Array,
  inside?: { member: string; bytes: Uint8Array },
) {
  writeFileSync(join(dir, name), bytes);
  const uri = pathToFileURL(join(dir, name)).href + (inside ? `!/${inside.member}` : '');
  const more = inside ? { member: inside.member } : {};
  return event(n, uri, { ...more, digests: digests(inside?.bytes ?? bytes) });
}
const writeEvents = (...events: object[]) =>
  writeFileSync(join(dir, 'e.jsonl'), events.map((one) => `${JSON.stringify(one)}\n`).join(''));

describe('evidence of detections', () => {
  it('is what was detected and nothing else: what changed is named, and the rest is sealed', async () => {
    const png = Buffer.from(`no picture ${marker}`);
    const archive = zip([{ name: 'in.jpg', bytes: png }]);
    const events = [
      detected(1, 'kept.jpg', Buffer.from(`1 ${marker}`)),
      detected(2, 'changed.jpg', Buffer.from('2')),
      detected(3, 'gone.jpg', Buffer.from('3')),
      detected(4, 'pack.zip', archive, { member: 'in.jpg', bytes: png }),
      detected(5, 'other.zip', archive, { member: 'in.jpg', bytes: Buffer.from('not in it') }),
    ];
    writeEvents(...events);
    writeFileSync(join(dir, 'changed.jpg'), 'something else');
    const moved = join(dir, 'moved.jpg');
    writeFileSync(moved, '3');
    writeFileSync(join(dir, 'gone.jpg'), '');
    const sealed = await evidence('seal', '--events', 'e.jsonl', '--file', moved);
    expect(sealed.code, sealed.stderr).toBe(3);
    expect(sealed.stderr).toContain(`not sealed: event ${events[1]!.id}: its bytes are no longer`);
    expect(sealed.stderr).toContain(`not sealed: event ${events[4]!.id}`);
    expect(sealed.stderr.match(/not sealed/g)).toHaveLength(2);
    const record = JSON.parse(readFileSync(join(store, 'custody.jsonl'), 'utf8').split('\n')[0]!);
    expect(record.facts.events).toEqual([0, 2, 3].map((i) => events[i]!.id));
    expect(record.facts.payload.files).toBe(4); // three files, and contents.json
    expect((await evidence('verify', '--identity', people.identities[0]!)).code).toBe(0);
  }, 60_000);

  it('of a draft comes with the draft, its record of filing, context and logs, and is due a year later', async () => {
    writeEvents(detected(1, 'x.jpg', Buffer.from(`1 ${marker}`)));
    writeFileSync(join(dir, 'c.json'), '{"schema":"hashsieve/context/1","assets":[]}');
    writeFileSync(join(dir, 'access.log'), '192.0.2.1 GET /x.jpg');
    const drafted = await here('report', 'draft', '--events', 'e.jsonl', '--to', 'ncmec');
    const draft = drafted.stdout.trim();
    const before = await evidence('seal', draft, '--context', 'c.json', '--include', 'access.log');
    expect(before.code, before.stderr).toBe(0);
    const id = before.stdout.trim();
    expect((await evidence('due')).stderr).toContain('its report is not completed');
    // The report is filed after it was sealed: its time runs from then on. A test report is none.
    const line = {
      ...{ at: '2024-05-01T00:00:00.000Z', endpoint: 'https://report.example/', kind: 'answer' },
      ...{ step: 'finish', responseCode: 0, reportId: '4711' },
    };
    const filedWith = (service: string) =>
      writeFileSync(join(dir, draft, 'submission.jsonl'), `${JSON.stringify({ ...line, service })}\n`);
    filedWith('test');
    expect((await evidence('due')).code).toBe(0);
    filedWith('production');
    expect((await evidence('list')).stdout).toContain(`${id}  due until 2025-05-01  us  report 4711`);
    expect((await evidence('due')).code).toBe(10);
    const after = (await evidence('seal', draft)).stdout.trim();
    expect((await evidence('list')).stdout).toContain(`${after}  due until 2025-05-01  us  report 4711`);
    const { openEvidence } = await import('../../src/app/index.js');
    const pieces: Buffer[] = [];
    const who = { identity: people.identities, actor: 'B', reason: 'test', evidenceStore: store };
    for await (const piece of await openEvidence(id, who)) pieces.push(Buffer.from(piece));
    const text = Buffer.concat(pieces).toString('latin1');
    for (const name of [
      'draft/report.xml',
      'draft/CHECKLIST.md',
      'context/0001-c.json',
      'logs/0001-access.log',
    ])
      expect(text).toContain(`  data/${name}\n`);
  }, 60_000);
});

describeWith(['age', 'age-keygen', 'tar', 'sha256sum', 'python3'], 'a package', () => {
  it('opens with age and tar alone, and is a bag to the programs of others', async () => {
    const keyFile = join(dir, 'of-age.txt');
    execFileSync(programPath('age-keygen'), ['-o', keyFile], { stdio: 'ignore' });
    const publicKey = execFileSync(programPath('age-keygen'), ['-y', keyFile], { encoding: 'utf8' }).trim();
    const big = Buffer.alloc(300_000, marker);
    writeFileSync(join(dir, 'ä b\n"%0A.jpg'), big);
    writeFileSync(join(dir, 'empty'), '');
    const sealed = await evidence(
      ...['seal', '--file', 'ä b\n"%0A.jpg', '--file', 'empty', '--recipient', publicKey],
      ...['--recipient', people.recipients[0]!],
    );
    expect(sealed.code, sealed.stderr).toBe(0);
    const id = sealed.stdout.trim();
    const age = (key: string, name: string) =>
      execFileSync(programPath('age'), ['-d', '-i', key, join(store, id, name)], { maxBuffer: 1e8 });
    writeFileSync(join(dir, 'package-key.txt'), age(keyFile, 'key.age'));
    const archive = age(join(dir, 'package-key.txt'), 'evidence.tar.age');
    const out = join(dir, 'out');
    mkdirSync(out);
    execFileSync(programPath('tar'), ['x', '-C', out], { input: archive });
    const bag = join(out, id);
    for (const name of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      execFileSync(programPath('sha256sum'), ['--check', '--strict', name], { cwd: bag, stdio: 'ignore' });
    const [first] = readdirSync(join(bag, 'data/files'));
    expect(readFileSync(join(bag, 'data/files', first!)).equals(big)).toBe(true);
    const contents = JSON.parse(readFileSync(join(bag, 'data/contents.json'), 'utf8'));
    expect(contents.contents[0].name).toBe('ä b\n"%0A.jpg');
    const checked = spawnSync(programPath('python3'), [join(import.meta.dirname, 'check-bag.py'), bag], {
      encoding: 'utf8',
    });
    expect(checked.status, checked.stderr).toBe(0);

    // The other way round: what the command opens is what age opened.
    const { stdout } = spawnSync(
      process.execPath,
      [bin, 'evidence', 'open', id, '--identity', keyFile, '--as', 'B', '--reason', 'test', '--store', store],
      { env: { ...env, PATH: process.env.PATH }, maxBuffer: 1e8 },
    );
    expect(stdout.equals(archive)).toBe(true);
  }, 60_000);

  it('is opened by the command where age itself encrypted it', async () => {
    const { decrypt } = await import('../../src/evidence/encryption.js');
    const keyFile = join(dir, 'of-age.txt');
    execFileSync(programPath('age-keygen'), ['-o', keyFile], { stdio: 'ignore' });
    const secret = /AGE-SECRET-KEY-\S+/.exec(readFileSync(keyFile, 'utf8'))![0];
    for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
      const plain = Buffer.alloc(length, marker);
      const file = execFileSync(programPath('age'), ['-e', '-i', keyFile], { input: plain });
      // In pieces of an odd length, as a slow disk gives them.
      const read = (bytes: Buffer) =>
        async function* () {
          for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
        };
      const open = async (bytes: Buffer) => {
        const pieces: Buffer[] = [];
        for await (const piece of await decrypt(read(bytes), secret)) pieces.push(Buffer.from(piece));
        return Buffer.concat(pieces);
      };
      expect((await open(file)).equals(plain), `${length}`).toBe(true);
      const cuts = [file.length - 1, file.length - 16, file.length - 17, file.length - 65_552];
      for (const cut of cuts.filter((one) => one > 0))
        await expect(open(file.subarray(0, cut)), `${length} cut to ${cut}`).rejects.toThrow();
    }
  });
});

describe('sealing', () => {
  it('that is killed at any moment leaves no plain byte, no half package, and nothing that a next seal loses', async () => {
    writeFileSync(join(dir, 'x.bin'), Buffer.alloc(4_000_000, marker));
    const args = [bin, 'evidence', 'seal', '--file', 'x.bin', '--quiet'];
    // The shorter of two runs: after a slow one, kills would come when everything is over.
    let whole = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 2; run++) {
      const begun = performance.now();
      expect((await evidence('seal', '--file', 'x.bin', '--quiet')).code).toBe(0);
      whole = Math.min(whole, performance.now() - begun);
    }
    const next = random(seed);
    let killed = 0;
    for (let i = 0; i < rounds; i++) {
      const child = spawn(process.execPath, args, {
        cwd: dir,
        env: { ...env, PATH: process.env.PATH },
        stdio: 'ignore',
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.3 + 0.75 * next()));
      const signal = await new Promise((done) => child.once('close', (_, by) => done(by)));
      clearTimeout(timer);
      if (signal === 'SIGKILL') killed++;
      for (const name of readdirSync(store, { recursive: true, encoding: 'utf8' }))
        expect(holdsMarker(join(store, name)), name).toBe(false);
    }
    expect(killed).toBeGreaterThan(0);
    const verified = await evidence('verify', '--identity', people.identities[0]!);
    expect(verified, verified.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(readdirSync(store).filter((name) => /part|claim/.test(name))).toEqual([]);
    const { packages } = JSON.parse((await evidence('list', '--format', 'json')).stdout);
    expect(packages.length).toBeGreaterThanOrEqual(2 + rounds - killed);
    for (const { id } of packages) expect(existsSync(join(store, id, 'key.age'))).toBe(true);
  }, 600_000);

  itWith(
    ['strace'],
    'writes no plain byte to anything',
    async () => {
      writeFileSync(join(dir, 'x.bin'), marker.repeat(10));
      const trace = join(dir, 'trace');
      const calls =
        'trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendfile,copy_file_range,mmap';
      const traced = spawnSync(
        programPath('strace'),
        [
          '-f',
          '-s',
          '100000',
          '-e',
          calls,
          '-o',
          trace,
          process.execPath,
          bin,
          'evidence',
          'seal',
          '--file',
          'x.bin',
        ],
        { cwd: dir, env: { ...env, PATH: process.env.PATH }, encoding: 'utf8' },
      );
      expect(traced.status, traced.stderr).toBe(0);
      const text = readFileSync(trace, 'utf8');
      expect(text).toContain('age-encryption.org/v1'); // the trace sees what is written
      expect(text).not.toContain(marker);
    },
    120_000,
  );

  itWith(
    ['Linux'],
    'takes no more memory for more bytes',
    async () => {
      // Two gigabytes where all rounds are run; otherwise enough to tell a stream from a buffer.
      const size = rounds >= 50 ? 2_000_000_000 : 300_000_000;
      writeFileSync(join(dir, 'x.bin'), '');
      truncateSync(join(dir, 'x.bin'), size);
      const peak = join(import.meta.dirname, 'peak-memory.cjs');
      const sealed = await hashsieve(['evidence', 'seal', '--file', 'x.bin'], {
        cwd: dir,
        env: { ...env, NODE_OPTIONS: `--require=${peak}` },
      });
      expect(sealed.code, sealed.stderr).toBe(0);
      expect(Number(/peak (\d+) kB/.exec(sealed.stderr)![1])).toBeLessThan(100_000);
    },
    600_000,
  );
});

function holdsMarker(path: string): boolean {
  try {
    return readFileSync(path).includes(marker.slice(0, 12));
  } catch {
    return false; // a directory
  }
}

describeWith(['openssl'], 'a time stamp', () => {
  let server: Server;
  let url: string;
  let bodies: Buffer[];
  let answer: (request: Buffer) => { readonly status: number; readonly body: Buffer };
  const openssl = (...args: string[]) =>
    execFileSync(programPath('openssl'), args, { cwd: dir, stdio: 'pipe' });

  beforeEach(async () => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.pem',
      ...[...['-subj', '/CN=stand-in', '-days', '2', '-addext', 'extendedKeyUsage=critical,timeStamping']],
    );
    const lines = [
      ...['[tsa]', 'serial=serial', 'signer_digest=sha256', 'default_policy=1.2.3.4', 'digests=sha256'],
      ...['signer_cert=tsa.pem', 'signer_key=tsa.key', 'crypto_device=builtin'],
    ];
    writeFileSync(join(dir, 'tsa.cnf'), `${lines.join('\n')}\n`);
    writeFileSync(join(dir, 'serial'), '01\n');
    bodies = [];
    answer = (request) => {
      writeFileSync(join(dir, 'request.tsq'), request);
      openssl(
        ...['ts', '-reply', '-config', 'tsa.cnf', '-section', 'tsa'],
        ...['-queryfile', 'request.tsq', '-out', 'answer.tsr'],
      );
      return { status: 200, body: readFileSync(join(dir, 'answer.tsr')) };
    };
    server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      bodies.push(Buffer.concat(pieces));
      const { status, body } = answer(bodies.at(-1)!);
      response.writeHead(status, { 'content-type': 'application/timestamp-reply' }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
  });
  afterEach(() => server.close());

  it('is asked for only where one is wanted, tells the service a hash, and holds by openssl', async () => {
    writeFileSync(join(dir, 'x.bin'), marker);
    expect((await evidence('seal', '--file', 'x.bin')).code).toBe(0);
    expect(bodies).toHaveLength(0);
    const sealed = await evidence('seal', '--file', 'x.bin', '--timestamp', url, '--allow-private');
    expect(sealed.code, sealed.stderr).toBe(0);
    const head = /noted elsewhere: ([0-9a-f]{64})/.exec(sealed.stderr)![1]!;
    expect(bodies).toHaveLength(1);
    expect(bodies[0]!.length).toBeLessThan(100);
    const verify = ['ts', '-verify', '-digest', head, '-in', join(store, 'stamps', `${head}.tsr`)];
    expect(openssl(...verify, '-CAfile', 'tsa.pem').toString()).toContain('Verification: OK');
    expect((await evidence('verify')).code).toBe(0);
    rmSync(join(store, 'stamps', `${head}.tsr`));
    expect((await evidence('verify')).stdout).toContain('time stamp of');
  }, 60_000);

  it('that does not come leaves the package sealed, and is said', async () => {
    writeFileSync(join(dir, 'x.bin'), marker);
    const stale = answer;
    let earlier: Buffer | undefined;
    for (const reply of [
      () => ({ status: 500, body: Buffer.from('no') }),
      () => ({ status: 200, body: Buffer.from('no') }),
      () => ({ status: 200, body: Buffer.from('3005300302010200', 'hex') }),
      (request: Buffer) => {
        const first = stale(request);
        earlier ??= first.body;
        return { status: 200, body: Buffer.concat([earlier.subarray(0, 40), Buffer.alloc(20)]) };
      },
    ]) {
      answer = reply;
      const sealed = await evidence('seal', '--file', 'x.bin', '--timestamp', url, '--allow-private');
      expect(sealed).toMatchObject({ code: 3, stderr: expect.stringContaining('sealed, but not stamped') });
    }
    const refused = await evidence('seal', '--file', 'x.bin', '--timestamp', url);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('https') });
    expect((await evidence('verify')).code).toBe(0);
    expect(existsSync(join(store, 'stamps'))).toBe(false);
  }, 60_000);
});
