import { createHmac } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { itWith } from '../support/programs.js';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Received {
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A webhook on loopback that answers with these codes in turn, then 204. */
async function webhook(...answers: number[]) {
  const received: Received[] = [];
  const server = createServer(takeInto(received, answers));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const tls = (name: string) => join(root, 'fixtures/tls', name);

/** The same over TLS, with a certificate for the loopback address. */
async function secureWebhook() {
  const received: Received[] = [];
  const keys = { key: readFileSync(tls('loopback-key.pem')), cert: readFileSync(tls('loopback-cert.pem')) };
  const server = createSecureServer(keys, takeInto(received, []));
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.close());
  return { received, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function takeInto(received: Received[], answers: number[]): RequestListener {
  return (request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const answer = answers.shift() ?? 204;
      if (answer === 0) response.destroy();
      else response.writeHead(answer).end();
    });
  };
}

/** A mail server; `refuse` rejects every recipient, or those of the list, which may change. */
async function mail(
  options: { refuse?: boolean | string[]; secure?: boolean; certificate?: 'loopback-' } = {},
) {
  const messages: string[] = [];
  /** Who got them. */
  const reached: string[] = [];
  const { certificate = '', secure = false } = options;
  const server = new SMTPServer({
    secure,
    key: readFileSync(tls(`${certificate}key.pem`)),
    cert: readFileSync(tls(`${certificate}cert.pem`)),
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'hs' && password === 'pw' ? done(null, { user: 'hs' }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) => {
      const { refuse = false } = options;
      const isRefused = Array.isArray(refuse) ? refuse.includes(address) : refuse;
      done(isRefused ? new Error('mailbox unavailable') : null);
    },
    onData: (stream, { envelope }, done) => {
      let text = '';
      stream.on('data', (part) => {
        text += part;
      });
      stream.on('end', () => {
        messages.push(text.replaceAll('=\r\n', ''));
        reached.push(...envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.close());
  return { messages, reached, port: (server.server.address() as AddressInfo).port };
}

/** Uploads with two matches, and a configuration with these targets. */
async function site(targets: Record<string, unknown>, when = 'at-once', interval?: number) {
  const dir = tempDir();
  mkdirSync(join(dir, 'uploads'));
  for (const seed of [1, 2, 3])
    await draw(seed, 96, 96)
      .png()
      .toFile(join(dir, 'uploads', `${seed}.png`));
  const { stdout } = await hashsieve(
    ['hash', 'uploads/1.png', 'uploads/2.png', '-a', 'pdq,sha256', '-f', 'jsonl'],
    { cwd: dir },
  );
  writeFileSync(join(dir, 'known.jsonl'), stdout);
  writeFileSync(join(dir, 'secret'), 'shared secret\n', { mode: 0o600 });
  writeFileSync(join(dir, 'password'), 'pw\n', { mode: 0o600 });
  const configure = (told: Record<string, unknown>) =>
    writeFileSync(
      join(dir, 'config.json'),
      JSON.stringify({ ledger: 'l', notify: { when, interval, targets: told } }),
    );
  configure(targets);
  const listed = lines(stdout).map(({ hex }) => String(hex));
  return {
    dir,
    listed,
    configure,
    scan: (env = {}) =>
      hashsieve(['scan', 'uploads', '-l', 'known.jsonl', '--config', 'config.json'], { cwd: dir, env }),
    notify: (...args: string[]) => hashsieve(['notify', '--config', 'config.json', ...args], { cwd: dir }),
  };
}
const hook = (url: string) => ({ type: 'webhook', url, secretFile: 'secret', allowPrivate: true });

describe('a webhook', () => {
  it('is told of every detection once, signed, without hashes', async () => {
    const { received, url } = await webhook();
    const { scan, listed } = await site({ oncall: hook(url) });
    expect((await scan()).code).toBe(10);
    expect((await scan()).code).toBe(10);
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received as [Received];
    const signed = createHmac('sha256', 'shared secret').update(
      `${headers['x-hashsieve-timestamp']}.${body}`,
    );
    expect(headers['x-hashsieve-signature']).toBe(`sha256=${signed.digest('hex')}`);
    expect(JSON.parse(body)).toMatchObject({ schema: 'hashsieve/notice/1', test: false });
    expect((JSON.parse(body) as { detections: unknown[] }).detections).toHaveLength(2);
    for (const hex of listed) expect(body).not.toContain(hex);
  });

  it('is told while a long scan goes on, and of nothing twice', async () => {
    const { received, url } = await webhook();
    const { dir } = await site({ oncall: hook(url) }, 'at-once', 1);
    let toldBefore = -1;
    const ran = await hashsieve(
      ['scan', '--files-from', '-', '-l', 'known.jsonl', '--config', 'config.json'],
      {
        cwd: dir,
        stayOpen: true,
        during: async ({ stdin }) => {
          stdin.write('uploads/1.png\nuploads/3.png\n');
          while (received.length === 0) await delay(50);
          toldBefore = received.length;
          stdin.end('uploads/2.png\n');
        },
      },
    );
    expect(ran.code).toBe(10);
    expect(toldBefore).toBe(1);
    const told = received.flatMap(
      ({ body }) => (JSON.parse(body) as { detections: { uri: string }[] }).detections,
    );
    expect(told.map(({ uri }) => uri.slice(-5))).toEqual(['1.png', '2.png']);
  });

  it('is told of what rematch finds; an outage is named and counts', async () => {
    const { received, url } = await webhook(400);
    const { dir, scan } = await site({ oncall: hook(url) });
    const known = readFileSync(join(dir, 'known.jsonl'), 'utf8');
    const others = lines(known).map((line) =>
      JSON.stringify({ ...line, hex: String(line.hex).split('').reverse().join('') }),
    );
    writeFileSync(join(dir, 'known.jsonl'), others.join('\n'));
    const { code, stderr } = await scan();
    expect({ code, stderr, received }).toMatchObject({ code: 0, received: [] });
    writeFileSync(join(dir, 'known.jsonl'), known);
    const rematch = () =>
      hashsieve(['rematch', '-l', 'known.jsonl', '--config', 'config.json'], { cwd: dir });
    const failed = await rematch();
    expect(failed).toMatchObject({
      code: 11,
      stderr: expect.stringMatching(/notify oncall: .*; 2 detections wait/),
    });
    expect((await rematch()).code).toBe(10);
    expect((await rematch()).code).toBe(10);
    expect(received).toHaveLength(2);
  });

  it('is asked again where it fails, under the same id; what it refuses waits and is named', async () => {
    const { received, url } = await webhook(500, 0, 400);
    const { scan, notify } = await site({ oncall: hook(url) });
    const failed = await scan();
    expect(failed.code).toBe(11);
    expect(failed.stderr).toMatch(/notify oncall: the webhook did not take it \(400\); 2 detections wait/);
    expect((await notify()).code).toBe(0);
    expect((await notify()).code).toBe(0);
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ headers }) => headers['x-hashsieve-delivery'])).size).toBe(1);
  });

  it('is told over TLS where its certificate is trusted, and only then', async () => {
    const { received, url } = await secureWebhook();
    const { scan } = await site({ oncall: hook(url) });
    const distrusted = await scan();
    expect(distrusted.code).toBe(11);
    expect(distrusted.stderr).toMatch(
      /notify oncall: the webhook did not take it \(\w+\); 2 detections wait/,
    );
    expect(received).toHaveLength(0);
    expect((await scan({ NODE_EXTRA_CA_CERTS: tls('loopback-cert.pem') })).code).toBe(10);
    expect(received).toHaveLength(1);
  });

  it('on loopback is refused, and never asked, unless the configuration allows it', async () => {
    const { received, url } = await webhook();
    const { scan } = await site({ oncall: { ...hook(url), allowPrivate: false } });
    expect(await scan()).toMatchObject({ code: 2, stderr: expect.stringMatching(/expected an https URL/) });
    const https = await site({ oncall: { ...hook(url.replace('http:', 'https:')), allowPrivate: false } });
    expect((await https.scan()).stderr).toMatch(/did not take it \(refused-address\)/);
    expect(received).toHaveLength(0);
  });
});

describe('an e-mail', () => {
  const email = (port: number, more: object = {}) => ({
    type: 'email',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'hashsieve@example.org',
    to: ['abuse@example.org'],
    ...more,
  });

  it('says what was found and what to do, once a day where that is wanted', async () => {
    const { messages, port } = await mail();
    const { scan, listed, dir } = await site({ desk: email(port) }, 'daily');
    await scan();
    await draw(1, 96, 96).png().toFile(join(dir, 'uploads/4.png'));
    expect((await scan()).code).toBe(10);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/Subject: hashsieve: 2 matched/);
    expect(messages[0]).toMatch(/uploads\/1\.png/);
    expect(messages[0]).toMatch(/Do not open, copy, e-mail or delete/);
    for (const hex of listed) expect(messages[0]).not.toContain(hex);
  });

  it('of the day goes out every day, also where the run begins a little earlier than the day before', async () => {
    const { messages, port } = await mail();
    const { scan, notify, dir } = await site({ desk: email(port) }, 'daily');
    const delivered = async (hoursAgo: number) => {
      const ledger = await Ledger.open(join(dir, 'l'));
      ledger.database.prepare('UPDATE outbox SET delivered_at = ?').run(Date.now() - hoursAgo * 3_600_000);
      ledger.close();
    };
    const picture = async (n: number) =>
      writeFileSync(join(dir, `uploads/again-${n}.png`), readFileSync(join(dir, 'uploads/1.png')));
    await scan();
    await delivered(23.9);
    await picture(1);
    expect((await scan()).code).toBe(10);
    expect(messages).toHaveLength(2);
    await delivered(19);
    await picture(2);
    await scan();
    expect(messages).toHaveLength(2);
    expect((await notify()).code).toBe(0); // who asks for it gets it
    expect(messages).toHaveLength(3);
    expect(messages[2]).toMatch(/uploads\/again-2\.png/);
  });

  it('that one of several recipients does not get is named until they have it; nobody gets it twice', async () => {
    const refuse = ['legal@example.org'];
    const { reached, port } = await mail({ refuse });
    const desk = (...others: string[]) => email(port, { to: ['webmaster@example.org', ...others] });
    const { scan, notify, configure } = await site({ desk: desk('legal@example.org') });
    const test = await notify('--test');
    expect(test).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/notify desk: failed: legal@example\.org did not get it, 1 did: .*550/),
    });
    const missed = /notify desk: legal@example\.org did not get it, 1 did: .*; 2 detections wait/;
    expect(await scan()).toMatchObject({ code: 11, stderr: expect.stringMatching(missed) });
    expect(await notify()).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/notify desk: .*; 2 det/),
    });
    expect(reached).toEqual(['webmaster@example.org', 'webmaster@example.org']); // the test, and the notice
    refuse.pop();
    configure({ desk: desk('new@example.org', 'legal@example.org') }); // somebody else is to be told as well
    expect(await notify()).toMatchObject({ code: 0, stderr: '' });
    expect((await scan()).code).toBe(10);
    expect(reached.slice(2)).toEqual(['new@example.org', 'legal@example.org']);
  });

  it('reaches those who take it, of what is found later too, while another does not', async () => {
    const { reached, messages, port } = await mail({ refuse: ['legal@example.org'] });
    const to = ['legal@example.org', 'webmaster@example.org'];
    const { scan, dir, configure } = await site({ desk: email(port, { to }) });
    expect((await scan()).code).toBe(11);
    writeFileSync(join(dir, 'uploads/again.png'), readFileSync(join(dir, 'uploads/1.png')));
    expect((await scan()).code).toBe(11);
    expect(reached).toEqual(['webmaster@example.org', 'webmaster@example.org']);
    expect(messages[1]).toMatch(/Subject: hashsieve: 1 matched[\s\S]*uploads\/again\.png/);
    configure({ desk: email(port, { to: ['webmaster@example.org'] }) });
    expect((await scan()).code).toBe(10);
    expect(reached).toHaveLength(2);
  });

  it('that the server refuses is named and waits; no password is told', async () => {
    const { port } = await mail({ refuse: true });
    const { scan } = await site({ desk: email(port) });
    const ran = await scan();
    expect(ran.code).toBe(11);
    expect(ran.stderr).toMatch(/notify desk: the mail server did not take it \(EENVELOPE/);
  });

  it.each(['starttls', 'implicit'] as const)(
    'is sent, with the password, over TLS (%s) where the certificate is trusted',
    async (kind) => {
      const { messages, port } = await mail({ secure: kind === 'implicit', certificate: 'loopback-' });
      const login = { user: 'hs', passwordFile: 'password', caFile: tls('loopback-cert.pem') };
      const { scan } = await site({ desk: email(port, { tls: kind, ...login }) });
      expect((await scan()).code).toBe(10);
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(/Subject: hashsieve: 2 matched/);
    },
  );

  it('is not sent where STARTTLS is required and the certificate is not trusted', async () => {
    const { messages, port } = await mail();
    const login = { user: 'hs', passwordFile: 'password' };
    const { notify } = await site({ desk: email(port, { tls: 'starttls', ...login }) });
    expect((await notify('--test')).code).toBe(3);
    expect(messages).toHaveLength(0);
  });
});

