import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Patience } from '../../src/server/types.js';
import { closed, connectTo, converse, lengthOf, streamOf } from '../support/protocol.js';
import { listedPicture, startServer, type TestServer } from '../support/upload-server.js';

const listed = readFileSync(listedPicture);
const hasty: Partial<Patience> = { idle: 1000, request: 4000 };

/** `host:port` of the front for HTTP. */
const placeOf = ({ url }: TestServer) => url.slice('http://'.length);
const requestOf = (head: string, body: string | Uint8Array = '') =>
  Buffer.concat([
    Buffer.from(`POST /v1/scan HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`),
    Buffer.from(body),
  ]);

/** The next client is served, by both fronts. */
async function servesNext(server: TestServer): Promise<void> {
  const { status } = await fetch(`${server.url}/v1/scan`, { method: 'POST', body: new Uint8Array(listed) });
  expect(status).toBe(451);
  expect(await converse(server.clamd, 'zINSTREAM\0', streamOf(listed))).toContain(' FOUND\0');
}

/** The memory that uploads take, as monitoring sees it. */
const memoryOf = async ({ url }: TestServer) =>
  /received_bytes (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())![1];

/** Sends a byte now and then until the server has enough of it; returns what it heard. */
async function drip(socket: Socket, byte: string): Promise<string> {
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => {});
  const timer = setInterval(() => socket.writable && socket.write(byte), 20);
  await closed(socket);
  clearInterval(timer);
  return heard;
}

describe('a client that sends slowly', () => {
  it('headers, a body or a form is answered and sent away', async () => {
    const server = await startServer({ server: { patience: hasty } });
    const starts = [
      'POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nX-A: ',
      requestOf('Content-Length: 100000'),
      requestOf(
        'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000',
        '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n',
      ),
    ];
    for (const start of starts) {
      const socket = connectTo(placeOf(server));
      socket.write(start);
      expect(await drip(socket, 'a')).toMatch(/^(HTTP\/1\.1 408 |$)/);
    }
    expect(await memoryOf(server)).toBe('0');
    await servesNext(server);
  });

  it('a command or a stream of clamd is sent away', async () => {
    const server = await startServer({ server: { patience: hasty } });
    const silent = connectTo(server.clamd);
    silent.write('zPIN');
    expect(await drip(silent, '')).toBe('COMMAND READ TIMED OUT\n');
    const slow = connectTo(server.clamd);
    slow.write(Buffer.concat([Buffer.from('zINSTREAM\0'), lengthOf(100_000)]));
    expect(await drip(slow, 'a')).toBe('COMMAND READ TIMED OUT\n');
    expect(await memoryOf(server)).toBe('0');
    await servesNext(server);
  });
});

describe('connections that say nothing', () => {
  it('shut nobody out, however many there are', async () => {
    const server = await startServer({ server: { patience: { connections: 20 } } });
    for (const place of [placeOf(server), server.clamd]) {
      const idle: Socket[] = [];
      for (let at = 0; at < 200; at++) {
        const socket = connectTo(place);
        socket.on('error', () => {});
        idle.push(socket);
        await once(socket, 'connect');
      }
      await servesNext(server);
      for (const socket of idle) socket.destroy();
    }
  });
});

