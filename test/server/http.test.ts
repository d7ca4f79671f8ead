import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addToOwnList } from '../../src/app/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { serve } from '../../src/server/index.js';
import { root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { listedPicture, otherPicture, startServer } from '../support/upload-server.js';

const listed = readFileSync(listedPicture);
const other = readFileSync(otherPicture);

const post = (url: string, body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers });
const answerOf = async (response: Response) => ({
  status: response.status,
  body: (await response.json()) as Record<string, unknown>,
});

describe('POST /v1/scan', () => {
  it('answers 451 to a listed picture, 200 to another one and to a file that is no picture', async () => {
    const { url } = await startServer();
    const hit = await answerOf(await post(`${url}/v1/scan`, listed));
    expect(hit).toMatchObject({ status: 451, body: { verdict: 'match', refused: true } });
    expect(hit.body.event).toMatch(/^[0-9a-f]{32}$/);
    expect(hit.body.name).toBe(`Hashsieve.Match.${String(hit.body.event).slice(0, 8)}`);
    expect(await answerOf(await post(`${url}/v1/scan`, other))).toMatchObject({
      status: 200,
      body: { verdict: 'clear', refused: false },
    });
    expect(await answerOf(await post(`${url}/v1/scan`, 'no picture'))).toMatchObject({
      status: 200,
      body: { verdict: 'skipped', refused: false },
    });
  });

  it('tells nothing of lists and hashes, whatever is asked for', async () => {
    const { url } = await startServer();
    const text = await (await post(`${url}/v1/scan?detail=1`, listed)).text();
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual([
      'event',
      'name',
      'refused',
      'request',
      'verdict',
    ]);
  });

  it('compares with the list of the operator too, also where that comes later', async () => {
    const ownList = join(tempDir(), 'own.jsonl');
    const { url, uploads } = await startServer({ scan: { ownList } });
    expect((await post(`${url}/v1/scan`, other)).status).toBe(200);
    const sha256 = createHash('sha256').update(other).digest('hex');
    await addToOwnList([`sha256:${sha256}`], { ownList, category: 'own' });
    await uploads.reload();
    expect((await post(`${url}/v1/scan`, other)).status).toBe(451);
  });

  it('takes the files of a form; the gravest decides', async () => {
    const { url } = await startServer();
    const form = new FormData();
    form.append('title', 'my holidays');
    form.append('a', new Blob([other]), 'a.jpg');
    form.append('b', new Blob([listed]), 'b.jpg');
    expect((await post(`${url}/v1/scan`, form)).status).toBe(451);
  });

  it('refuses with 422 what cannot be read, and accepts it with --on-unread accept', async () => {
    const broken = listed.subarray(0, 200);
    const strict = await startServer();
    expect(await answerOf(await post(`${strict.url}/v1/scan`, broken))).toMatchObject({
      status: 422,
      body: { verdict: 'unread', refused: true, name: 'Hashsieve.Unread', reason: 'decode/undecodable' },
    });
    const lax = await startServer({ scan: { onUnread: 'accept' } });
    expect(await answerOf(await post(`${lax.url}/v1/scan`, broken))).toMatchObject({
      status: 200,
      body: { verdict: 'unread', refused: false },
    });
  });

  it('answers 413 to what is too large, announced or not, and serves the next', async () => {
    const { url } = await startServer({ scan: { maxBytes: 20_000 } });
    expect((await post(`${url}/v1/scan`, new Uint8Array(30_000))).status).toBe(413);
    const pieces = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(10_000));
      },
    });
    const chunked = fetch(`${url}/v1/scan`, { method: 'POST', body: pieces, duplex: 'half' } as RequestInit);
    await expect(chunked.then(({ status }) => status)).resolves.toBe(413);
    const form = new FormData();
    form.append('a', new Blob([new Uint8Array(30_000)]), 'a.jpg');
    expect((await post(`${url}/v1/scan`, form)).status).toBe(413);
    expect((await post(`${url}/v1/scan`, listed)).status).toBe(451);
  });

  it('answers 503 with Retry-After where the queue is full', async () => {
    let release = () => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    const { url, uploads } = await startServer({ scan: { jobs: 1, queue: 1 } });
    const take = uploads.scan.bind(uploads);
    const ledger = uploads as unknown as { opened: { lists: { use: (w: unknown) => Promise<unknown> } } };
    const use = ledger.opened.lists.use.bind(ledger.opened.lists);
    ledger.opened.lists.use = async (work) => {
      await held;
      return use(work);
    };
    const waiting = [take({ bytes: other, via: 'test' }), take({ bytes: other, via: 'test' })];
    const turnedAway = await post(`${url}/v1/scan`, other);
    expect(turnedAway.status).toBe(503);
    expect(turnedAway.headers.get('retry-after')).toBe('2');
    release();
    await Promise.all(waiting);
    expect((await post(`${url}/v1/scan`, other)).status).toBe(200);
  });
});