describe('notify --test', () => {
  it('sends a marked test to every target, and says which one failed', async () => {
    const { received, url } = await webhook();
    const { notify, dir } = await site({
      hook: hook(url),
      page: {
        type: 'command',
        command: [process.execPath, '-e', 'process.stdin.pipe(require("fs").createWriteStream("told"))'],
      },
      broken: { type: 'command', command: ['/nonexistent'] },
    });
    const ran = await notify('--test');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/notify hook: delivered\nnotify page: delivered\nnotify broken: failed/);
    expect(JSON.parse(received[0]!.body)).toMatchObject({ test: true, detections: [] });
    expect(JSON.parse(readFileSync(join(dir, 'told'), 'utf8'))).toMatchObject({ test: true });
  });

  itWith(['POSIX'], 'is refused while others can read the secret', async () => {
    const { scan, dir } = await site({ hook: hook('http://127.0.0.1:9/') });
    chmodSync(join(dir, 'secret'), 0o640);
    expect(await scan()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /targets\.hook\.secretFile": others can read \S+\/secret; run chmod 600 on it/,
      ),
    });
  });

  it.each([
    [
      { a: { type: 'email', host: 'h', from: 'a@example.org', to: ['b@example.org, c@example.org'] } },
      /targets\.a\.to": write each address as a text of its own/,
    ],
    [{ a: { type: 'fax' } }, /targets\.a\.type": choose/],
    [{ a: { type: 'command', command: ['x'], shell: true } }, /targets\.a\.shell" is unknown/],
    [{}, /expected an object with a target by name/],
  ])('refuses %j', async (targets, message) => {
    const { notify } = await site(targets);
    expect(await notify('--test')).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});