describe('HTTP', () => {
  it.each([
    [
      'both lengths',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      '0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
    ],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6', 'aaaaaa'],
    ['a negative length', 'Content-Length: -1', ''],
    ['an odd encoding', 'Transfer-Encoding: xchunked', '5\r\naaaaa\r\n0\r\n\r\n'],
    ['a chunk of no number', 'Transfer-Encoding: chunked', 'zz\r\naaaaa\r\n0\r\n\r\n'],
    ['a chunk of 16 exabytes', 'Transfer-Encoding: chunked', 'fffffffffffffffff\r\naaaaa'],
    ['a flood of headers', Array.from({ length: 5000 }, (_, at) => `X-${at}: a`).join('\r\n'), ''],
    ['a header of 100 kB', `X-A: ${'a'.repeat(100_000)}`, ''],
    ['no protocol', 'x\r\n\r\n\0\0\0', ''],
  ])('%s: is refused once, and nothing behind it is served', async (_, head, body) => {
    const server = await startServer();
    const heard = await converse(placeOf(server), requestOf(head, body));
    expect(heard).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(heard.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    await servesNext(server);
  });

  it('a form of 100,000 parts, or of fields without end, is refused', async () => {
    const server = await startServer();
    const part = (head: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\na\r\n`;
    for (const head of ['name="a"; filename="a.jpg"', 'name="a"']) {
      const body = `${part(head).repeat(100_000)}--b--\r\n`;
      const { status } = await fetch(`${server.url}/v1/scan`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      });
      expect(status).toBe(413);
    }
    for (const type of [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=c',
    ])
      expect(
        (
          await fetch(`${server.url}/v1/scan`, {
            method: 'POST',
            body: 'x',
            headers: { 'content-type': type },
          })
        ).status,
      ).toBe(400);
    expect(await memoryOf(server)).toBe('0');
    await servesNext(server);
  });

  it('a client that leaves in the middle of its body takes its memory with it', async () => {
    const server = await startServer();
    for (let at = 0; at < 20; at++) {
      const socket = connectTo(placeOf(server));
      socket.on('error', () => {});
      await new Promise((done) =>
        socket.write(requestOf('Content-Length: 1000000', new Uint8Array(300_000)), done),
      );
      socket.resetAndDestroy();
    }
    await expect.poll(() => memoryOf(server)).toBe('0');
    await servesNext(server);
  });

  it('a client that leaves once its upload is there does not keep the match from the ledger', async () => {
    const server = await startServer();
    const socket = connectTo(placeOf(server));
    socket.on('error', () => {});
    await new Promise((done) => socket.write(requestOf(`Content-Length: ${listed.length}`, listed), done));
    socket.destroy();
    await expect
      .poll(async () => (await (await fetch(`${server.url}/metrics`)).text()).includes('verdict="match"} 1'))
      .toBe(true);
  });
});

describe('clamd', () => {
  it('garbage, a command without end and what follows END do no harm', async () => {
    const server = await startServer();
    const noise = Buffer.alloc(100_000, 0xa5);
    expect(await converse(server.clamd, noise)).toBe('UNKNOWN COMMAND\n');
    expect(await converse(server.clamd, 'z', 'A'.repeat(9000))).toMatch(/^UNKNOWN COMMAND/);
    expect(await converse(server.clamd, 'zIDSESSION\0zPING\0zEND\0', noise)).toBe('1: PONG\0');
    expect(await converse(server.clamd, 'zINSTREAM\0', streamOf(listed), noise)).toMatch(/ FOUND\0$/);
    await servesNext(server);
  });

  it('a client that closes its side still hears its replies, and one that leaves takes its memory with it', async () => {
    const server = await startServer();
    const socket = connectTo(server.clamd);
    let heard = '';
    socket.on('data', (bytes) => {
      heard += String(bytes);
    });
    socket.end(Buffer.concat([Buffer.from('zIDSESSION\0zINSTREAM\0'), streamOf(listed)]));
    await closed(socket);
    expect(heard).toMatch(/^1: stream: .* FOUND\0$/);
    for (let at = 0; at < 20; at++) {
      const leaving = connectTo(server.clamd);
      leaving.on('error', () => {});
      const bytes = Buffer.concat([Buffer.from('zINSTREAM\0'), lengthOf(1_000_000), Buffer.alloc(300_000)]);
      await new Promise((done) => leaving.write(bytes, done));
      leaving.destroy();
    }
    await expect.poll(() => memoryOf(server)).toBe('0');
    await servesNext(server);
  });

  it('a flood of commands in a session, whose replies nobody reads, is ended', async () => {
    const server = await startServer();
    const socket = connectTo(server.clamd);
    socket.on('error', () => {});
    socket.write('zIDSESSION\0');
    const flood = Buffer.from('zSTATS\0'.repeat(10_000));
    const timer = setInterval(() => socket.writable && socket.write(flood), 5);
    socket.pause();
    await new Promise((done) => socket.on('error', done).on('close', done));
    clearInterval(timer);
    socket.destroy();
    await servesNext(server);
  });
});
