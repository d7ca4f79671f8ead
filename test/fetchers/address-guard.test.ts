import { describe, expect, it } from 'vitest';
import { httpFetcher } from '../../src/fetchers/http.js';
import { refusalOf } from '../../src/net/address-guard.js';
import { certificate, fetcher, serve, serveSilence, serveTls } from './local-server.js';

const allowed = (address: string) => ({
  byDefault: refusalOf(address, false) === undefined,
  asPrivate: refusalOf(address, true) === undefined,
});

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8'])(
    '%s is fetched from',
    (address) => expect(allowed(address)).toEqual({ byDefault: true, asPrivate: true }),
  );

  it.each([
    '127.0.0.1',
    '127.255.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '::1',
    'fd12::1',
    '::ffff:10.0.0.1',
  ])('%s is fetched from only with --allow-private', (address) =>
    expect(allowed(address)).toEqual({ byDefault: false, asPrivate: true }),
  );

  it.each([
    ...[
      '169.254.169.254',
      'fe80::1',
      'fe80::1%eth0',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
      'fd20:ce::254',
    ],
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '::',
      '100.64.0.1',
      '100.100.100.200',
      '192.0.0.192',
      '198.18.0.1',
      '192.0.2.1',
    ],
    ...[
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
      'ff02::1',
      'fec0::1',
      '2002:7f00:1::',
      '2001::1',
      '100::1',
    ],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '::ffff:0:127.0.0.1',
      '::7f00:1',
      '4000::1',
      '2001:db8::1',
      'nonsense',
      '',
    ],
  ])('%s is never fetched from', (address) => {
    expect(allowed(address)).toEqual({ byDefault: false, asPrivate: false });
  });
});

describe('zero requests reach a private target', () => {
  const literal = (port: number) => [
    `http://127.0.0.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f.1:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://127.1:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://[::127.0.0.1]:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://①②⑦.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://127.0.0.1.:${port}/`,
  ];

  it('however its address is written', async () => {
    const server = await serve((_, response) => response.end('secret'), '0.0.0.0');
    const real = httpFetcher({ maxBytes: 1000, timeoutSeconds: 10, userAgent: 'hashsieve/test', retries: 0 });
    for (const uri of literal(server.port)) {
      const error = await real.fetch({ uri }).catch((caught: { code: string }) => caught);
      expect(error, uri).toMatchObject({ stage: 'fetch', code: 'refused-address' });
    }
    await real.close();
    expect(server.connections).toBe(0);
  });

  it('but they do with --allow-private, and not to the link-local network', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/meta')
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' });
      response.end('own');
    });
    const real = httpFetcher({
      maxBytes: 1000,
      timeoutSeconds: 10,
      userAgent: 'x',
      retries: 0,
      allowPrivate: true,
    });
    const { bytes } = await real.fetch({ uri: `http://127.0.0.1:${server.port}/` });
    expect(Buffer.from(bytes).toString()).toBe('own');
    await expect(real.fetch({ uri: `http://127.0.0.1:${server.port}/meta` })).rejects.toMatchObject({
      code: 'refused-address',
    });
    await real.close();
  });

  it('nor by a redirect, from a permitted host, by name or by address', async () => {
    const hidden = await serve((_, response) => response.end('secret'), '127.0.0.2');
    const open = await serve((request, response) => {
      const host = request.url === '/name' ? 'inside.test' : '127.0.0.2';
      response.writeHead(302, { location: `http://${host}:${hidden.port}/` }).end();
    });
    const web = fetcher({}, { lookup: async (host) => [host === 'inside.test' ? '127.0.0.2' : '127.0.0.1'] });
    expect(await web.code(`http://open.test:${open.port}/name`)).toBe('refused-address');
    expect(await web.code(`http://open.test:${open.port}/address`)).toBe('refused-address');
    expect(open.requests).toHaveLength(2);
    expect(hidden.connections).toBe(0);
  });

  it('nor by a host with one good and one bad address', async () => {
    const hidden = await serve((_, response) => response.end('secret'), '127.0.0.2');
    const web = fetcher({}, { lookup: async () => ['127.0.0.1', '127.0.0.2'] });
    expect(await web.code(`http://both.test:${hidden.port}/`)).toBe('refused-address');
    expect(hidden.connections).toBe(0);
  });

  it('nor by a DNS answer that changes after the check', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2']];
    let asked = 0;
    const open = await serve((_, response) => response.end('open'));
    const hidden = await serve((_, response) => response.end('secret'), '127.0.0.2');
    const web = fetcher({ retries: 0 }, { lookup: async () => answers[asked++] ?? [] });
    // The address that was checked is the one connected to: the resolver is asked once for a connection.
    expect(await web.text(`http://rebind.test:${open.port}/`)).toBe('open');
    expect(asked).toBe(1);
    // Another connection, another check.
    expect(await web.code(`http://rebind.test:${hidden.port}/`)).toBe('refused-address');
    expect(hidden.connections).toBe(0);
  });
});

describe('a host with several addresses', () => {
  it('is reached at the one that answers', async () => {
    const server = await serve((_, response) => response.end('here'), '127.0.0.1');
    const web = fetcher(
      { retries: 0 },
      { lookup: async () => ['127.0.0.3', '127.0.0.1'], refusal: () => undefined },
    );
    expect(await web.text(`http://two.test:${server.port}/`)).toBe('here');
  });

  it('also where the first takes the connection and then says nothing', async () => {
    const server = await serveTls((_, response) => response.end('here'));
    const silent = await serveSilence(server.port, '127.0.0.3');
    const web = fetcher(
      { retries: 0 },
      {
        lookup: async () => ['127.0.0.3', '127.0.0.1'],
        refusal: () => undefined,
        ca: certificate,
        phases: { connect: 3_000, headers: 20_000, body: 20_000 },
      },
    );
    expect(await web.text(`https://tls.test:${server.port}/`)).toBe('here');
    expect(silent.connections).toBe(1);
  });

  it('or none', async () => {
    const web = fetcher({ retries: 0 }, { lookup: async () => [] });
    expect(await web.code('http://none.test/')).toBe('network-error');
  });
});
