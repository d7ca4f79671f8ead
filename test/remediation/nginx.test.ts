import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockFormats } from '../../src/remediation/index.js';
import { describeWith, programPath } from '../support/programs.js';

/** A real nginx on loopback, with the rules that we write. */

let folder: string;
let port: number;
let server: ChildProcess;

const blocked = [
  'https://pictures.example/a%20b.jpg',
  'https://pictures.example/image.php?id=5',
  'http://pictures.example:8080/%E5%86%99/%ff%22%7B%7D%3B%24x.jpg',
  'https://Other.Example/deep//x/../y.gif#top',
];

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });

const accepts = () =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });

/** Status of a request with this raw path, as any client may write it. */
const status = (host: string, path: string) =>
  new Promise<number>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });

describeWith(['nginx'], 'a real nginx with our rules', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hashsieve-nginx-'));
    port = await freePort();
    const { rules, left } = blockFormats.nginx.rulesFor(
      blocked.map((url) => ({ uri: url, url, events: ['e'] })),
    );
    expect(left).toEqual([]);
    writeFileSync(join(folder, 'blocked.conf'), blockFormats.nginx.write(rules));
    mkdirSync(join(folder, 'tmp'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/tmp/${name};`)
      .join('\n');
    const config = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary}
  include ${folder}/blocked.conf;
  server {
    listen 127.0.0.1:${port};
    if ($hashsieve_blocked) { return 451; }
    location / { return 200 "here"; }
  }
}`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    server = spawn(
      programPath('nginx'),
      ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
      {
        stdio: 'ignore',
      },
    );
    const ended = new Promise<never>((_, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error(readFileSync(join(folder, 'error.log'), 'utf8'))));
    });
    ended.catch(() => {});
    while (!(await Promise.race([accepts(), ended]))) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  afterAll(async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.kill('SIGTERM')) await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['pictures.example', '/a%20b.jpg'],
    ['PICTURES.example', '/%61%20b.jpg'],
    ['pictures.example:443', '/./x/../a%20b.jpg?download=1'],
    ['pictures.example', '//a%20b.jpg'],
    ['pictures.example', '/image.php?id=5'],
    ['pictures.example', '/%E5%86%99/%FF%22%7b%7d%3b%24x.jpg'],
    ['other.example', '/deep/y.gif'],
  ])('answers 451 for %s%s', async (host, path) => {
    expect(await status(host, path)).toBe(451);
  });

  it.each([
    ['other.example', '/a%20b.jpg'],
    ['pictures.example', '/a%20b.jpgx'],
    ['pictures.example', '/a%20b_jpg'],
    ['pictures.example', '/A%20b.jpg'],
    ['pictures.example', '/image.php?id=55'],
    ['pictures.example', '/image.php'],
    ['pictures.example', '/'],
  ])('still serves %s%s', async (host, path) => {
    expect(await status(host, path)).toBe(200);
  });
});
