import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../support/cli.js';
import { describeWith, programPath } from '../support/programs.js';
import { connectTo, converse, lengthOf, streamOf } from '../support/protocol.js';
import { listedPicture, otherPicture, startServer } from '../support/upload-server.js';

const listed = readFileSync(listedPicture);
const other = readFileSync(otherPicture);
const run = promisify(execFile);
const found = /Hashsieve\.Match\.[0-9a-f]{8} FOUND/;

describe('commands of clamd', () => {
  it('are answered with the end that they came with, and then the connection ends', async () => {
    const { clamd } = await startServer();
    expect(await converse(clamd, 'nPING\n')).toBe('PONG\n');
    expect(await converse(clamd, 'zPING\0')).toBe('PONG\0');
    expect(await converse(clamd, 'PING\n')).toBe('PONG\n');
    expect(await converse(clamd, 'PING')).toBe('PONG\n'); // as npm's clamscan sends it
    expect(await converse(clamd, 'zPING\0zPING\0')).toBe('PONG\0');
    expect(await converse(clamd, 'zRELOAD\0')).toBe('RELOADING\0');
    expect(await converse(clamd, 'zSTATS\0')).toMatch(/^POOLS: 1\n[\s\S]*\nEND\0$/);
    expect(await converse(clamd, 'zVERSION\0')).toMatch(
      /^ClamAV 1\.4\.0-hashsieve-[\d.]+\/\d+\/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\0$/,
    );
    expect(await converse(clamd, 'nVERSIONCOMMANDS\n')).toMatch(
      /^ClamAV [^|]*\| COMMANDS: RELOAD PING [A-Z ]*\n$/,
    );
  });

  it('that it must not serve are unknown', async () => {
    const { clamd } = await startServer();
    for (const word of ['SHUTDOWN', 'FILDES', 'INSTREAMX', '', 'ping'])
      expect(await converse(clamd, `z${word}\0`)).toBe('UNKNOWN COMMAND\0');
    expect(await converse(clamd, 'INSTREAM\n')).toBe('UNKNOWN COMMAND\n');
    expect(await converse(clamd, 'nPING\n')).toBe('PONG\n');
  });

  it('INSTREAM tells a listed picture from others, however its bytes are cut', async () => {
    const { clamd } = await startServer();
    expect(await converse(clamd, 'zINSTREAM\0', streamOf(listed))).toMatch(
      new RegExp(`^stream: ${found.source}\\0$`),
    );
    expect(await converse(clamd, 'nINSTREAM\n', streamOf(other, 100_000))).toBe('stream: OK\n');
    expect(await converse(clamd, 'nINSTREAM\n', lengthOf(0))).toBe('stream: OK\n');
    const socket = connectTo(clamd).setNoDelay(true);
    const heard = new Promise<string>((done) => socket.on('data', (bytes) => done(String(bytes))));
    const bytes = Buffer.concat([Buffer.from('zINSTREAM\0'), streamOf(listed, 7)]);
    for (let at = 0; at < bytes.length; at += 4093)
      await new Promise((done) => socket.write(bytes.subarray(at, at + 4093), done));
    expect(await heard).toMatch(found);
  });

  it('INSTREAM refuses what cannot be read by FOUND, because clients let ERROR through', async () => {
    const strict = await startServer();
    const broken = listed.subarray(0, 200);
    expect(await converse(strict.clamd, 'zINSTREAM\0', streamOf(broken))).toBe(
      'stream: Hashsieve.Unread FOUND\0',
    );
    const lax = await startServer({ scan: { onUnread: 'accept' } });
    expect(await converse(lax.clamd, 'zINSTREAM\0', streamOf(broken))).toBe('stream: OK\0');
  });

  it('INSTREAM says in the words that clients look for that a stream is too large', async () => {
    const { clamd } = await startServer({ scan: { maxBytes: 5000 } });
    expect(await converse(clamd, 'nINSTREAM\n', streamOf(listed))).toBe(
      'INSTREAM size limit exceeded. ERROR\n',
    );
    expect(await converse(clamd, 'nINSTREAM\n', lengthOf(0xffff_ffff))).toBe(
      'INSTREAM size limit exceeded. ERROR\n',
    );
  });

  it('of a session are answered with their numbers, all of them before it ends', async () => {
    const { clamd } = await startServer();
    const heard = await converse(
      clamd,
      'zIDSESSION\0zPING\0zINSTREAM\0',
      streamOf(listed),
      'nINSTREAM\n',
      streamOf(other),
      'zEND\0',
    );
    const replies = heard.split(/[\0\n]/).filter((line) => line !== '');
    expect(replies.sort()).toEqual([
      '1: PONG',
      expect.stringMatching(new RegExp(`^2: stream: ${found.source}$`)),
      '3: stream: OK',
    ]);
    expect(await converse(clamd, 'zIDSESSION\0PING\n')).toBe('UNKNOWN COMMAND\n');
  });
});