describe('what the ledger holds of an upload', () => {
  it('is one event for a file that the host sends again, and another for another uploader', async () => {
    const { url, ledger, close } = await startServer();
    const said = {
      'x-hashsieve-uploader': '4711',
      'x-hashsieve-ip': '192.0.2.7',
      'x-hashsieve-name': 'a b.jpg',
    };
    for (let times = 0; times < 3; times++) await post(`${url}/v1/scan`, listed, said);
    await post(`${url}/v1/scan`, listed, { ...said, 'x-hashsieve-uploader': '4712' });
    await close();
    const opened = await Ledger.open(ledger);
    const events = opened.detections.all();
    opened.close();
    expect(events.map(({ upload }) => upload?.uploader)).toEqual(['4711', '4712']);
    expect(events[0]!.uri).toMatch(/^upload:[0-9a-f]{16}\/a%20b\.jpg$/);
    expect(events[0]!.upload).toMatchObject({ via: 'http', ip: '192.0.2.7', name: 'a b.jpg' });
  });

  it('has the address that the host gave, and no address that is none', async () => {
    const { url, uploads } = await startServer();
    const eventOf = async (headers: Record<string, string>) =>
      (await answerOf(await post(`${url}/v1/scan`, listed, headers))).body.event;
    const known = await eventOf({ 'x-hashsieve-uri': 'https://forum.example/1.jpg' });
    const same = await uploads.scan({ bytes: listed, via: 'test', uri: 'https://forum.example/1.jpg' });
    expect(known).toBe(same.event);
    expect(await eventOf({ 'x-hashsieve-uri': 'file:///etc/passwd' })).toBe(await eventOf({}));
  });

  it('makes the answer 503 where it cannot be written, and readyz says so', async () => {
    const { url, uploads } = await startServer();
    const { opened } = uploads as unknown as { opened: { ledger: Record<string, unknown> } };
    opened.ledger.note = () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    opened.ledger.trouble = async () => 'the ledger cannot be written';
    expect((await post(`${url}/v1/scan`, listed)).status).toBe(503);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });
});

