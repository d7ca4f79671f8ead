import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const list = join(tempDir(), 'known.txt');
writeFileSync(list, `sha256 ${'0123456789abcdef'.repeat(4)}\n`);

/** A site that does everything wrong, by path. */
const faults: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  'metadata.jpg': (_, response) => redirect(response, 'http://169.254.169.254/latest/meta-data/'),
  'mapped.jpg': (_, response) => redirect(response, 'http://[::ffff:169.254.169.254]/'),
  'file.jpg': (_, response) => redirect(response, 'file:///etc/passwd'),
  'round.jpg': (request, response) => {
    const hops = Number(request.url!.split('?')[1] ?? 0);
    if (hops === 10_000) response.end(picture);
    else redirect(response, `/round.jpg?${hops + 1}`);
  },
  'slow.jpg': (_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('x'), 100);
    response.on('close', () => clearInterval(drip));
  },
  'endless.jpg': (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
  'bomb.jpg': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(50e6)));
  },
  'short.jpg': (_, response) => {
    response.writeHead(200, { 'content-length': 5000 });
    response.write('only this', () => response.destroy());
  },
  'long.jpg': (_, response) => {
    response.writeHead(200, { 'content-length': 99_999_999_999 });
    response.end('x');
  },
  'garbage.jpg': (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxx'),
};
const redirect = (response: ServerResponse, location: string) => {
  response.writeHead(302, { location });
  response.end();
};

const requests: string[] = [];
let picture: Buffer;
const server = createServer((request, response) => {
  requests.push(`${request.url}`);
  const fault = faults[request.url!.slice(1).split('?')[0]!];
  if (fault) fault(request, response);
  else response.end(picture);
});
let port: number;
beforeAll(async () => {
  picture = await draw(1).jpeg().toBuffer();
  server.listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function scan(urls: readonly string[], ...args: readonly string[]) {
  const file = join(tempDir(), 'urls.txt');
  writeFileSync(file, urls.join('\n'));
  const base = ['scan', '--list', list, '--format', 'jsonl', '--all', '--no-ledger', '--urls', file];
  const ran = await hashsieve([...base, ...args]);
  return {
    ...ran,
    ends: lines(ran.stdout).map(({ outcome, code }) => (code ? `${outcome} ${code}` : outcome)),
  };
}

describe('hostile sites', () => {
  it('send nobody to a private address, however it is written', async () => {
    const hosts = ['127.0.0.1', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '[::1]'];
    const mapped = [
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '0',
      '10.0.0.1',
      '169.254.169.254',
    ];
    const urls = [...hosts, ...mapped].map((host) => `http://${host}:${port}/a.jpg`);
    requests.length = 0;
    const { ends, code } = await scan(urls);
    expect(ends).toEqual(urls.map(() => 'failed refused-address'));
    expect(requests).toEqual([]);
    expect(code).toBe(3);
  });

  it('end each in one result, within the limits', async () => {
    const names = ['a.jpg', ...Object.keys(faults)];
    requests.length = 0;
    const urls = names.map((name) => `http://127.0.0.1:${port}/${name}`);
    const { ends } = await scan(urls, '--allow-private', '--timeout', '3s', '--max-bytes', '1MB');
    const expected: Record<string, RegExp> = {
      'a.jpg': /^clear$/,
      'metadata.jpg': /^failed refused-address$/,
      'mapped.jpg': /^failed refused-address$/,
      'file.jpg': /^failed (bad-url|unsupported-scheme|refused-address)$/,
      'round.jpg': /^failed too-many-redirects$/,
      'slow.jpg': /^failed time-out$/,
      'endless.jpg': /^failed too-large$/,
      'bomb.jpg': /^failed too-large$/,
      'long.jpg': /^failed too-large$/,
      'short.jpg': /^failed (network-error|read-error)$/,
      'garbage.jpg': /^failed (network-error|read-error)$/,
    };
    for (const [i, name] of names.entries()) expect(`${ends[i]}`, name).toMatch(expected[name]!);
    expect(ends).toHaveLength(names.length);
    // Of 10,000 redirects five are followed, and the whole is not tried again.
    expect(requests.filter((url) => url.startsWith('/round'))).toHaveLength(6);
  });
});
