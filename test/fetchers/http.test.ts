import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../src/net/http-engine.js';
import { certificate, fetcher, serve, serveRaw, serveTls } from './local-server.js';

const at = (server: { port: number }, path = '/', host = 'a.test') => `http://${host}:${server.port}${path}`;

describe('a URL', () => {
  it('is fetched whole, and asked for without cookies, referrer or credentials', async () => {
    const server = await serve((_, response) => {
      response.setHeader('set-cookie', 'a=b');
      response.end(Buffer.alloc(300_000, 7));
    });
    const web = fetcher();
    const asset = await web.fetch({ uri: at(server, '/x?y=z') });
    expect(asset.ref).toEqual({ uri: at(server, '/x?y=z') });
    expect(Buffer.alloc(300_000, 7).equals(asset.bytes)).toBe(true);
    await web.fetch({ uri: at(server, '/again') });
    expect(server.requests.map(({ url }) => url)).toEqual(['/x?y=z', '/again']);
    for (const { headers } of server.requests)
      expect(Object.keys(headers).sort()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
      ]);
    expect(server.requests[0]!.headers).toMatchObject({
      host: `a.test:${server.port}`,
      'user-agent': 'hashsieve/test',
    });
  });

  it('never sends credentials, not even where a redirect brings some', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `//u:p@b.test:${server.port}/next` });
      response.end('ok');
    });
    expect(await fetcher().text(at(server))).toBe('ok');
    expect(await fetcher().text(`http://u:p@a.test:${server.port}/next`)).toBe('ok');
    for (const { headers } of server.requests) expect(headers.authorization).toBeUndefined();
  });

  it.each(['ftp://a.test/', 'file:///etc/passwd', 'http://', 'nonsense', 'data:,x'])(
    '%s is refused',
    async (url) => {
      expect(await fetcher().code(url)).toBe('bad-url');
    },
  );
});

describe('redirects', () => {
  it('are followed five times, relative and absolute, and not six', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url!.slice(1));
      if (left === 0) return response.end('there');
      const location = left % 2 ? `${left - 1}` : at(server, `/${left - 1}`, 'b.test');
      response.writeHead([301, 302, 303, 307, 308][left % 5]!, { location }).end('moved');
    });
    const web = fetcher();
    expect(await web.text(at(server, '/5'))).toBe('there');
    expect(await web.code(at(server, '/6'))).toBe('too-many-redirects');
  });

  it('are followed to names in UTF-8, sent as they are or encoded, and in Latin-1', async () => {
    const server = await serve((request, response) => {
      const [, way] = request.url!.split('/');
      const name = {
        raw: Buffer.from('/gr\u00fc\u00df/\u65e5.jpg').toString('latin1'),
        coded: '/%C3%A9',
        latin: '/\u00e9',
      };
      if (!(way! in name)) return response.end(decodeURIComponent(request.url!));
      response.writeHead(302, { location: name[way as 'raw'] }).end();
    });
    expect(await fetcher().text(at(server, '/raw'))).toBe('/gr\u00fc\u00df/\u65e5.jpg');
    expect(await fetcher().text(at(server, '/coded'))).toBe('/\u00e9');
    expect(await fetcher().text(at(server, '/latin'))).toBe('/\u00e9');
  });

  it('end a loop', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    expect(await fetcher().code(at(server))).toBe('too-many-redirects');
    expect(server.requests).toHaveLength(6);
  });

  it.each(['file:///etc/passwd', 'ftp://a.test/', 'http://', 'javascript:1'])(
    'to %s fail',
    async (location) => {
      const server = await serve((_, response) => response.writeHead(302, { location }).end());
      expect(await fetcher().code(at(server))).toBe('bad-url');
      expect(server.requests).toHaveLength(1);
    },
  );

  it('to nowhere fail with their status', async () => {
    const server = await serve((_, response) => response.writeHead(302).end());
    expect(await fetcher().code(at(server))).toBe('http-302');
  });
});

