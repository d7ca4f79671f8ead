import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notifyConfig } from '../../src/config/index.js';
import { noticeOf, send } from '../../src/notify/index.js';
import { event } from '../reports/cases.js';
import { tempDir } from '../support/cli.js';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
}
const received: Received[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const { method, url: path, headers } = request;
    received.push({ method, path, headers, body: JSON.parse(body) as Record<string, unknown> });
    response.writeHead(200).end();
  });
});
let base: string;
const dir = tempDir();
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(dir, 'token'), 'T0KEN\n', { mode: 0o600 });
  writeFileSync(join(dir, 'url'), `${base}/hook/SECRET\n`, { mode: 0o600 });
});
afterAll(() => server.close());

const configOf = (target: object) => ({
  path: join(dir, 'config.json'),
  options: {},
  blocks: { notify: { targets: { desk: target } } },
});
const one = event(1, 'https://f.example/<!channel>@everyone.jpg');
const found = [one];

/** What the stand-in got of a notice. */
async function told(target: object): Promise<Received> {
  const { targets } = notifyConfig(configOf({ allowPrivate: true, ...target }))!;
  received.length = 0;
  await send(targets[0]!, noticeOf('notice-1', found));
  return received[0]!;
}

const hook = { method: 'POST', path: '/hook/SECRET' };
const bearer = { authorization: 'Bearer T0KEN' };
it.each([
  ['slack', { urlFile: 'url' }, { ...hook, body: { blocks: [{ text: { type: 'plain_text' } }] } }],
  ['discord', { urlFile: 'url' }, { ...hook, body: { allowed_mentions: { parse: [] } } }],
  ['mattermost', { urlFile: 'url' }, { ...hook, body: { text: expect.stringMatching(/^```/) } }],
  ['teams', { urlFile: 'url' }, { ...hook, body: { type: 'message' } }],
  [
    'matrix',
    { room: '!r:m.example', tokenFile: 'token' },
    {
      method: 'PUT',
      path: '/_matrix/client/v3/rooms/!r%3Am.example/send/m.room.message/notice-1',
      headers: bearer,
      body: { msgtype: 'm.text' },
    },
  ],
  [
    'telegram',
    { chat: '42', tokenFile: 'token' },
    { path: '/botT0KEN/sendMessage', body: { chat_id: '42' } },
  ],
  ['ntfy', { topic: 'alarm', tokenFile: 'token' }, { path: '/', headers: bearer, body: { topic: 'alarm' } }],
  ['gotify', { tokenFile: 'token' }, { path: '/message', headers: { 'x-gotify-key': 'T0KEN' } }],
  [
    'pagerduty',
    { tokenFile: 'token' },
    { path: '/v2/enqueue', body: { routing_key: 'T0KEN', event_action: 'trigger', dedup_key: 'notice-1' } },
  ],
])('%s is told in its own shape, with its own secret', async (type, target, expected) => {
  const at = 'urlFile' in target ? {} : { url: base };
  const got = await told({ type, ...at, ...target });
  expect(got).toMatchObject(expected);
  expect(JSON.stringify(got.body)).toContain(one.id);
  expect(JSON.stringify(got.body)).not.toContain(one.digests.sha256);
});

it('names what is missing or wrong, and refuses plain http and private places', async () => {
  const wrong = (target: object) => () => notifyConfig(configOf(target));
  expect(wrong({ type: 'slack', url: 'https://x.example/' })).toThrow('"notify.targets.desk.url" is unknown');
  expect(wrong({ type: 'matrix', url: 'https://m.example', tokenFile: 'token' })).toThrow('desk.room"');
  expect(wrong({ type: 'gotify', url: base, tokenFile: 'token' })).toThrow('expected an https URL');
  expect(notifyConfig(configOf({ type: 'ntfy', topic: 'a' }))).toBeDefined(); // needs no secret
  const [slack] = notifyConfig(configOf({ type: 'slack', urlFile: 'url' }))!.targets;
  const error: unknown = await send(slack!, noticeOf('n', found)).catch((why: unknown) => why);
  expect(String(error)).toMatch(/https/);
  expect(String(error)).not.toContain('SECRET');
});

it('a notice of hundreds stays short, counts by folder what it leaves out, and names the next commands', async () => {
  const many = Array.from({ length: 499 }, (_, at) =>
    event(at, `https://f.example/${at < 400 ? 'a' : 'b'}/${at}.jpg`),
  );
  const { targets } = notifyConfig(
    configOf({ type: 'gotify', url: base, tokenFile: 'token', allowPrivate: true }),
  )!;
  received.length = 0;
  await send(targets[0]!, noticeOf('notice-2', many));
  const { title, message } = received[0]!.body as { title: string; message: string };
  expect(title).toMatch(/^hashsieve: 499 matched on \S+/);
  expect(message.length).toBeLessThan(10_000);
  expect(message).toContain('and 380 more in https://f.example/a/');
  expect(message).toContain('and 99 more in https://f.example/b/');
  expect(message).toContain(`hashsieve report draft --scan ${many[0]!.scanId}`);
});
