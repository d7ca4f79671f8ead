import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../support/cli.js';
import { describeWith, programPath } from '../support/programs.js';
import { closed, connectTo, converse } from '../support/protocol.js';
import { listedPicture, otherPicture, startServer } from '../support/upload-server.js';

const listed = readFileSync(listedPicture);
const other = readFileSync(otherPicture);
const run = promisify(execFile);

const chunk = (bytes: Uint8Array | string) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);
const end = Buffer.from('0\r\n\r\n');

interface Message {
  readonly method?: 'REQMOD' | 'RESPMOD';
  readonly lines?: readonly string[];
  readonly http?: readonly string[];
  readonly body?: readonly Uint8Array[];
}

/** A request of ICAP with one HTTP message in it. */
function message({
  method = 'REQMOD',
  lines = ['Allow: 204'],
  http = ['PUT /a%20b.jpg HTTP/1.0'],
  body,
}: Message) {
  const inner = `${[...http, ''].join('\r\n')}\r\n`;
  const part = method === 'REQMOD' ? 'req' : 'res';
  const named = body ? `${part}-body` : 'null-body';
  const head = [
    `${method} icap://127.0.0.1/avscan ICAP/1.0`,
    'Host: 127.0.0.1',
    ...lines,
    `Encapsulated: ${part}-hdr=0, ${named}=${inner.length}`,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n') + inner), ...(body ?? [])]);
}

/** Says all of it, and that nothing more comes. */
async function ask(place: string, ...said: readonly Uint8Array[]): Promise<string> {
  const socket = connectTo(place);
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  socket.end(Buffer.concat(said));
  await closed(socket);
  return heard;
}

describe('ICAP', () => {
  it('tells what it takes, with a tag that changes with the lists', async () => {
    const { icap, uploads } = await startServer();
    const options = () =>
      ask(icap, Buffer.from('OPTIONS icap://127.0.0.1/avscan ICAP/1.0\r\nHost: a\r\n\r\n'));
    const told = await options();
    expect(told).toMatch(/^ICAP\/1\.0 200 OK\r\n/);
    for (const line of ['Methods: REQMOD, RESPMOD', 'Allow: 204', 'Preview: 0']) expect(told).toContain(line);
    expect(told).toContain(`ISTag: "hashsieve-${uploads.edition}"`);
  });

  it.each(['REQMOD', 'RESPMOD'] as const)(
    '%s: refuses a listed picture, passes another one',
    async (method) => {
      const { icap } = await startServer();
      const http =
        method === 'REQMOD' ? ['PUT /a.jpg HTTP/1.0'] : ['HTTP/1.1 200 OK', 'Content-Type: image/jpeg'];
      const hit = await ask(icap, message({ method, http, body: [chunk(listed), end] }));
      expect(hit).toMatch(/^ICAP\/1\.0 200 OK\r\n/);
      expect(hit).toMatch(
        /\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Hashsieve\.Match\.[0-9a-f]{8};\r\n/,
      );
      expect(hit).toContain('\r\n\r\nHTTP/1.1 451 Unavailable For Legal Reasons\r\n');
      expect(await ask(icap, message({ method, http, body: [chunk(other), end] }))).toMatch(
        /^ICAP\/1\.0 204 No Content\r\n/,
      );
    },
  );

  it('gives the message back as it came to who takes no 204', async () => {
    const { icap } = await startServer();
    const answer = await ask(icap, message({ lines: [], body: [chunk(other), end] }));
    expect(answer).toMatch(/^ICAP\/1\.0 200 OK\r\n/);
    expect(answer).toContain('Encapsulated: req-hdr=0, req-body=27');
    expect(answer).toContain(`PUT /a%20b.jpg HTTP/1.0\r\n\r\n${chunk(other).toString('latin1')}0\r\n\r\n`);
    expect(await ask(icap, message({ lines: [], http: ['GET / HTTP/1.1'] }))).toContain('null-body=18');
  });

  it('takes a preview that is all, and asks for the rest of one that is not; several requests a connection', async () => {
    const { icap } = await startServer();
    const lines = ['Allow: 204', 'Preview: 1024'];
    const whole = message({
      lines,
      http: ['PUT /note HTTP/1.0'],
      body: [chunk('short'), Buffer.from('0; ieof\r\n\r\n')],
    });
    const begun = message({ lines, body: [chunk(listed.subarray(0, 1024)), end] });
    const rest = Buffer.concat([chunk(listed.subarray(1024)), end]);
    const heard = await ask(icap, whole, begun, rest, whole);
    expect(heard.match(/ICAP\/1\.0 \d+/g)).toEqual([
      'ICAP/1.0 204',
      'ICAP/1.0 100',
      'ICAP/1.0 200',
      'ICAP/1.0 204',
    ]);
  });

  it('takes forms and packed bodies apart, and keeps what it learns of the uploader', async () => {
    const { icap, ledger, close } = await startServer();
    const form = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="t"\r\n\r\nmine\r\n'),
      Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="beach.jpg"\r\n\r\n'),
      listed,
      Buffer.from('\r\n--b--\r\n'),
    ]);
    const http = ['POST /upload HTTP/1.1', 'Content-Type: multipart/form-data; boundary=b'];
    const user = Buffer.from('Local://joe').toString('base64');
    const lines = ['Allow: 204', 'X-Client-IP: 192.0.2.7', `X-Authenticated-User: ${user}`];
    expect(await ask(icap, message({ lines, http, body: [chunk(form), end] }))).toContain(
      'Threat=Hashsieve.Match.',
    );
    const packed = ['HTTP/1.1 200 OK', 'Content-Encoding: gzip'];
    const body = [chunk(gzipSync(listed)), end];
    expect(await ask(icap, message({ method: 'RESPMOD', http: packed, body }))).toContain(
      'Threat=Hashsieve.Match.',
    );
    await close();
    const { Ledger } = await import('../../src/ledger/index.js');
    const opened = await Ledger.open(ledger);
    const [event] = opened.detections.all();
    opened.close();
    expect(event!.upload).toMatchObject({
      via: 'icap',
      uploader: 'Local://joe',
      ip: '192.0.2.7',
      name: 'beach.jpg',
    });
  });

  it('refuses what it cannot read or is too large, unless that is accepted', async () => {
    const strict = await startServer({ scan: { maxBytes: 5000 } });
    const broken = message({ body: [chunk(listed.subarray(0, 200)), end] });
    const large = message({ body: [Buffer.from('ffffffff\r\n'), listed] });
    for (const said of [broken, large])
      expect(await ask(strict.icap, said)).toContain('Threat=Hashsieve.Unread;');
    const lax = await startServer({ scan: { maxBytes: 5000, onUnread: 'accept' } });
    for (const said of [broken, large]) expect(await ask(lax.icap, said)).toMatch(/^ICAP\/1\.0 204 /);
  });

  it.each([
    ['no ICAP', 'GET / HTTP/1.1\r\n\r\n'],
    ['offsets that fall', 'REQMOD icap://a/b ICAP/1.0\r\nEncapsulated: req-hdr=9, req-body=0\r\n\r\n'],
    ['offsets beyond all', 'REQMOD icap://a/b ICAP/1.0\r\nEncapsulated: req-hdr=0, req-body=999999\r\n\r\n'],
    ['a chunk of no number', 'REQMOD icap://a/b ICAP/1.0\r\nEncapsulated: req-body=0\r\n\r\nzz\r\n'],
    [
      'a chunk of 16 exabytes',
      'REQMOD icap://a/b ICAP/1.0\r\nEncapsulated: req-body=0\r\n\r\nffffffffffffffff\r\n',
    ],
    [
      'a chunk longer than it says',
      'REQMOD icap://a/b ICAP/1.0\r\nEncapsulated: req-body=0\r\n\r\n1\r\nabc\r\n',
    ],
    ['a header without end', `REQMOD icap://a/b ICAP/1.0\r\nX: ${'a'.repeat(20_000)}`],
    ['a flood of headers', `REQMOD icap://a/b ICAP/1.0\r\n${'X: a\r\n'.repeat(2000)}\r\n`],
  ])('%s: is refused, and the next client served', async (_, said) => {
    const { icap } = await startServer();
    const heard = await converse(icap, said, 'REQMOD icap://a/b ICAP/1.0\r\n\r\n');
    expect(heard).toMatch(/^ICAP\/1\.0 400 /);
    expect(heard.match(/ICAP\/1\.0 /g)).toHaveLength(1);
    expect(await ask(icap, message({ body: [chunk(listed), end] }))).toContain('Threat=');
  });

  it('a client that sends slowly is sent away', async () => {
    const { icap } = await startServer({ server: { patience: { idle: 1000, request: 3000 } } });
    for (const start of ['REQMOD icap', message({ body: [Buffer.from('ffff\r\n')] })]) {
      const socket = connectTo(icap);
      socket.on('error', () => {});
      socket.resume();
      socket.write(start);
      const timer = setInterval(() => socket.writable && socket.write('a'), 20);
      await closed(socket);
      clearInterval(timer);
    }
  });
});

