import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { fileUri } from '../../src/core/uri.js';
import { fileFetcher } from '../../src/fetchers/file.js';
import { fetcher, serve } from './local-server.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Reads by a clock that runs a minute ahead: every file has settled. */
const files = fileFetcher({ maxBytes: 1000, timeoutSeconds: 10 }, () => Date.now() + 60_000);

/** A file whose times have settled, with the version it was fetched at. */
async function settledFile() {
  const folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  folders.push(folder);
  const path = join(folder, 'a');
  writeFileSync(path, 'one');
  const ref = { uri: fileUri(Buffer.from(path)) };
  const { version } = await files.fetch(ref);
  return { path, ref, version: version! };
}

describe('a file fetched again', () => {
  it('is not read while it is unchanged', async () => {
    const { ref, version } = await settledFile();
    expect(await files.refetch!(ref, version)).toBeUndefined();
  });

  it('is read after a change that kept its size and put its times back', async () => {
    const { path, ref, version } = await settledFile();
    utimesSync(path, 1, 1);
    const before = (await files.fetch(ref)).version ?? version;
    await delay(20);
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    expect(Buffer.from((await files.refetch!(ref, before))!.bytes).toString()).toBe('two');
  });

  it('is read after another file took its place', async () => {
    const { path, ref, version } = await settledFile();
    writeFileSync(`${path}2`, 'two');
    renameSync(`${path}2`, path);
    expect(Buffer.from((await files.refetch!(ref, version))!.bytes).toString()).toBe('two');
  });

  it('has no version when it changed a moment ago, because it may change again within a clock tick', async () => {
    const { path, ref } = await settledFile();
    writeFileSync(path, 'two');
    const soon = fileFetcher({ maxBytes: 1000, timeoutSeconds: 10 }, () => statSync(path).mtimeMs + 1);
    expect((await soon.fetch(ref)).version).toBeUndefined();
  });
});

describe('a URL fetched again', () => {
  const day = 'Sun, 01 Nov 2026 10:00:00 GMT';
  it.each([
    ['a strong ETag', { etag: '"v1"' }, 'if-none-match', '"v1"'],
    [
      'a strong ETag of a file that has settled',
      { etag: '"v1"', 'last-modified': day },
      'if-none-match',
      '"v1"',
    ],
    ['a settled Last-Modified', { 'last-modified': day }, 'if-modified-since', day],
  ])('is asked for with %s', async (_name, sent, header, value) => {
    const server = await serve((request, response) => {
      if (request.headers[header] === value) response.writeHead(304).end();
      else response.writeHead(200, sent).end('picture');
    });
    const web = fetcher();
    const ref = { uri: `http://a.test:${server.port}/` };
    const { version } = await web.fetch(ref);
    expect(await web.refetch!(ref, version!)).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });

  it('is read when it changed', async () => {
    let tag = 1;
    const server = await serve((_, response) => response.writeHead(200, { etag: `"${tag++}"` }).end('x'));
    const web = fetcher();
    const ref = { uri: `http://a.test:${server.port}/` };
    const first = await web.fetch(ref);
    expect((await web.refetch!(ref, first.version!))?.version).not.toBe(first.version);
  });

  it.each([
    ['a weak ETag', { etag: 'W/"v1"' }],
    ['a Last-Modified of this second', { 'last-modified': new Date().toUTCString() }],
    ['a strong ETag of a file of this second', { etag: '"v1"', 'last-modified': new Date().toUTCString() }],
    ['nothing', {}],
  ])('is never trusted on %s', async (_name, sent) => {
    const server = await serve((_request, response) => response.writeHead(200, sent).end('x'));
    const asset = await fetcher().fetch({ uri: `http://a.test:${server.port}/` });
    expect(asset.version).toBeUndefined();
  });

  it('sends what one address said to no other, and refuses a 304 nobody asked for', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.writeHead(304).end();
    });
    const web = fetcher();
    const version = JSON.stringify({ url: `http://a.test:${server.port}/before`, etag: '"v1"' });
    await expect(web.refetch!({ uri: `http://a.test:${server.port}/` }, version)).rejects.toMatchObject({
      code: 'http-304',
    });
    expect(server.requests.every(({ headers }) => headers['if-none-match'] === undefined)).toBe(true);
  });
});
