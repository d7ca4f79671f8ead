import { createHmac } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../support/cli.js';
import { listedPicture, otherPicture, startServer, type Wanted } from '../support/upload-server.js';

const listed = new Uint8Array(readFileSync(listedPicture));
const other = new Uint8Array(readFileSync(otherPicture));

/** A web server on loopback with the listed picture, another one, and a redirect to an address that is never fetched. */
let web: Server;
let site: string;
const asked: string[] = [];
beforeAll(async () => {
  web = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === '/listed.jpg') response.end(listed);
    else if (url === '/other.jpg') response.end(other);
    else if (url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  site = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(() => web.close());

const start = (wanted: Wanted = {}) =>
  startServer({ ...wanted, scan: { allowPrivate: true, ...wanted.scan } });
const get = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const post = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('Lemmy: pict-rs with external_validation', () => {
  it('is told 2xx for what may pass and something else for a match', async () => {
    const { url } = await start();
    const ask = async (body: Uint8Array<ArrayBuffer>) =>
      (await fetch(`${url}/v1/scan`, { method: 'POST', body, headers: { 'content-type': 'image/jpeg' } })).ok;
    expect([await ask(listed), await ask(other)]).toEqual([false, true]);
  });
});

describe('HMA', () => {
  it('hashes and looks up as coop asks it, with two slashes and distances as texts', async () => {
    const { url } = await start();
    const { body: hashes } = await get(`${url}//h/hash?url=${encodeURIComponent(`${site}/listed.jpg`)}`);
    expect(hashes).toEqual({ pdq: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const { body: banks } = await get(`${url}//m/lookup?signal=${hashes.pdq}&signal_type=pdq`);
    const [matches] = Object.values(banks) as { bank_content_id: number; distance: string }[][];
    expect(matches![0]).toEqual({
      bank_content_id: expect.any(Number),
      distance: expect.stringMatching(/^\d+$/),
    });
    const id = matches![0]!.bank_content_id;
    expect((await get(`${url}/m/raw_lookup?signal=${hashes.pdq}&signal_type=pdq`)).body.matches).toContain(
      id,
    );
    expect(
      (await get(`${url}/m/raw_lookup?signal=${hashes.pdq}&signal_type=pdq&include_distance=true`)).body
        .matches,
    ).toContainEqual(matches![0]);
    expect((await get(`${url}/m/lookup?signal=${hashes.pdq}&signal_type=pdq&banks=none`)).body).toEqual({});
    expect((await get(`${url}/m/lookup?url=${site}/listed.jpg`)).body).toEqual({ pdq: banks });
    const form = new FormData();
    form.append('photo', new Blob([listed]), 'a.jpg');
    const answer = await fetch(`${url}/m/lookup`, { method: 'POST', body: form });
    expect(await answer.json()).toEqual({ pdq: banks });
    expect(Object.keys(banks)).toEqual(
      expect.arrayContaining([
        ((await get(`${url}/c/banks`)).body as unknown as { name: string }[])[0]!.name,
      ]),
    );
  });

  it('compares, tells its state, and says what is wrong as HMA does', async () => {
    const { url } = await start();
    const hash = '0f'.repeat(32);
    expect((await post(`${url}/m/compare`, { pdq: [hash, `1f${hash.slice(2)}`] })).body).toEqual({
      pdq: [true, { distance: 1 }],
    });
    expect((await get(`${url}/m/index/status`)).body).toMatchObject({
      pdq: { present: true, built_to: expect.any(Number), size: expect.any(Number) },
    });
    expect(await (await fetch(`${url}/status`)).text()).toBe('I-AM-ALIVE');
    for (const path of [
      '/m/lookup?signal=zz&signal_type=pdq',
      `/m/lookup?signal=${hash}&signal_type=tmk`,
      '/m/lookup',
      '/h/hash',
      `/h/hash?url=${site}/nothing.jpg`,
    ])
      expect(await get(url + path), path).toMatchObject({
        status: 400,
        body: { message: expect.any(String) },
      });
  });

  it('fetches nothing from private addresses unless that is allowed, and never the metadata of a cloud', async () => {
    const guarded = await startServer();
    const before = asked.length;
    expect((await get(`${guarded.url}/h/hash?url=${site}/listed.jpg`)).status).toBe(400);
    expect(asked).toHaveLength(before);
    const { url } = await start();
    for (const address of [`${site}/away`, 'http://169.254.169.254/latest', 'file:///etc/passwd', 's3://a/b'])
      expect((await get(`${url}/h/hash?url=${encodeURIComponent(address)}`)).status, address).toBe(400);
  });
});

describe('PieFed', () => {
  it('gets the hash in binary digits with its quality', async () => {
    const { url } = await start();
    const { body } = await get(`${url}/piefed/hash?image_url=${encodeURIComponent(`${site}/listed.jpg`)}`);
    expect(body).toEqual({
      pdq_hash_binary: expect.stringMatching(/^[01]{256}$/),
      quality: expect.any(Number),
    });
    const { body: hashes } = await get(`${url}/h/hash?url=${site}/listed.jpg`);
    expect(BigInt(`0b${body.pdq_hash_binary}`)).toBe(BigInt(`0x${hashes.pdq}`));
    expect((await get(`${url}/piefed/hash?image_url=${site}/nothing.jpg`)).status).toBe(422);
  });
});

describe('tusd', () => {
  const hook = (Type: string, Path: string) => ({
    Type,
    Event: {
      Upload: { ID: '1', Size: 1, MetaData: { filename: 'a.jpg' }, Storage: { Type: 'filestore', Path } },
      HTTPRequest: { Method: 'PATCH', RemoteAddr: '192.0.2.7:4711' },
    },
  });

  it('has a match in its answer to the uploader, and reads nothing outside of its directory', async () => {
    const dir = tempDir();
    const root = join(dir, 'root');
    mkdirSync(root);
    copyFileSync(listedPicture, join(root, 'a'));
    copyFileSync(otherPicture, join(root, 'b'));
    copyFileSync(listedPicture, join(dir, 'outside'));
    symlinkSync(join(dir, 'outside'), join(root, 'link'));
    const { url, uploads } = await start({ server: { tusdRoot: root } });
    const ask = (type: string, path: string) => post(`${url}/hooks/tusd`, hook(type, path));
    expect(await ask('pre-finish', join(root, 'a'))).toMatchObject({
      status: 200,
      body: { HTTPResponse: { StatusCode: 451 } },
    });
    expect(await ask('pre-finish', join(root, 'b'))).toEqual({ status: 200, body: {} });
    expect(await ask('pre-create', '/etc/passwd')).toEqual({ status: 200, body: {} });
    for (const path of ['/etc/passwd', join(dir, 'outside'), join(root, 'link'), `${root}/../outside`, ''])
      expect((await ask('post-finish', path)).status, path).toBe(422);
    expect(uploads.metrics()).toContain('verdict="match"} 1');
  });
});

describe('Mastodon', () => {
  const secret = 's'.repeat(40);
  const hook = (...urls: (string | null)[]) => ({
    event: 'status.created',
    created_at: '2026-11-30T10:00:00Z',
    object: {
      id: '1',
      account: { id: '7', acct: 'somebody@remote.example' },
      media_attachments: urls.map((url) => ({ id: '1', type: 'image', url })),
    },
  });
  const signed = (body: unknown, by = secret) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', by).update(JSON.stringify(body)).digest('hex')}`,
  });

  it('has its attachments scanned where it signs, once or again; a replay is no second event', async () => {
    const { url, uploads } = await start({ server: { mastodonSecret: secret } });
    const body = hook(`${site}/listed.jpg`, `${site}/other.jpg`);
    for (let times = 0; times < 2; times++)
      expect(await post(`${url}/hooks/mastodon`, body, signed(body))).toEqual({
        status: 200,
        body: { scanned: 2, matched: 1 },
      });
    const again = await uploads.scan({ url: `${site}/listed.jpg`, via: 'test' });
    expect(again.events).toHaveLength(1);
    expect((await post(`${url}/hooks/mastodon`, body, signed(body, 'x'.repeat(40)))).status).toBe(401);
    expect((await post(`${url}/hooks/mastodon`, body)).status).toBe(401);
    const bare = await start();
    expect((await post(`${bare.url}/hooks/mastodon`, body, signed(body))).status).toBe(404);
  });

  it('is asked to try again where an attachment could not be fetched yet', async () => {
    const { url } = await start({ server: { mastodonSecret: secret } });
    for (const body of [hook(`${site}/nothing.jpg`), hook(null)])
      expect((await post(`${url}/hooks/mastodon`, body, signed(body))).status).toBe(503);
  });
});

describe('S3 and MinIO', () => {
  it('are asked to try again where an object cannot be fetched; what was not created is passed over', async () => {
    const { url } = await start({ scan: { s3Endpoint: 'http://127.0.0.1:1' } });
    const record = (eventName: string) => ({
      eventName,
      eventTime: '2026-11-30T10:00:00Z',
      s3: { bucket: { name: 'media' }, object: { key: 'a+b%2Fc.jpg' } },
    });
    const removed = { Records: [record('s3:ObjectRemoved:Delete')] };
    expect(await post(`${url}/hooks/s3`, removed)).toEqual({ status: 200, body: { scanned: 0, matched: 0 } });
    expect((await post(`${url}/hooks/s3`, { Records: [record('s3:ObjectCreated:Put')] })).status).toBe(503);
    const flood = { Records: Array.from({ length: 101 }, () => record('s3:ObjectCreated:Put')) };
    expect((await post(`${url}/hooks/s3`, flood)).status).toBe(413);
  });
});

describe('abyss of Bluesky', () => {
  it('is told labels by the password of admin', async () => {
    const token = 'abcdefghijklmnopqrstuvwxyz';
    const { url } = await start({ server: { token } });
    const ask = async (body: Uint8Array<ArrayBuffer>) => {
      const response = await fetch(`${url}/xrpc/com.atproto.unspecced.scanBlob?did=did:plc:abc`, {
        method: 'POST',
        body,
        headers: { authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}` },
      });
      return (await response.json()) as { match: { hits: { label: string }[] } };
    };
    expect((await ask(listed)).match.hits).not.toEqual([]);
    expect((await ask(other)).match.hits).toEqual([]);
  });
});
