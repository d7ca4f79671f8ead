import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openService } from '../../src/exchanges/service.js';
import { httpFetcher } from '../../src/fetchers/http.js';
import { cybertipClient } from '../../src/filing/cybertip-client.js';
import { guardedSocketLookup, refusalOf, refusalOfOwn } from '../../src/net/address-guard.js';
import { openS3 } from '../../src/net/s3-client.js';
import { noticeOf, send } from '../../src/notify/index.js';
import { tempDir } from '../support/cli.js';
import { serve } from './local-server.js';

/** Metadata services, each by the cloud that has it there. */
const clouds: readonly (readonly [string, string])[] = [
  ['Azure WireServer', '168.63.129.16'],
  ['Amazon, Google, Azure, Oracle, DigitalOcean, Hetzner, OpenStack', '169.254.169.254'],
  ['Amazon ECS', '169.254.170.2'],
  ['Amazon EKS', '169.254.170.23'],
  ['Tencent', '169.254.0.23'],
  ['Scaleway', '169.254.42.42'],
  ['Alibaba', '100.100.100.200'],
  ['Oracle Classic', '192.0.0.192'],
  ['Amazon, IPv6', 'fd00:ec2::254'],
  ['Amazon EKS, IPv6', 'fd00:ec2::23'],
  ['Google, IPv6', 'fd20:ce::254'],
  ['Oracle, IPv6', 'fd00:c1::a9fe:a9fe'],
  ['Scaleway, IPv6', 'fd00:42::42'],
  ['Akamai, IPv6', 'fd00:a9fe:a9fe::1'],
  ['Alibaba, IPv6', 'fd00:100::100:200'],
  ['OpenStack, IPv6', 'fe80::a9fe:a9fe'],
];

const hex = (ipv4: string) => {
  const [a, b, c, d] = ipv4.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return [`${a}${b}`, `${c}${d}`] as const;
};
const turnedOver = (part: string) => (Number.parseInt(part, 16) ^ 0xffff).toString(16);

/** Ways of writing an IPv4 address into an IPv6 one. */
const forms: Readonly<Record<string, (ipv4: string) => string>> = {
  mapped: (ipv4) => `::ffff:${ipv4}`,
  compatible: (ipv4) => `::${ipv4}`,
  translated: (ipv4) => `::ffff:0:${ipv4}`,
  NAT64: (ipv4) => `64:ff9b::${ipv4}`,
  'NAT64 of a network of its own': (ipv4) => `64:ff9b:1::${ipv4}`,
  '6to4': (ipv4) => `2002:${hex(ipv4).join(':')}::1`,
  'Teredo server': (ipv4) => `2001:0:${hex(ipv4).join(':')}:8000:63bf:f7f7:f7f7`,
  'Teredo client': (ipv4) => `2001:0:808:808:8000:63bf:${hex(ipv4).map(turnedOver).join(':')}`,
  ISATAP: (ipv4) => `2620:9b::5efe:${ipv4}`,
  'ISATAP, universal': (ipv4) => `2620:9b::200:5efe:${ipv4}`,
  'ISATAP in 6to4': (ipv4) => `2002:808:808::5efe:${ipv4}`,
  'ISATAP in unique-local space': (ipv4) => `fd12:3456::5efe:${ipv4}`,
};
const everyForm = (ipv4: string) =>
  Object.entries(forms).map(([form, write]) => [form, write(ipv4)] as const);

describe('a metadata service of a cloud', () => {
  it.each(clouds)('%s (%s) is never fetched from, nor asked where the operator names it', (_, address) => {
    expect(refusalOf(address, false)).toBeDefined();
    expect(refusalOf(address, true)).toBeDefined();
    expect(refusalOfOwn(address)).toBeDefined();
  });

  it.each(['168.63.129.16', '169.254.169.254', '100.100.100.200'].flatMap(everyForm))(
    'nor as IPv6 that carries it: %s, %s',
    (_, address) => {
      expect(refusalOf(address, false)).toBeDefined();
      expect(refusalOf(address, true)).toBeDefined();
      expect(refusalOfOwn(address)).toBeDefined();
    },
  );

  it.each(['fd00:ec2::254%eth0', 'FD00:EC2:0::254', '2600:1900:64::a9fe:a9fe'])(
    'nor with a zone, in upper case, or behind a network’s own NAT64 prefix: %s',
    (address) => expect(refusalOf(address, true)).toBeDefined(),
  );

  it.each(['168.63.129.15', '168.63.129.17', '2620:9b::5efe:8.8.8.8', '2600:1900:64::a9fe:a9ff'])(
    'but its neighbour %s is',
    (address) => expect(refusalOf(address, false)).toBeUndefined(),
  );
});

describe('an address of one’s own network inside an IPv6 address', () => {
  it.each(['10.0.0.1', '192.168.1.1', '172.16.0.1', '127.0.0.1', '0.0.0.0', '100.64.0.1'].flatMap(everyForm))(
    'is not fetched from: %s, %s',
    (_, address) => expect(refusalOf(address, false)).toBeDefined(),
  );

  it('may be one that the operator allows', () => {
    expect(refusalOf(forms.ISATAP!('10.0.0.1'), true)).toBeUndefined();
    expect(refusalOf(forms['ISATAP in unique-local space']!('10.0.0.1'), true)).toBeUndefined();
  });

  it.each(['10.0.0.1', '127.0.0.1', '::1', '100.64.0.7', 'fd12::1', '64:ff9b::8.8.8.8', '52.216.0.1'])(
    'and a server that the operator names may stand at %s',
    (address) => expect(refusalOfOwn(address)).toBeUndefined(),
  );
});

