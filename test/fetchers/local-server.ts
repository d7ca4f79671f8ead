import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { httpFetcher } from '../../src/fetchers/http.js';
import type { Fetcher } from '../../src/fetchers/types.js';
import type { HttpOptions, HttpSeams } from '../../src/net/http-client.js';

const toClose: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

export interface LocalServer {
  readonly port: number;
  /** What was asked for, in order. */
  readonly requests: IncomingMessage[];
  /** Connections that were made, with or without a request. */
  connections: number;
}

async function start(
  server: Server,
  address: string,
  requests: IncomingMessage[],
  port = 0,
): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const local = { port: (server.address() as AddressInfo).port, requests, connections: 0 };
  server.on('connection', (socket: Socket) => {
    local.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return local;
}

/** An HTTP server on a loopback address, closed after the test. */
export function serve(handler: RequestListener, address = '127.0.0.1'): Promise<LocalServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  return start(server, address, requests);
}

export const certificate = readFileSync('fixtures/tls/cert.pem', 'utf8');

/** An HTTPS server that is certified as `tls.test`, by itself. */
export function serveTls(handler: RequestListener): Promise<LocalServer> {
  const server = createTlsServer({ key: readFileSync('fixtures/tls/key.pem'), cert: certificate }, handler);
  return start(server, '127.0.0.1', []);
}

/** A server that answers each connection's first bytes with these bytes, and then ends it (or resets it). */
export function serveRaw(
  answer: string | Buffer,
  then: 'end' | 'reset' | 'nothing' = 'end',
): Promise<LocalServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.write(answer, () => {
        if (then === 'end') socket.end();
        if (then === 'reset') socket.resetAndDestroy();
      }),
    );
  });
  return start(server, '127.0.0.1', []);
}

/** A server that takes connections and never says a word. */
export const serveSilence = (port: number, address: string): Promise<LocalServer> =>
  start(createTcpServer(), address, [], port);

export interface TestFetcher extends Fetcher {
  /** Milliseconds of every pause that was asked for. */
  readonly pauses: number[];
  text(url: string): Promise<string>;
  /** The code that the URL fails with, or `fetched`. */
  code(url: string): Promise<string>;
}

/** A fetcher that may reach 127.0.0.1 only, resolves *.test to it, and does not really sleep. */
export function fetcher(options: Partial<HttpOptions> = {}, seams: Partial<HttpSeams> = {}): TestFetcher {
  const pauses: number[] = [];
  const inner = httpFetcher({
    maxBytes: 1_000_000,
    timeoutSeconds: 20,
    userAgent: 'hashsieve/test',
    ...options,
    seams: {
      lookup: async () => ['127.0.0.1'],
      refusal: (address) => (address === '127.0.0.1' ? undefined : 'forbidden'),
      random: () => 0.5,
      sleep: async (milliseconds, signal) => {
        pauses.push(Math.round(milliseconds));
        signal?.throwIfAborted();
      },
      ...seams,
    },
  });
  toClose.push(() => inner.close());
  const bytes = async (url: string) => (await inner.fetch({ uri: url })).bytes;
  return {
    ...inner,
    pauses,
    text: async (url) => Buffer.from(await bytes(url)).toString(),
    code: (url) =>
      bytes(url).then(
        () => 'fetched',
        (error: { code?: string }) => {
          if (error.code === undefined) throw error;
          return error.code;
        },
      ),
  };
}
