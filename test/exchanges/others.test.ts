import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type Fault,
  Hma,
  type HmaContent,
  made,
  type NciiRecord,
  type Reply,
  StandIn,
  StopNcii,
} from './stand-in.js';
import { Syncing, start } from './syncing.js';

describe('StopNCII', () => {
  const records = (count: number): NciiRecord[] =>
    Array.from({ length: count }, (_, n) => ({ n, time: 1_700_000_000 + ((n * 7919) % 1000) }));
  async function service(given: readonly NciiRecord[]) {
    const server = new StopNcii();
    server.records = [...given];
    const url = `${await start(server)}/v1`;
    return {
      server,
      list: new Syncing('stopncii', { url }, { subscriptionKey: 'skey', functionKey: 'fkey' }),
    };
  }
  const undisturbed = async (given: readonly NciiRecord[]) => {
    const { list } = await service(given);
    await list.sync();
    return list.text;
  };

  it('brings every page, then what changed; withdrawn hashes go, whatever comes first', async () => {
    const { server, list } = await service([
      ...records(25),
      { n: 3, time: 1_700_005_000, status: 'Withdrawn' },
      { n: 99, time: 1_700_000_001, type: 'URL' },
    ]);
    const { passed, state } = await list.sync();
    expect(passed).toEqual({ 'no-picture-hash': 1 });
    expect(state.upTo).toBe('1700005000');
    expect(list.entries).toHaveLength(24);
    expect(
      list.entries.every(({ category, supplier }) => category === 'ncii' && supplier === 'StopNCII'),
    ).toBe(true);
    server.records = [
      { n: 3, time: 1_700_005_000 - 1 },
      { n: 4, time: 1_700_006_000, status: 'Deleted' },
      { n: 3, time: 1_700_005_500, status: 'Withdrawn' },
      { n: 100, time: 1_700_006_000 },
    ];
    const { changes } = await list.sync();
    expect(server.asked.at(-1)!.url).toBe('/v1/FetchHashes?startTimestamp=1700005000&pageSize=800');
    expect(changes).toEqual({ came: 1, went: 1, changed: 0 });
  });

  const faults: Record<string, Fault> = {
    'cut by the connection': { cut: 500 },
    'that ends too early': { short: 500 },
    'that stops in the middle': { stall: 500 },
    'that is not given': { status: 502 },
  };
  it.each(Object.entries(faults))('a page %s is asked for again', async (_, fault) => {
    const { server, list } = await service(records(35));
    list.timeoutSeconds = 0.3;
    server.fault = (nth) => (nth === 2 || nth === 5 ? fault : undefined);
    await list.sync();
    expect(list.pauses).toHaveLength(2);
    expect(list.text).toBe(await undisturbed(records(35)));
  });

  it('a page with fewer records than it says, a token that repeats, and wrong keys stop the sync', async () => {
    const { server, list } = await service(records(35));
    const page = server.page.bind(server);
    server.page = (query) => ({ ...page(query), count: 11 });
    expect(await list.code()).toBe('damaged');
    server.page = (query) => ({ ...page(query), nextPageToken: 'token-10', hasMoreRecords: true });
    expect(await list.code()).toBe('page-repeats');
    expect(list.text).toBe('');
    server.page = page;
    await list.sync();
    expect(list.text).toBe(await undisturbed(records(35)));
    const url = `${await start(new StopNcii())}/v1`;
    const wrong = new Syncing('stopncii', { url }, { subscriptionKey: 'skey', functionKey: 'x' });
    expect(await wrong.code()).toBe('http-401');
  });
});