/** A fetcher for networks of one's own too; names resolve as the table says. */
const fetching = (names: Readonly<Record<string, readonly string[]>> = {}) =>
  httpFetcher({
    maxBytes: 1000,
    timeoutSeconds: 10,
    userAgent: 'hashsieve/test',
    retries: 0,
    allowPrivate: true,
    seams: { lookup: async (host) => names[host] ?? [] },
  });

describe('WireServer is asked nothing', () => {
  it.each([
    '168.63.129.16',
    '168.63.129.16.',
    '168.63.33040',
    '168.4161808',
    '2822734096',
    '0xa83f8110',
    '0XA8.0x3F.0x81.0x10',
    '0250.077.0201.020',
    '%31%36%38.63.129.16',
    '１６８.６３.１２９.１６',
    '168。63。129。16',
    '[::ffff:168.63.129.16]',
    '[::FFFF:A83F:8110]',
    '[2620:9b::5efe:168.63.129.16]',
    'user@168.63.129.16',
  ])('with its address written as %s', async (host) => {
    const web = fetching();
    const error = await web.fetch({ uri: `http://${host}/machine?comp=goalstate` }).catch((caught) => caught);
    await web.close();
    expect(error).toMatchObject({ stage: 'fetch', code: 'refused-address' });
  });

  it.each(['[fe80::1%25eth0]', '[fe80::a9fe:a9fe%eth0]', '168.63.129.16%2f', '168.63.129.256'])(
    'and what is no host at all is no URL: %s',
    async (host) => {
      const web = fetching();
      await expect(web.fetch({ uri: `http://${host}/` })).rejects.toMatchObject({ code: 'bad-url' });
      await web.close();
    },
  );

  it('by a name, by one address of several, and by a redirect to either', async () => {
    const open = await serve((request, response) =>
      response.writeHead(302, { location: `http://${request.url!.slice(1)}/` }).end(),
    );
    const web = fetching({
      'open.test': ['127.0.0.1'],
      'wire.test': ['168.63.129.16'],
      'both.test': ['127.0.0.1', '168.63.129.16'],
      'tunnel.test': ['2620:9b::5efe:168.63.129.16'],
    });
    for (const host of ['wire.test', 'both.test', 'tunnel.test', '168.63.129.16', '[::ffff:a83f:8110]']) {
      const direct = web.fetch({ uri: `http://${host}:${open.port}/` });
      await expect(direct, host).rejects.toMatchObject({ code: 'refused-address' });
      const redirected = web.fetch({ uri: `http://open.test:${open.port}/${host}` });
      await expect(redirected, host).rejects.toMatchObject({ code: 'refused-address' });
    }
    await web.close();
    expect(open.requests).toHaveLength(5);
  });
});

it.each(['metadata.google.internal', 'Metadata.Google.Internal.', 'metadata.tencentyun.com'])(
  'the name %s is not even resolved',
  async (host) => {
    const inside = await serve((_, response) => response.end('secret'));
    const web = fetching({ [host.toLowerCase()]: ['127.0.0.1'] });
    await expect(web.fetch({ uri: `http://${host}:${inside.port}/` })).rejects.toMatchObject({
      code: 'refused-address',
    });
    await web.close();
    expect(inside.connections).toBe(0);
  },
);

describe('every door is guarded', () => {
  const metadata = '168.63.129.16';

  it('a webhook', async () => {
    const secretFile = join(tempDir(), 'secret');
    writeFileSync(secretFile, 'a-long-secret-of-a-test', { mode: 0o600 });
    const target = {
      name: 'hook',
      type: 'webhook',
      url: `https://${metadata}/`,
      secretFile,
      allowPrivate: true,
    } as const;
    await expect(send(target, noticeOf('id', [], true))).rejects.toThrow('refused-address');
  });

  it('an exchange of hashes', async () => {
    const service = openService({
      url: `http://${metadata}/`,
      authorization: {},
      userAgent: 'hashsieve/test',
      allowPrivate: true,
      timeoutSeconds: 10,
      maxBytes: 1000,
      signal: new AbortController().signal,
    });
    await expect(service.get(`http://${metadata}/`)).rejects.toMatchObject({ code: 'refused-address' });
    await service.close();
  });

  it('the authority', async () => {
    const credentials = { user: 'test', password: 'test' };
    const client = await cybertipClient(
      `https://${metadata}/ispws`,
      credentials,
      new AbortController().signal,
    );
    await expect(client.post('submit', { kind: 'xml', text: '<report/>' })).rejects.toMatchObject({
      code: 'refused-address',
    });
    await client.close();
  });

  it.each([metadata, '[::ffff:169.254.169.254]', 'metadata.google.internal'])(
    'a store at %s',
    async (host) => {
      const s3 = openS3({ s3Endpoint: `http://${host}`, userAgent: 'hashsieve/test', timeoutSeconds: 10 });
      await expect(s3.list({ bucket: 'uploads', key: '' }, undefined)).rejects.toMatchObject({
        code: 'refused-address',
      });
      s3.close();
    },
  );

  it('and the sockets of the store, for whatever a name resolves to', async () => {
    const asked = (refusal: (address: string) => string | undefined) =>
      new Promise<unknown>((done) =>
        guardedSocketLookup(refusal)('localhost', { all: true }, (error, found) => done(error ?? found)),
      );
    expect(await asked(() => 'cloud metadata')).toMatchObject({ code: 'refused-address' });
    expect(await asked(() => undefined)).toContainEqual({ address: '127.0.0.1', family: 4 });
  });
});
