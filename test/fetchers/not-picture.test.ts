import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ScanResult } from '../../src/core/types.js';
import { loadList } from '../../src/index.js';
import { createScanner } from '../../src/scanner/index.js';
import { demo } from '../support/cli.js';
import { serve, serveRaw } from './local-server.js';

const picture = readFileSync(join(demo, 'uploads/holiday.jpg'));
const { list } = await loadList({ path: join(demo, 'known.csv') });

const code = (result: ScanResult | undefined) =>
  result?.outcome === 'failed' ? `${result.stage}/${result.code}` : result?.outcome;

async function scanned(uri: string, web: { allowHtml?: boolean } = {}): Promise<ScanResult[]> {
  const scanner = createScanner({ lists: [list], workers: 0, allowPrivate: true, web });
  try {
    const results: ScanResult[] = [];
    for await (const result of scanner.scanAsset({ uri })) results.push(result);
    return results;
  } finally {
    await scanner.close();
  }
}

async function answered(
  type: string | undefined,
  body: string | Uint8Array,
  { path = '/photo', allowHtml = false } = {},
): Promise<string | undefined> {
  const answer: RequestListener = (_, response) => {
    if (type !== undefined) response.setHeader('content-type', type);
    response.end(body);
  };
  const { port } = await serve(answer);
  const results = await scanned(`http://127.0.0.1:${port}${path}`, { allowHtml });
  return code(results.at(-1));
}

const login = '<!doctype html><title>Log in</title><form></form>';

it.each<[string, string | undefined, string | Uint8Array]>([
  ['a login', 'text/html; charset=utf-8', login],
  ['a login that is called a picture', 'image/jpeg', login],
  ['a page of an unknown type', undefined, `\n\n<!-- cached -->\n${login}`],
  ['a fragment', undefined, '<div class="challenge">Are you human?</div>'],
  ['XHTML', 'application/xhtml+xml', '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>'],
  [
    'a page in UTF-16',
    'text/html',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(login, 'utf16le')]),
  ],
  ['a page that mentions SVG', 'text/html', '<html><svg viewBox="0 0 1 1"></svg></html>'],
  ['JSON', 'application/json', '{"error":"not found"}'],
  ['JSON that is called text', 'text/plain', '["gone"]'],
  ['a problem in JSON', 'application/problem+json; charset=utf-8', '{}'],
  ['a message', 'text/plain', '404 page not found'],
])('%s in place of a picture is no picture that was seen', async (_, type, body) => {
  expect(await answered(type, body)).toBe('fetch/not-a-picture');
  expect(await answered(type, body, { path: '/photo.jpg' })).toBe('fetch/not-a-picture');
});

it.each<[string, string, string | Uint8Array, string]>([
  ['a picture that is called a page', 'text/html', picture, '/photo'],
  ['a picture that is called JSON', 'application/json', picture, '/photo'],
  ['text that is named so', 'text/plain', 'hello', '/notes.txt'],
  ['a playlist', 'application/vnd.apple.mpegurl', '#EXTM3U\n', '/live.m3u8'],
  [
    'an SVG picture',
    'image/svg+xml',
    `<?xml version="1.0"?><!-- ${'x'.repeat(5000)} --><svg xmlns="http://www.w3.org/2000/svg"/>`,
    '/a',
  ],
  ['a PNM picture', 'text/plain', 'P2 1 1 255 7\n', '/a'],
])('%s is what was asked for', async (_, type, body, path) => {
  expect(await answered(type, body, { path })).not.toBe('fetch/not-a-picture');
});

it('with --allow-html a page is no picture, and no failure', async () => {
  expect(await answered('text/html', login, { allowHtml: true })).toBe('skipped');
});

/** Resets every connection of ours once an answer has begun: where a real one says so in time is up to the system. */
function resetAfterHeaders(): void {
  const sockets: Socket[] = [];
  const connected = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  const answered = () =>
    setImmediate(() => {
      for (const socket of sockets.splice(0))
        socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    });
  subscribe('undici:client:connected', connected);
  subscribe('undici:request:headers', answered);
  onTestFinished(() => {
    unsubscribe('undici:client:connected', connected);
    unsubscribe('undici:request:headers', answered);
  });
}

it('a body that its server broke off is looked at as far as it came, and told as damaged', async () => {
  const answer = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n'), picture]);
  const whole = await serveRaw(answer);
  expect((await scanned(`http://127.0.0.1:${whole.port}/a.jpg`))[0]?.facts?.degraded).toBeUndefined();
  resetAfterHeaders();
  const cut = await serveRaw(answer, 'nothing');
  const [result] = await scanned(`http://127.0.0.1:${cut.port}/a.jpg`);
  expect(result).toMatchObject({ outcome: 'matched', facts: { degraded: true } });
  expect(cut.connections).toBe(3);
});

it('a body that broke off before its known end failed', async () => {
  resetAfterHeaders();
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n';
  const { port } = await serveRaw(Buffer.concat([Buffer.from(head), picture]), 'nothing');
  expect(code((await scanned(`http://127.0.0.1:${port}/a.jpg`))[0])).toBe('fetch/network-error');
});

it('hosts of a library caller are read as those of --hosts', async () => {
  const { port } = await serve((request, response) => {
    if (request.url === '/a.jpg')
      response.writeHead(302, { location: `http://localhost:${port}/b.jpg` }).end();
    else response.end(picture);
  });
  const page = `http://127.0.0.1:${port}/`;
  const ends = async (hosts: string[]) => {
    const scanner = createScanner({ lists: [list], workers: 0, allowPrivate: true, web: { hosts } });
    const results: ScanResult[] = [];
    for await (const result of scanner.scanAsset({ uri: `${page}a.jpg`, page })) results.push(result);
    await scanner.close();
    return results.map(code);
  };
  expect(await ends([])).toEqual(['fetch/redirected-off-site']);
  expect(await ends(['LocalHost'])).toEqual(['matched']);
  expect(() => createScanner({ workers: 0, web: { hosts: ['https://localhost/'] } })).toThrow(/web\.hosts/);
});