describe('answers other than success', () => {
  it.each([204, 206, 304, 400, 401, 403, 404, 410])('%i is final', async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end());
    expect(await fetcher().code(at(server))).toBe(`http-${status}`);
    expect(server.requests).toHaveLength(1);
  });

  it.each([500, 502, 503, 429])('%i is tried again, twice', async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end('busy'));
    const web = fetcher();
    expect(await web.code(at(server))).toBe(`http-${status}`);
    expect(server.requests).toHaveLength(3);
    expect(web.pauses).toEqual([500, 1000]);
  });

  it('503, then 200, is a success', async () => {
    const server = await serve((_, response) =>
      response.writeHead(server.requests.length < 2 ? 503 : 200).end('ok'),
    );
    expect(await fetcher().text(at(server))).toBe('ok');
  });

  it('Retry-After holds back everything for that host, and nothing for another', async () => {
    let clock = 0;
    const slept: number[] = [];
    const sleep = async (milliseconds: number) => {
      slept.push(Math.round(milliseconds));
      clock += milliseconds;
    };
    const server = await serve((_, response) => {
      if (server.requests.length === 1) response.writeHead(429, { 'retry-after': '7' });
      response.end('ok');
    });
    const web = fetcher({ perHost: 1 }, { now: () => clock, sleep });
    const both = await Promise.all([web.text(at(server, '/1')), web.text(at(server, '/2'))]);
    expect(both).toEqual(['ok', 'ok']);
    expect(slept.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(7000);
    expect(clock).toBeGreaterThanOrEqual(7000);
    expect(await web.text(at(server, '/3', 'b.test'))).toBe('ok');
  });

  it('a longer pause than a minute is not waited for', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '61' }).end());
    const web = fetcher();
    expect(await web.code(at(server))).toBe('http-429');
    expect(server.requests).toHaveLength(1);
    expect(web.pauses).toEqual([]);
  });

  it('Retry-After is read as seconds or a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfter('120', now)).toBe(120);
    expect(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30);
    expect(retryAfter('Thu, 01 Jan 2020 00:00:30 GMT', now)).toBe(0);
    expect([undefined, 'soon', '', '-5'].map((header) => retryAfter(header, now))).toEqual([0, 0, 0, 0]);
  });
});

describe('limits', () => {
  it('a declared size is believed when it is too large', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000001' });
      response.write('x');
    });
    expect(await fetcher().code(at(server))).toBe('too-large');
  });

  it('a body without an end is cut off', async () => {
    let sent = 0;
    const server = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        response.once('drain', more);
      };
      more();
    });
    expect(await fetcher().code(at(server))).toBe('too-large');
    expect(sent).toBeLessThan(50_000_000);
  });

  it('exactly the limit is fetched', async () => {
    const server = await serve((_, response) => response.end(Buffer.alloc(1_000_000)));
    expect(await fetcher().code(at(server))).toBe('fetched');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['deflate', deflateSync],
    ['gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
  ])('a bomb in %s does not get larger than the limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(64_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
    );
    expect(await fetcher().code(at(server))).toBe('too-large');
  });

  it.each([
    ['headers', { headers: 100, body: 10_000 }, 20],
    ['body', { headers: 10_000, body: 100 }, 20],
    ['whole', { headers: 10_000, body: 10_000 }, 0.3],
  ])('too slow: the %s', async (part, phases, timeoutSeconds) => {
    const server = await serve(async (_, response) => {
      if (part === 'headers') return;
      response.flushHeaders();
      response.write('x');
      for (; part === 'whole' && !response.destroyed; await delay(20)) response.write('x');
    });
    const web = fetcher({ timeoutSeconds, retries: 0 }, { phases: { connect: 5000, ...phases } });
    await expect(web.text(at(server))).rejects.toMatchObject({
      code: 'time-out',
      message: expect.stringContaining(
        part === 'whole' ? 'took longer than 0.3 s' : 'the server was too slow',
      ),
    });
  });

  it('the time limit spans redirects and tries', async () => {
    let clock = 0;
    const server = await serve((request, response) => {
      clock += 8000;
      if (request.url === '/busy') response.writeHead(503).end();
      else response.writeHead(302, { location: '/' }).end();
    });
    const web = fetcher({ timeoutSeconds: 15 }, { now: () => clock });
    expect(await web.code(at(server, '/busy'))).toBe('http-503');
    expect(server.requests).toHaveLength(2);
    expect(await web.code(at(server))).toBe('time-out');
    expect(server.requests).toHaveLength(4);
  });

  it('one host is asked a few times at once, and waiting for that costs no time limit', async () => {
    let now = 0;
    let most = 0;
    const server = await serve(async (_, response) => {
      now += 1;
      most = Math.max(most, now);
      await delay(30);
      now -= 1;
      response.end('ok');
    });
    const web = fetcher({ perHost: 2, timeoutSeconds: 0.4, retries: 0 });
    const urls = Array.from({ length: 40 }, (_, i) => at(server, `/${i}`));
    expect(new Set(await Promise.all(urls.map((url) => web.code(url))))).toEqual(new Set(['fetched']));
    expect(most).toBe(2);
  });
});

describe('content encoding', () => {
  it.each([
    ['gzip', gzipSync('hello')],
    ['X-GZIP', gzipSync('hello')],
    ['br', brotliCompressSync('hello')],
    ['deflate', deflateSync('hello')],
    // Without the header that it should have: as some servers send it, and browsers read it.
    ['deflate', deflateRawSync('hello')],
    ['deflate', deflateRawSync('hello', { level: 0 })],
    ['identity', Buffer.from('hello')],
    ['gzip, br', brotliCompressSync(gzipSync('hello'))],
  ])('%s is undone', async (encoding, body) => {
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(await fetcher().text(at(server))).toBe('hello');
  });

  it.each([
    ['gzip', Buffer.from('not gzip')],
    ['gzip', gzipSync('hello').subarray(0, 12)],
    ['br', Buffer.from('not brotli')],
    ['zstd', Buffer.from('hello')],
    ['constructor', Buffer.from('hello')],
    ['gzip, gzip, gzip', Buffer.from('hello')],
  ])('%s that cannot be undone is a failure', async (encoding, body) => {
    const server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(await fetcher().code(at(server))).toBe('read-error');
  });
});