describe('a bank of HMA', () => {
  const contents = (count: number, bank = 'BANK', from = 1): HmaContent[] =>
    Array.from({ length: count }, (_, n) => ({ id: from + n, bank }));
  async function instance(given: readonly HmaContent[], gap = 150) {
    const server = new Hma();
    server.contents = [...given];
    const settings = { url: await start(server), bank: 'BANK', category: 'own', gap };
    return { server, settings, list: new Syncing('hma', settings) };
  }

  it('brings the contents of the bank, not of others, and not what is switched off', async () => {
    const { list, server } = await instance([
      ...contents(5),
      ...contents(3, 'OTHER', 6),
      { id: 9, bank: 'BANK', disableUntil: 0 },
      { id: 10, bank: 'BANK', disableUntil: 4_000_000_000 },
      { id: 130, bank: 'BANK', signals: { pdq: made(64, 'far'), video_md5: made(32, 'far'), vpdq: 'x' } },
    ]);
    const { passed, report, state } = await list.sync();
    expect(list.ids).toEqual(['BANK/1', 'BANK/2', 'BANK/3', 'BANK/4', 'BANK/5', 'BANK/130']);
    expect(passed).toEqual({ 'switched off': 2 });
    expect(report).toMatchObject({
      hashes: { pdq: 6, md5: 1 },
      foreign: {},
      problems: [{ problem: 'the vPDQ signal cannot be read' }],
      categories: { own: 6 },
    });
    expect(state.upTo).toBe('130');
    // A content that goes is gone with the next sync; a wide gap before the last known number is crossed.
    server.contents = [...contents(2), { id: 900, bank: 'BANK' }];
    await list.sync();
    expect(list.ids).toEqual(['BANK/1', 'BANK/2']);
  });

  it('looks at least as far as it has seen contents', async () => {
    const { list, server } = await instance([
      ...contents(2),
      { id: 140, bank: 'BANK' },
      { id: 280, bank: 'BANK' },
    ]);
    await list.sync();
    expect(list.ids).toContain('BANK/280');
    server.contents = [...contents(1), { id: 280, bank: 'BANK' }];
    await list.sync();
    expect(list.ids).toEqual(['BANK/1', 'BANK/280']);
  });

  it('is read to the same list through faults', async () => {
    const { list, server } = await instance(contents(30));
    await list.sync();
    const whole = list.text;
    const asked = server.asked.length;
    const faults: Record<number, Fault> = {
      7: { short: 30 },
      150: { status: 429, headers: { 'retry-after': '2' } },
    };
    server.fault = (nth) => faults[nth - asked];
    await list.sync({ fresh: true });
    expect(list.pauses).toEqual([1000, 2000]);
    expect(list.text).toBe(whole);
  });

  it('that is not there, or of a version that tells no signals, is told as such', async () => {
    const { list, server, settings } = await instance(contents(3));
    server.tellsSignals = false;
    expect(await list.code()).toBe('too-old');
    expect(await new Syncing('hma', { ...settings, bank: 'NONE' }).code()).toBe('not-found');
  });

  it('is not replaced by one that lost most of its entries', async () => {
    const { list, server } = await instance(contents(120));
    await list.sync();
    server.contents = contents(20);
    expect(await list.code()).toBe('shrunk');
    expect(list.ids).toHaveLength(120);
    await list.sync({ fresh: true });
    expect(list.ids).toHaveLength(20);
  });
});

