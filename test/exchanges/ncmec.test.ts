import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadList } from '../../src/lists/load.js';
import { algorithms, contents } from '../lists/made.js';
import { type Entry, type Fault, made, Ncmec } from './stand-in.js';
import { Syncing, start } from './syncing.js';

const minute = (n: number) => new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString().replace('.000', '');
const entriesOf = (count: number, from = 0): Entry[] =>
  Array.from({ length: count }, (_, n) => ({ id: `e${from + n}`, time: minute(from + n) }));

async function database(entries: readonly Entry[]) {
  const server = new Ncmec();
  server.entries = [...entries];
  const url = `${await start(server)}/hs`;
  const credentials = { user: 'user', password: 'secret-password' };
  const another = () => new Syncing('ncmec', { url, category: 'csam' }, credentials);
  return { server, url, list: another(), another };
}

/** What a sync without any fault makes of these entries. */
async function undisturbed(entries: readonly Entry[]): Promise<string> {
  const { list } = await database(entries);
  await list.sync();
  return list.text;
}

describe('NCMEC hash sharing', () => {
  it('brings every page of an exchange that is in no order of time', async () => {
    const { server, list } = await database(entriesOf(35));
    const { state, pages } = await list.sync();
    expect(pages).toBe(4);
    expect(new Set(list.ids)).toEqual(new Set(entriesOf(35).map(({ id }) => `42/${id}`)));
    expect(list.entries[0]).toEqual({
      id: '42/e0',
      category: 'csam',
      classification: 'A1',
      classificationScheme: 'tech-coalition',
      supplier: 'NCMEC',
      member: 'Member 42',
      updated: '2024-01-01T00:00:00.000Z',
      md5: made(32, 'e0'),
      pdq: made(64, 'e0'),
    });
    expect(state.upTo).toBe('2024-05-31T23:55:00Z');
    expect(state.list).toMatchObject({ entries: 35, hashes: { md5: 35, pdq: 35 }, categories: { csam: 35 } });
    expect(server.asked[0]!.url).toBe(
      '/hs/v2/entries?from=1970-01-01T00%3A00%3A00Z&to=2024-05-31T23%3A55%3A00Z',
    );
    expect(statSync(list.path).mode & 0o777).toBe(0o600);
    for (const name of readdirSync(`${list.path}.sync`))
      expect([name, statSync(join(`${list.path}.sync`, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(statSync(`${list.path}.sync`).mode & 0o777).toBe(0o700);
    expect(statSync(join(list.path, '..')).mode & 0o777).toBe(0o700);
  });

  it('asks only for what came since, in UTC, and overlaps a little', async () => {
    const { server, list } = await database(entriesOf(12));
    await list.sync();
    list.now = new Date('2024-06-02T00:00:00Z');
    const late = { id: 'late', time: '2024-06-01T12:00:00Z' };
    const change = { id: 'e3', time: '2024-06-01T13:00:00Z', grade: 'B2' };
    const gone = { id: 'e4', time: '2024-06-01T14:00:00Z', deleted: true };
    server.entries.push(late, change, gone);
    const { changes } = await list.sync();
    expect(server.asked.at(-1)!.url).toBe(
      '/hs/v2/entries?from=2024-05-31T23%3A50%3A00Z&to=2024-06-01T23%3A55%3A00Z',
    );
    expect(changes).toEqual({ came: 1, went: 1, changed: 1 });
    expect(list.ids).toContain('42/late');
    expect(list.ids).not.toContain('42/e4');
    expect(list.entries.find(({ id }) => id === '42/e3')).toMatchObject({ classification: 'B2' });
  });

  it('takes deletions whichever way round they come, in one sync or in two', async () => {
    const entries = entriesOf(20);
    const { server, list } = await database([
      ...entries,
      { id: 'e5', time: '2024-02-01T00:00:00Z', deleted: true },
    ]);
    await list.sync();
    expect(list.ids).not.toContain('42/e5');
    // The older version is seen again after its deletion, in a later sync.
    list.now = new Date('2024-06-02T00:00:00Z');
    server.page = (query) =>
      Ncmec.prototype.page.call(
        Object.assign(new Ncmec(), { entries: [entries[5]!] }),
        new URLSearchParams({ from: '2023-01-01T00:00:00Z', to: query.get('to')! }),
      );
    await list.sync();
    expect(list.ids).not.toContain('42/e5');
    expect(list.ids).toHaveLength(19);
  });

  it('keeps what cannot be computed, so that every scan counts it, and reports what cannot be read', async () => {
    const inside =
      `<md5>${made(32, 'x')}</md5><pdna>AQID</pdna><tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/>` +
      '<mystery>abc</mystery>';
    const { list } = await database(
      [
        { id: 'x', time: minute(1), inside },
        { id: 'y', time: 'yesterday' },
        { id: 'z', time: minute(2), inside: '<pdna>AQID</pdna>' },
      ].filter(({ time }) => time !== 'yesterday'),
    );
    const { report } = await list.sync();
    expect(report).toMatchObject({ foreign: { photodna: 2, 'tmk-pdqf': 1 }, problemCount: 1 });
    const loaded = await loadList({ path: list.path, algorithms });
    expect(contents(loaded.list).map(({ id }) => id)).toEqual(['42/x']);
    expect(loaded.report).toMatchObject({ foreign: { photodna: 2, 'tmk-pdqf': 1 }, problemCount: 1 });
  });

  it('reads a range that holds too much in parts, with the same outcome', async () => {
    const entries = entriesOf(40);
    const { server, list } = await database(entries);
    server.surplus = 500_000;
    let ranges = 0;
    server.fault = (_, url) => {
      const query = new URL(url, 'http://x').searchParams;
      // The surplus stands for entries that shorter ranges do not hold.
      const span = Date.parse(query.get('to')!) - Date.parse(query.get('from')!);
      server.surplus = span > 200 * 86_400_000 ? 500_000 : 0;
      if (!query.has('start')) ranges++;
      return undefined;
    };
    const { state } = await list.sync();
    expect(ranges).toBeGreaterThan(3);
    expect(list.text).toBe(await undisturbed(entries));
    expect(state.upTo).toBe('2024-05-31T23:55:00Z');
  });

  it('loses no entry when another one changes while its range is read', async () => {
    const { server, list } = await database(entriesOf(35));
    server.fault = (nth) => {
      if (nth !== 2) return undefined;
      // What the first page held leaves the range: every later page moves up by one.
      const id = /<id>(\w+)/.exec(server.page(new URL(server.asked[0]!.url, 'http://x').searchParams))![1];
      server.entries = server.entries.map((entry) =>
        entry.id === id ? { ...entry, time: '2024-07-01T00:00:00Z' } : entry,
      );
      return undefined;
    };
    await list.sync();
    expect(new Set(list.ids)).toEqual(new Set(entriesOf(35).map(({ id }) => `42/${id}`)));
  });

  it('does not count a range as read that the clock of the service has not reached', async () => {
    const { server, list } = await database(entriesOf(3));
    list.now = new Date(Date.now() + 30 * 86_400_000);
    const { state } = await list.sync();
    expect(Date.parse(state.upTo!)).toBeLessThan(Date.now());
    expect(server.asked).toHaveLength(1);
  });
});

const faults: Record<string, { fault: (nth: number) => Fault | undefined; pauses: number }> = {
  'a page cut by the connection': { fault: (nth) => (nth === 2 ? { cut: 700 } : undefined), pauses: 1 },
  'a page that ends too early': { fault: (nth) => (nth === 2 ? { short: 700 } : undefined), pauses: 1 },
  'a page that stops in the middle': { fault: (nth) => (nth === 3 ? { stall: 500 } : undefined), pauses: 1 },
  'a last page that ends too early': { fault: (nth) => (nth === 4 ? { short: 300 } : undefined), pauses: 1 },
  'errors of the server': {
    fault: (nth) => (nth >= 2 && nth <= 4 ? { status: 503 } : undefined),
    pauses: 3,
  },
};

describe('a service with faults', () => {
  it.each(Object.entries(faults))('%s: is read to the same list', async (_, { fault, pauses }) => {
    const { server, list } = await database(entriesOf(35));
    server.fault = fault;
    list.timeoutSeconds = 0.3;
    await list.sync();
    expect(list.pauses).toHaveLength(pauses);
    expect(list.text).toBe(await undisturbed(entriesOf(35)));
  });

  it('is left alone for as long as it asks', async () => {
    const { server, list } = await database(entriesOf(35));
    server.fault = (nth) => (nth === 2 ? { status: 429, headers: { 'retry-after': '17' } } : undefined);
    await list.sync();
    expect(list.pauses).toEqual([17_000]);
    expect(list.ids).toHaveLength(35);
  });

  it('and not waited for longer than ten minutes: the next sync goes on where this one stopped', async () => {
    const { server, list } = await database(entriesOf(35));
    server.fault = (nth) => (nth === 3 ? { status: 429, headers: { 'retry-after': '3600' } } : undefined);
    await expect(list.sync()).rejects.toThrow(/left alone for 60 minutes/);
    expect(list.text).toBe('');
    expect((await list.state())?.pending).toMatchObject({ pages: 2 });
    await list.sync();
    expect(list.text).toBe(await undisturbed(entriesOf(35)));
    // Two pages, the refusal, and the two pages that were left.
    expect(server.asked).toHaveLength(5);
  });

  it('gives up after four further tries, and keeps the list as it was', async () => {
    const { server, list } = await database(entriesOf(5));
    await list.sync();
    const before = list.text;
    list.now = new Date('2024-06-02T00:00:00Z');
    server.entries.push({ id: 'new', time: '2024-06-01T12:00:00Z' });
    server.fault = () => ({ status: 500 });
    const asked = server.asked.length;
    expect(await list.code()).toBe('http-500');
    expect(server.asked.length - asked).toBe(5);
    expect(list.text).toBe(before);
    expect((await list.state())?.syncedAt).toBe('2024-06-01T00:00:00.000Z');
    server.fault = () => undefined;
    await list.sync();
    expect(list.ids).toContain('42/new');
  });

  it('a page that is served in the place of another is found out, and nothing is lost', async () => {
    const { server, list } = await database(entriesOf(35));
    let first = '';
    server.fault = (nth, url) => {
      if (nth === 1) first = url;
      return nth >= 2 && nth <= 20 ? { instead: first } : undefined;
    };
    expect(await list.code()).toBe('page-repeats');
    expect(list.text).toBe('');
    server.fault = () => undefined;
    await list.sync();
    expect(list.text).toBe(await undisturbed(entriesOf(35)));
  });

  it('a page that names itself as the next one does not go on for ever', async () => {
    const { server, list } = await database(entriesOf(35));
    const page = server.page.bind(server);
    server.page = (query) => page(query).replace(/start=\d+/, 'start=11');
    expect(await list.code()).toBe('page-repeats');
    expect(list.text).toBe('');
  });

  it('a next page outside of the service is not asked for', async () => {
    const { server, list } = await database(entriesOf(35));
    const page = server.page.bind(server);
    server.page = (query) => page(query).replace(/<next>/, '<next>https://elsewhere.example');
    expect(await list.code()).toBe('bad-next');
    server.page = (query) => page(query).replace(/<next>/, '<next>//elsewhere.example');
    // Below the address of the service, where there is no such page.
    expect(await list.code()).toBe('unstable');
  });

  it('a page address that the service no longer knows begins the range again', async () => {
    const { server, list } = await database(entriesOf(35));
    server.fault = (nth) => (nth === 3 ? { status: 404 } : undefined);
    await list.sync();
    expect(list.text).toBe(await undisturbed(entriesOf(35)));
    server.fault = (_, url) => (url.includes('start=') ? { status: 410 } : undefined);
    await expect(list.sync({ fresh: true })).rejects.toMatchObject({ code: 'unstable' });
  });

  it('a page address that is older than twelve hours is not used', async () => {
    const { server, list } = await database(entriesOf(35));
    server.fault = (nth) => (nth === 3 ? { status: 403 } : undefined);
    expect(await list.code()).toBe('http-403');
    server.fault = () => undefined;
    list.now = new Date('2024-06-01T13:00:00Z');
    await list.sync();
    expect(server.asked[3]!.url).not.toContain('start=');
    expect(list.text).toBe(await undisturbed(entriesOf(35)));
  });
});

describe('credentials', () => {
  it('that are wrong are told as such, without being shown', async () => {
    const { list, url } = await database(entriesOf(3));
    const wrong = new Syncing('ncmec', { url, category: 'csam' }, { user: 'user', password: 'not-it' });
    const error = await wrong.sync().catch((reason: Error) => reason);
    expect((error as Error).message).toBe('the service refuses the credentials (401)');
    expect(JSON.stringify(await wrong.state()) + String((error as Error).stack)).not.toContain('not-it');
    await list.sync();
    expect(JSON.stringify(await list.state())).not.toMatch(/secret|Basic/);
  });

  it('are not carried away by a redirect', async () => {
    const elsewhere = new Ncmec();
    const away = `${await start(elsewhere)}/hs/v2/entries`;
    const { server, list } = await database(entriesOf(3));
    server.fault = () => ({ status: 302, headers: { location: away } });
    expect(await list.code()).toBe('redirected');
    expect(elsewhere.asked).toEqual([]);
  });

  it('follow a redirect within the service', async () => {
    const { server, list } = await database(entriesOf(3));
    server.fault = (nth, url) =>
      nth === 1 ? { status: 307, headers: { location: `${url}&again=1` } } : undefined;
    await list.sync();
    expect(list.ids).toHaveLength(3);
  });

  it('do not reach a private address that the configuration does not allow', async () => {
    const { server, list } = await database(entriesOf(3));
    list.allowPrivate = false;
    expect(await list.code()).toBe('refused-address');
    expect(server.asked).toEqual([]);
  });
});

describe('what is kept between syncs', () => {
  it('is read anew when the settings change, when a part is gone, and with fresh', async () => {
    const { server, list, url } = await database(entriesOf(5));
    await list.sync();
    const whole = list.text;
    const from = () => new URL(server.asked.at(-1)!.url, 'http://x').searchParams.get('from');
    rmSync(join(`${list.path}.sync`, 'rows.jsonl'));
    await list.sync();
    expect(from()).toMatch(/^1970/);
    expect(list.text).toBe(whole);
    await list.sync();
    expect(from()).toMatch(/^2024/);
    await list.sync({ fresh: true });
    expect(from()).toMatch(/^1970/);
    const other = new Syncing(
      'ncmec',
      { url, category: 'exploitative' },
      { user: 'user', password: 'secret-password' },
    );
    Object.assign(other, { path: list.path });
    await other.sync();
    expect(from()).toMatch(/^1970/);
    expect(other.entries.every(({ category }) => category === 'exploitative')).toBe(true);
  });

  it('does not take the place of a file that no sync made', async () => {
    const { list, another } = await database(entriesOf(5));
    await another().sync();
    mkdirSync(dirname(list.path), { recursive: true });
    writeFileSync(list.path, 'mine');
    await expect(list.sync()).rejects.toThrow(/is there already and is not the work of a sync/);
    expect(list.text).toBe('mine');
    await list.sync({ fresh: true });
    writeFileSync(`${list.path}.sync/state.json`, '{"schema":"hashsieve/sync/99"}');
    await expect(list.sync()).rejects.toThrow(/state.json is damaged, or of a newer version/);
    await list.sync({ fresh: true });
    expect(list.ids).toHaveLength(5);
  });

  it('is not replaced by a list of which nothing is left', async () => {
    const { server, list } = await database(entriesOf(5));
    await list.sync();
    const before = list.text;
    list.now = new Date('2024-06-02T00:00:00Z');
    server.entries = entriesOf(5).map(({ id }) => ({ id, time: '2024-06-01T12:00:00Z', deleted: true }));
    expect(await list.code()).toBe('shrunk');
    expect(list.text).toBe(before);
  });
});