describe('servers that lie or break off', () => {
  it('a body shorter than declared is a failure', async () => {
    const server = await serveRaw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort');
    const web = fetcher({ retries: 1 });
    expect(await web.code(at(server))).toBe('network-error');
    expect(server.connections).toBe(2);
  });

  it('of a body longer than declared, the declared part counts, and the rest is nobody else’s answer', async () => {
    const server = await serveRaw(
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nrealHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake',
      'nothing',
    );
    const web = fetcher();
    expect(await web.text(at(server, '/1'))).toBe('real');
    expect(await web.text(at(server, '/2'))).toBe('real');
  });

  it.each<[string, string, 'end' | 'reset' | 'nothing']>([
    ['nothing', '', 'end'],
    ['a reset', '', 'reset'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', 'end'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel', 'reset'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'nothing'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 'end'],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\nhello`, 'end'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'end'],
    ['only a promise', 'HTTP/1.1 100 Continue\r\n\r\n', 'end'],
  ])('%s is a network error', async (_, answer, then) => {
    const server = await serveRaw(answer, then);
    expect(await fetcher({ retries: 1 }).code(at(server))).toBe('network-error');
  });

  it.each([
    ['before the answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['with headers, twice', 'HTTP/1.1 100 Continue\r\nX: y\r\n\r\n'.repeat(2)],
    ['before and behind others', `HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Go on\r\n\r\n`.repeat(2)],
  ])('an interim answer that nobody asked for is passed over: %s', async (_, interim) => {
    const server = await serveRaw(
      `${interim}HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\nHTTP/1.1 100 Continue`,
      'end',
    );
    expect(await fetcher({ retries: 0 }).text(at(server))).toBe('HTTP/1.1 100 Continue');
  });

  it('a closed port and a name without an address are network errors', async () => {
    const server = await serve(() => {});
    const web = fetcher({ retries: 0 });
    expect(await web.code('http://a.test:1/')).toBe('network-error');
    const unknown = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect(await fetcher({}, { lookup: unknown }).code(at(server))).toBe('network-error');
  });
});

describe('TLS', () => {
  it('trusts nobody who certifies himself, whatever the environment says', async () => {
    const server = await serveTls((_, response) => response.end('ok'));
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await fetcher().code(`https://tls.test:${server.port}/`)).toBe('tls-error');
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('checks the name of the host, not the address that it was resolved to', async () => {
    const server = await serveTls((_, response) => response.end('ok'));
    const web = fetcher({}, { ca: certificate });
    expect(await web.text(`https://tls.test:${server.port}/`)).toBe('ok');
    expect(await web.code(`https://other.test:${server.port}/`)).toBe('tls-error');
    expect(await web.code(`https://127.0.0.1:${server.port}/`)).toBe('tls-error');
  });

  it('is not spoken by a plain server', async () => {
    const server = await serve((_, response) => response.end('ok'));
    expect(await fetcher().code(`https://tls.test:${server.port}/`)).toBe('tls-error');
  });
});

describe('an abort', () => {
  it('ends a fetch in any phase with the signal’s reason, which is no result', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/body') response.write('x');
    });
    const web = fetcher({ perHost: 1 });
    for (const path of ['/headers', '/body']) {
      const controller = new AbortController();
      const fetching = web.fetch({ uri: at(server, path) }, controller.signal);
      const queued = web.fetch({ uri: at(server, '/queued') }, controller.signal);
      const ends = Promise.allSettled([fetching, queued]);
      await delay(50);
      controller.abort(new Error('Ctrl-C'));
      for (const end of await ends)
        expect(end).toMatchObject({ status: 'rejected', reason: { message: 'Ctrl-C' } });
    }
    await expect(web.fetch({ uri: at(server) }, AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    );
    expect(server.requests.map(({ url }) => url)).toEqual(['/headers', '/body']);
  });

  it('ends a pause between two tries', async () => {
    const server = await serve((_, response) => response.writeHead(503).end());
    const controller = new AbortController();
    const sleep = async () => {
      controller.abort(new Error('Ctrl-C'));
    };
    const fetching = fetcher({}, { sleep }).fetch({ uri: at(server) }, controller.signal);
    await expect(fetching).rejects.toThrow('Ctrl-C');
    expect(server.requests).toHaveLength(1);
  });
});