describe('a list file on a web server', () => {
  const csv = (count: number) =>
    `id,md5,grade\n${Array.from({ length: count }, (_, n) => `i${n},${made(32, n)},A1\n`).join('')}`;
  async function site(first: Reply) {
    let reply = first;
    const server = new StandIn((_, { headers }) => {
      const etag = reply.headers?.etag;
      return etag !== undefined && headers['if-none-match'] === etag ? { status: 304 } : reply;
    });
    const url = `${await start(server)}/lists/known.csv`;
    return {
      server,
      url,
      list: new Syncing('file', { url, category: 'exploitative' }),
      put: (next: Reply) => (reply = next),
    };
  }

  it('is read in any format, and only again once it has changed', async () => {
    const { server, list, put } = await site({ headers: { etag: '"one"' }, body: csv(20) });
    const { state } = await list.sync();
    expect(state.upTo).toBe('etag "one"');
    expect(list.entries[0]).toEqual({
      id: 'i0',
      category: 'exploitative',
      classification: 'A1',
      md5: made(32, 0),
    });
    const before = list.text;
    list.now = new Date('2024-07-01T00:00:00Z');
    const again = await list.sync();
    expect(server.asked[1]!.headers['if-none-match']).toBe('"one"');
    expect(again.report).toBeUndefined();
    expect(again.state).toMatchObject({ syncedAt: '2024-07-01T00:00:00.000Z', upTo: 'etag "one"' });
    expect(list.text).toBe(before);
    put({
      headers: { etag: '"two"', 'content-encoding': 'gzip' },
      body: gzipSync(`${csv(21)}i,${'0'.repeat(32)},A1\nj,zz,A1\n`),
    });
    const { passed } = await list.sync();
    expect(list.ids).toHaveLength(21);
    expect(passed).toEqual({ degenerate: 1, 'lines that cannot be read (the first is 24)': 1 });
  });

  it('by its time stamp where it has no ETag', async () => {
    const modified = 'Tue, 02 Jan 2024 03:04:05 GMT';
    const { server, list } = await site({ headers: { 'last-modified': modified }, body: csv(2) });
    await list.sync();
    await list.sync();
    expect(server.asked[1]!.headers['if-modified-since']).toBe(modified);
  });

  it('that is cut, damaged, empty or a log-in page does not replace the list', async () => {
    const { server, list, put } = await site({ headers: { etag: '"one"' }, body: csv(20) });
    await list.sync();
    put({ headers: { etag: '"two"' }, body: csv(30) });
    server.fault = () => ({ cut: 600 });
    expect(await list.code()).toBe('network-error');
    const asked = server.asked.length;
    server.fault = (nth) => (nth === asked + 1 ? { cut: 600 } : undefined);
    await list.sync();
    expect(list.ids).toHaveLength(30);
    const before = list.text;
    for (const body of [
      '',
      '<html><body>Please log in</body></html>',
      '[{"md5":"',
      'id,md5\n',
      'id,md5\nx,zz\n',
    ]) {
      put({ headers: { etag: '"three"' }, body });
      expect([body, await list.code()]).toEqual([body, expect.stringMatching(/^(damaged|shrunk)$/)]);
    }
    const packed = gzipSync(csv(30));
    put({ headers: { 'content-encoding': 'gzip' }, body: packed.subarray(0, packed.length - 20) });
    expect(await list.code()).toBe('read-error');
    expect(list.text).toBe(before);
  });

  it('that moved to another host is followed, but not with the credentials', async () => {
    const elsewhere = new StandIn(() => ({ body: csv(2) }));
    const away = `${await start(elsewhere)}/moved.csv`;
    const home = new StandIn(({ pathname }) =>
      pathname === '/within.csv'
        ? { status: 302, headers: { location: away } }
        : { status: 301, headers: { location: '/within.csv' } },
    );
    const url = `${await start(home)}/known.csv`;
    const list = new Syncing('file', { url }, { token: 'secret-token' });
    await list.sync();
    expect(list.ids).toHaveLength(2);
    expect(home.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret-token',
      'Bearer secret-token',
    ]);
    expect(elsewhere.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is asked for again when its settings change, and its address never shows a key', async () => {
    const { server, list, url } = await site({ headers: { etag: '"one"' }, body: csv(2) });
    await list.sync();
    const other = new Syncing('file', { url: `${url}?sig=secret-key`, category: 'own' });
    Object.assign(other, { path: list.path });
    await other.sync();
    expect(server.asked[1]!.headers['if-none-match']).toBeUndefined();
    expect(other.entries.map(({ category }) => category)).toEqual(['own', 'own']);
    expect(JSON.stringify(await other.state())).not.toContain('secret-key');
  });
});