describe('who may ask', () => {
  const token = 'abcdefghijklmnopqrstuvwxyz';

  it('with a token: who shows it, as bearer or as password of the URL; and those get details', async () => {
    const { url } = await startServer({ server: { token } });
    expect((await post(`${url}/v1/scan`, listed)).status).toBe(401);
    expect((await post(`${url}/v1/scan`, listed, { authorization: `Bearer ${token}x` })).status).toBe(401);
    const basic = Buffer.from(`hashsieve:${token}`).toString('base64');
    expect((await post(`${url}/v1/scan`, listed, { authorization: `Basic ${basic}` })).status).toBe(451);
    const told = await answerOf(
      await post(`${url}/v1/scan?detail=1`, listed, { authorization: `Bearer ${token}` }),
    );
    expect(told.status).toBe(451);
    expect(JSON.stringify(told.body.results)).toContain('"algorithm":"pdq"');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });

  it('is no page of a browser', async () => {
    const { url } = await startServer();
    const response = await post(`${url}/v1/scan`, listed, { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is nobody on another machine, unless there is a token; for clamd never', async () => {
    const { uploads } = await startServer();
    const voice = { say() {} };
    await expect(serve(uploads, { http: '0.0.0.0:0' }, voice)).rejects.toThrow('--token-file');
    await expect(serve(uploads, { clamd: '0.0.0.0:0', token }, voice)).rejects.toThrow('no password');
    const guarded = await serve(uploads, { http: '0.0.0.0:0', token }, voice);
    await guarded.close();
  });

  it('reaches it through a Unix socket, whose abandoned file is replaced', async () => {
    const path = join(tempDir(), 'http.sock');
    const { uploads, serving } = await startServer({ server: { http: path } });
    expect(serving.places.http).toBe(path);
    const status = await new Promise<number | undefined>((done, failed) => {
      const call = request({ socketPath: path, path: '/v1/scan', method: 'POST' }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
      call.on('error', failed);
      call.end(listed);
    });
    expect(status).toBe(451);
    await expect(serve(uploads, { http: path }, { say() {} })).rejects.toThrow('another process listens');
    const taken = join(tempDir(), 'file');
    writeFileSync(taken, 'precious');
    await expect(serve(uploads, { http: taken }, { say() {} })).rejects.toThrow('a file is there');
    expect(readFileSync(taken, 'utf8')).toBe('precious');
  });
});

describe('hashes', () => {
  it('are made by /v1/hash and looked up by /v1/match, which tells the near ones too', async () => {
    const { url } = await startServer();
    const { body } = await answerOf(await post(`${url}/v1/hash`, listed));
    const hashes = body.hashes as { algorithm: string; hex: string }[];
    const pdq = hashes.find(({ algorithm }) => algorithm === 'pdq')!;
    const flipped = pdq.hex.replace(/^./, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
    const { body: found } = await answerOf(
      await post(
        `${url}/v1/match`,
        JSON.stringify({
          hashes: [pdq, { algorithm: 'pdq', hex: flipped }, { algorithm: 'pdq', hex: '0f'.repeat(32) }],
        }),
      ),
    );
    expect(found.answers).toEqual([{ listed: true }, { listed: true }, { listed: false }]);
    for (const wrong of ['{', '{}', '{"hashes":[{"algorithm":"pdq","hex":"00"}]}', 'null'])
      expect((await post(`${url}/v1/match`, wrong)).status).toBe(400);
  });

  it('of a picture without one are told as withheld, and of a broken one with a reason', async () => {
    const { url } = await startServer();
    const plain = await answerOf(await post(`${url}/v1/hash`, await draw(1, 2, 2).png().toBuffer()));
    expect(plain.status).toBe(200);
    const broken = await answerOf(await post(`${url}/v1/hash`, listed.subarray(0, 200)));
    expect(broken).toMatchObject({ status: 422, body: { reason: 'decode/undecodable' } });
  });
});

describe('monitoring', () => {
  it('counts answers, and tells no name', async () => {
    const { url, said } = await startServer();
    await post(`${url}/v1/scan`, listed, { 'x-hashsieve-name': 'secret-name.jpg' });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('hashsieve_serve_answers_total{front="http",verdict="match"} 1');
    expect(text).not.toContain('secret-name');
    expect(said.some(({ line }) => line.startsWith('http ') && line.includes('match'))).toBe(true);
    expect(JSON.stringify(said)).not.toContain('secret-name');
  });

  it('hears that a list is too old', async () => {
    const { url } = await startServer({ scan: { maxListAge: 0.001 } });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('--max-list-age');
  });
});

describe('docs/openapi.json', () => {
  it('describes every route and nothing else', async () => {
    const { url } = await startServer();
    const told = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    expect(told).toEqual(JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')));
    const { routes } = await import('../../src/server/fronts/index.js');
    const described = Object.entries(told.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routed = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(routed.sort());
  });
});