describeWith(['c-icap-client'], 'c-icap-client', () => {
  it('is told of a listed picture, by request and response', async () => {
    const { icap } = await startServer();
    const [host, port] = icap.split(':');
    const scan = async (file: string, ...more: string[]) => {
      const args = ['-i', host!, '-p', port!, '-s', 'avscan', '-f', file, '-v', ...more];
      const { stdout, stderr } = await run(programPath('c-icap-client'), args, { encoding: 'latin1' });
      return stdout + stderr;
    };
    for (const more of [[], ['-req', 'http://forum.example/upload']]) {
      expect(await scan(listedPicture, ...more)).toMatch(/X-Infection-Found: .*Threat=Hashsieve\.Match\./);
      expect(await scan(otherPicture, ...more)).not.toContain('X-Infection-Found');
    }
  });
});

describeWith(['squid', 'root'], 'squid', () => {
  it('stops a listed picture on its way up, in a form, and down', async () => {
    const { icap } = await startServer();
    const received: number[] = [];
    const site = createServer(async (incoming: IncomingMessage, response) => {
      let size = 0;
      for await (const piece of incoming) size += (piece as Buffer).length;
      received.push(size);
      response.end(incoming.url === '/listed.jpg' ? listed : other);
    });
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    const free = createTcpServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const dir = tempDir();
    const config = join(dir, 'squid.conf');
    const service = `icap://${icap}/avscan bypass=off`;
    writeFileSync(
      config,
      [
        `http_port 127.0.0.1:${port}`,
        'http_access allow all',
        'cache deny all',
        'pid_filename none',
        'cache_log /dev/null',
        'access_log none',
        'coredump_dir none',
        'icap_enable on',
        'icap_send_client_ip on',
        `icap_service up reqmod_precache ${service}`,
        `icap_service down respmod_precache ${service}`,
        'adaptation_access up allow all',
        'adaptation_access down allow all',
        'shutdown_lifetime 0 seconds',
        '',
      ].join('\n'),
    );
    const squid = spawn(programPath('squid'), ['-N', '-f', config], { stdio: 'ignore' });
    const through = (path: string, method: string, body: Uint8Array | string, headers = {}) =>
      new Promise<number>((done, failed) => {
        const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}${path}`;
        const call = httpRequest(
          { host: '127.0.0.1', port, path: url, method, headers, agent: false },
          (answer) => {
            answer.resume();
            done(answer.statusCode!);
          },
        );
        call.on('error', failed);
        call.end(body);
      });
    try {
      await expect.poll(() => through('/other.jpg', 'GET', '').catch(() => 0), { timeout: 20_000 }).toBe(200);
      expect(await through('/listed.jpg', 'GET', '')).toBe(451);
      received.length = 0;
      expect(await through('/upload', 'POST', listed, { 'content-type': 'image/jpeg' })).toBe(451);
      const form = Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n'),
        listed,
        Buffer.from('\r\n--b--\r\n'),
      ]);
      const type = { 'content-type': 'multipart/form-data; boundary=b' };
      expect(await through('/upload', 'POST', form, type)).toBe(451);
      expect(received).toEqual([]);
      expect(await through('/upload', 'POST', other, { 'content-type': 'image/jpeg' })).toBe(200);
      expect(received).toEqual([other.length]);
    } finally {
      squid.kill('SIGKILL');
      site.close();
    }
  }, 60_000);
});