describe('what Discourse sends', () => {
  it('byte for byte gets the answers that it looks for', async () => {
    const { clamd } = await startServer();
    expect(await converse(clamd, 'zIDSESSION\0zPING\0zEND\0')).toBe('1: PONG\0');
    expect(await converse(clamd, 'zIDSESSION\0zINSTREAM\0', streamOf(listed), 'zEND\0')).toMatch(
      new RegExp(`^1: stream: ${found.source}\\0$`),
    );
    const version = await converse(clamd, 'zIDSESSION\0zVERSION\0zEND\0');
    expect(Number.parseInt(version.split('/')[1]!, 10)).toBeGreaterThan(1_000_000_000);
  });
});

describe('SCAN', () => {
  function place() {
    const dir = tempDir();
    const root = join(dir, 'root');
    mkdirSync(join(root, 'deep'), { recursive: true });
    cpSync(listedPicture, join(root, 'deep/a.jpg'));
    cpSync(otherPicture, join(root, 'b.jpg'));
    writeFileSync(join(root, 'empty'), '');
    cpSync(listedPicture, join(dir, 'outside.jpg'));
    symlinkSync(join(dir, 'outside.jpg'), join(root, 'link.jpg'));
    symlinkSync(dir, join(root, 'up'));
    return { dir, root };
  }

  it('reads files and folders below the root', async () => {
    const { root } = place();
    const { clamd } = await startServer({ server: { clamdRoot: root } });
    const scan = (path: string, word = 'SCAN') => converse(clamd, `z${word} ${path}\0`);
    expect(await scan(join(root, 'b.jpg'))).toBe(`${root}/b.jpg: OK\0`);
    expect(await scan(join(root, 'empty'))).toBe(`${root}/empty: Empty file\0`);
    expect(await scan(join(root, 'deep/a.jpg'))).toMatch(
      new RegExp(`^${root}/deep/a.jpg: ${found.source}\\0$`),
    );
    for (const word of ['SCAN', 'CONTSCAN', 'MULTISCAN', 'ALLMATCHSCAN'])
      expect(await scan(root, word)).toMatch(new RegExp(`^${root}/deep/a.jpg: ${found.source}\\0$`));
  });

  it('says the same of what lies elsewhere, is a link out or does not exist; without root of everything', async () => {
    const { dir, root } = place();
    const { clamd } = await startServer({ server: { clamdRoot: root } });
    const paths = [
      '/etc/passwd',
      `${root}/../../../../../../etc/passwd`,
      `${root}/../outside.jpg`,
      join(dir, 'outside.jpg'),
      join(root, 'link.jpg'),
      join(root, 'up/outside.jpg'),
      join(root, 'nothing'),
      'deep/a.jpg',
      `${root}x`,
    ];
    for (const path of paths)
      expect(await converse(clamd, `zSCAN ${path}\0`)).toBe(`${path}: Access denied. ERROR\0`);
    const bare = await startServer();
    expect(await converse(bare.clamd, `nSCAN ${root}/b.jpg\n`)).toBe(`${root}/b.jpg: Access denied. ERROR\n`);
  });
});

describe('the number in VERSION', () => {
  it('grows with every change of a list, and only then; the next upload is compared with the new list', async () => {
    const list = join(tempDir(), 'known.csv');
    writeFileSync(list, 'name,md5\na,0123456789abcdef0123456789abcdef\n');
    const { clamd, uploads } = await startServer({ scan: { list: [list] } });
    const number = async () => Number((await converse(clamd, 'zVERSION\0')).split('/')[1]);
    expect(await converse(clamd, 'zINSTREAM\0', streamOf(listed))).toBe('stream: OK\0');
    const before = await number();
    await uploads.reload();
    expect(await number()).toBe(before);
    cpSync(join(import.meta.dirname, '../../fixtures/demo/known.csv'), list);
    await uploads.reload();
    expect(await number()).toBeGreaterThan(before);
    expect(await converse(clamd, 'zINSTREAM\0', streamOf(listed))).toMatch(found);
    writeFileSync(list, '');
    expect(await uploads.reload()).toBe(false);
    expect(await converse(clamd, 'zINSTREAM\0', streamOf(listed))).toMatch(found);
  });
});

describeWith(['clamdscan'], 'clamdscan', () => {
  it('finds the listed picture through a socket, and says ours is ClamAV', async () => {
    const { clamd } = await startServer();
    const config = join(tempDir(), 'clamd.conf');
    writeFileSync(config, `LocalSocket ${clamd}\n`);
    const scan = (path: string) =>
      run(programPath('clamdscan'), ['-c', config, '--stream', '--no-summary', path]).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
      );
    expect(await scan(listedPicture)).toEqual({ code: 1, stdout: expect.stringMatching(found) });
    expect(await scan(otherPicture)).toEqual({ code: 0, stdout: `${otherPicture}: OK\n` });
    const { stdout } = await run(programPath('clamdscan'), ['-c', config, '--version']);
    expect(stdout).toMatch(/^ClamAV 1\.4\.0-hashsieve/);
  });

  it('scans by path below the root', async () => {
    const root = tempDir();
    cpSync(listedPicture, join(root, 'a.jpg'));
    const { clamd } = await startServer({ server: { clamdRoot: root } });
    const config = join(tempDir(), 'clamd.conf');
    writeFileSync(config, `LocalSocket ${clamd}\n`);
    for (const more of [[], ['--multiscan']]) {
      const { stdout } = await run(programPath('clamdscan'), ['-c', config, ...more, root]).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).toMatch(new RegExp(`^${root}/a.jpg: ${found.source}`));
    }
  });
});

describeWith(['python3', '/usr/lib/python3/dist-packages/pyclamd'], 'pyclamd', () => {
  it('finds the listed picture, and knows a stream that is too large', async () => {
    const { clamd } = await startServer({ scan: { maxBytes: 20_000 } });
    const script = `
import pyclamd, sys
cd = pyclamd.ClamdUnixSocket(sys.argv[1])
print(cd.ping(), cd.version().startswith('ClamAV'))
print(cd.scan_stream(open(sys.argv[2], 'rb').read()))
print(cd.scan_stream(b'nothing'))
try:
    print(cd.scan_stream(bytes(30000)))
except pyclamd.BufferTooLongError:
    print('too long')
`;
    const { stdout } = await run(programPath('python3'), ['-c', script, clamd, listedPicture], {
      env: { ...process.env, PYTHONPATH: '/usr/lib/python3/dist-packages' },
    });
    const [ping, hit, miss, long] = stdout.trim().split('\n');
    expect(ping).toBe('True True');
    expect(hit).toMatch(/^\{'stream': \('FOUND', 'Hashsieve\.Match\.[0-9a-f]{8}'\)\}$/);
    expect(miss).toBe('None');
    expect(long).toBe('too long');
  });
});
