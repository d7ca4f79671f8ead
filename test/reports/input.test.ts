import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildCases } from '../../src/reports/cases.js';
import { contextFromCsv, contextFromJson } from '../../src/reports/context/index.js';
import { operatorTemplate, readOperator } from '../../src/reports/context/operator.js';
import { contextSchema } from '../../src/reports/context/schema.js';
import { joinedEvents, readEvents } from '../../src/reports/events.js';
import { jurisdictionOf } from '../../src/reports/jurisdictions.js';
import { cases, event, match, now, operator } from './cases.js';
import { casesOf } from './draft-case.js';

async function* linesOf(text: string) {
  yield* text.split('\n');
}
const read = async (text: string) => joinedEvents(await readEvents(linesOf(text), 'events.jsonl'));
const a = event(1, 'https://a.example/1.jpg');
const b = event(2, 'https://b.example/2.jpg');

describe('events', () => {
  it('are read line by line, other outcomes passed over, the same one once', async () => {
    const other = '{"schema":"hashsieve/result/1","outcome":"skipped","uri":"file:///x"}';
    const text = [JSON.stringify(a), other, '', JSON.stringify(b), JSON.stringify(a)].join('\n');
    expect(await read(text)).toEqual([a, b]);
  });

  it('of one id are one, with what every run said, whatever their order in the file', async () => {
    const suppressed = { list: 'allow', entryId: 'ours' };
    const [near, far] = [
      { ...match, entryId: 'near', distance: 2 },
      { ...match, entryId: 'far', distance: 20 },
    ];
    const said = (detectedAt: string, matches: object[], more: object = {}) => ({
      ...event(1, 'https://a.example/1.jpg'),
      detectedAt,
      scanId: detectedAt,
      matches,
      best: matches[0],
      ...more,
    });
    const [first, second, third] = [
      '2026-01-01T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z',
      '2026-01-03T00:00:00.000Z',
    ] as const;
    const page = 'https://a.example/page';
    const records = [
      said(third, [{ ...far, suppressed }]),
      said(first, [near], { lists: [{ name: 'one', sha256: '1', entries: 1 }] }),
      said(second, [far], { lists: [{ name: 'two', sha256: '2', entries: 1 }], page }),
    ];
    for (const order of [records, [...records].reverse()]) {
      const [joined, ...others] = await read(order.map((one) => JSON.stringify(one)).join('\n'));
      expect(others).toEqual([]);
      expect(joined).toMatchObject({
        detectedAt: first,
        scanId: first,
        best: near,
        matches: [near, { ...far, suppressed }],
        page,
      });
      expect(joined!.lists).toEqual(
        expect.arrayContaining([
          { name: 'one', sha256: '1', entries: 1 },
          { name: 'two', sha256: '2', entries: 1 },
        ]),
      );
      expect(joined).not.toHaveProperty('suppressed');
    }
  });

  it.each([
    ['indented', JSON.stringify({ events: [a, b] }, null, 2)],
    [
      'as scan writes it',
      `{"schema":"hashsieve/run/1","results":[\n${[a, b].map((e) => JSON.stringify(e)).join(',\n')}\n],"summary":{}}\n`,
    ],
    ['on one line', JSON.stringify({ tool: 'x', events: [a, b] })],
  ])('are read from one document, %s', async (_how, text) => {
    expect(await read(text)).toEqual([a, b]);
  });

  it('may be none, in a document too', async () => {
    expect(await read('{"schema":"hashsieve/run/1","results":[],"summary":{}}\n')).toEqual([]);
  });

  it.each([
    ['a piece of a file', 'file:///srv/a.jpg#thumbnail', { part: 'thumbnail' }],
    [
      'a piece of a file in an archive',
      'file:///a.zip!/b.jpg#thumbnail',
      { member: 'b.jpg', part: 'thumbnail' },
    ],
    [
      'a moment of a video in an archive',
      'https://a.example/a.zip!/c.mp4#t=2.0',
      { member: 'c.mp4', part: 't=2.0' },
    ],
  ])('of %s are read', async (_what, uri, inside) => {
    const one = event(1, uri, inside);
    expect(await read(JSON.stringify(one))).toEqual([one]);
  });

  it.each([
    [
      'another schema version',
      JSON.stringify({ ...a, schema: 'hashsieve/event/2' }),
      /line 1: .*"hashsieve\/event\/2"/,
    ],
    ['no id', JSON.stringify({ ...a, id: undefined }), /line 1: the event has no id/],
    ['no digest', JSON.stringify({ ...a, digests: { ...a.digests, sha1: '' } }), /no sha1 digest/],
    [
      'a member that is not in its address',
      JSON.stringify({ ...a, member: 'x.jpg' }),
      /line 1: uri does not end with "!\/" and member/,
    ],
    [
      'a part that is not in its address',
      JSON.stringify({ ...a, uri: 'file:///a.zip!/b.jpg', member: 'b.jpg', part: 'thumbnail' }),
      /line 1: uri does not end with .* "#" and part/,
    ],
    ['no matches', JSON.stringify({ ...a, matches: [] }), /no matches/],
    ['broken JSON', `${JSON.stringify(a)}\n{"outcome":`, /events\.jsonl line 2: not valid JSON/],
    ['no events', '{"things": [\n1]}', /neither events line by line/],
    ['no object', '[]', /neither events|not a JSON object/],
  ])('with %s are refused by line', async (_what, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('cases', () => {
  const build = (events = [a, b]) => casesOf({ events, to: [] }, 'ncmec');
  it('refuse test entries, suppressed matches and adults, each with its reason', () => {
    const options = {
      operator,
      jurisdiction: jurisdictionOf('us'),
      groupBy: 'event' as const,
      now,
      toolVersion: '1',
    };
    const of = (...matches: object[]) =>
      buildCases([{ ...a, matches: matches.map((m) => ({ ...match, ...m })) }], () => ({}), options);
    expect(of({ category: 'test' }).refused[0]?.refusal).toBe('test');
    expect(of({ category: 'ncii' }).refused[0]?.refusal).toBe('ncii');
    expect(of({ suppressed: { by: 'allow-list' } }).refused[0]?.refusal).toBe('suppressed');
    expect(of({ category: 'ncii' }, { category: 'test' }).refused[0]?.refusal).toBe('ncii');
    const mixed = of({ category: 'test' }, { category: 'csam', entryId: 'real' });
    expect(mixed.refused).toEqual([]);
    expect(mixed.cases[0]!.files[0]!.matches.map((m) => m.entryId)).toEqual(['real']);
  });

  it('tell a file inside an archive from an address that merely looks like one', () => {
    const plain = event(1, 'https://a.example/odd!/1.jpg');
    const inside = event(2, 'https://a.example/odd!/2.zip!/in/2.jpg', { member: 'in/2.jpg' });
    const piece = event(3, 'https://a.example/3.zip!/in/3.jpg#thumbnail', {
      member: 'in/3.jpg',
      part: 'thumbnail',
    });
    const clip = event(4, 'file:///srv/clip%231.mp4#t=0.0', { part: 't=0.0' });
    const files = casesOf({ events: [plain, inside, piece, clip], to: [] }, 'ncmec').flatMap(
      (found) => found.files,
    );
    expect(files.map(({ url, fileName }) => [url, fileName])).toEqual([
      ['https://a.example/odd!/1.jpg', '1.jpg'],
      ['https://a.example/odd!/2.zip', '2.jpg'],
      ['https://a.example/3.zip', '3.jpg'],
      [undefined, 'clip#1.mp4'],
    ]);
  });

  it('are one per account, and one per host where the account is not known', () => {
    const events = [a, b, event(3, 'https://a.example/3.jpg'), event(4, 'file:///srv/4.jpg')];
    const context = { [a.id]: { uploader: { id: 'u' } }, [b.id]: { uploader: { id: 'u' } } };
    const keys = casesOf({ events, context, to: [] }, 'ncmec').map((found) => found.group.key);
    expect(keys).toEqual(['user:u', 'host:a.example', 'host:local']);
  });

  it('have the same id for the same events in any order', () => {
    const one = casesOf({ events: [a, b], to: [], groupBy: 'host' }, 'ncmec');
    const other = casesOf({ events: [b, a], to: [], groupBy: 'host' }, 'ncmec');
    expect(one.map((found) => found.id).sort()).toEqual(other.map((found) => found.id).sort());
    expect(build()[0]!.id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('context', () => {
  const json = (...assets: object[]) => JSON.stringify({ schema: 'hashsieve/context/1', assets });
  it('goes by event id, else by address, else by digest', async () => {
    const lookup = await contextFromJson(
      json(
        { sha256: a.digests.sha256.toUpperCase(), title: 'by digest' },
        { uri: b.uri, title: 'by address' },
        { sha256: b.digests.sha256, title: 'not this one' },
      ),
      'c.json',
    );
    expect(lookup(a).title).toBe('by digest');
    expect(lookup(b).title).toBe('by address');
    expect(lookup(event(3, 'https://c.example/'))).toEqual({});
  });

  it('comes from CSV too, several lines on one asset adding up', async () => {
    const csv = [
      'uri,uploader_id,email,ip,ip_event,ip_at,ip_port,removed,file_name',
      `${a.uri},u,x@y.example,192.0.2.1,Login,2026-05-01T00:00:00Z,443,yes,"a, b.jpg"`,
      `${a.uri},u,x@y.example,192.0.2.2,Upload,2026-05-01T00:00:00Z,,yes,"a, b.jpg"`,
    ].join('\n');
    const context = (await contextFromCsv(csv, 'c.csv'))(a);
    expect(context).toMatchObject({ removed: true, fileName: 'a, b.jpg', uploader: { id: 'u' } });
    expect(context.uploader?.emails).toEqual([{ address: 'x@y.example' }]);
    expect(context.uploader?.ips?.map((ip) => [ip.ip, ip.port])).toEqual([
      ['192.0.2.1', 443],
      ['192.0.2.2', undefined],
    ]);
  });

  it.each([
    ['no key', json({ title: 'x' }), /assets\/0/],
    ['an unknown key', json({ uri: 'x', uploadr: {} }), /uploadr/],
    [
      'no IP address',
      json({ uri: 'x', uploader: { id: 'u', ips: [{ ip: '300.1.1.1' }] } }),
      /uploader\/ips\/0: not an IP address/,
    ],
    [
      'a claim to have looked',
      json({ uri: 'x', ncmec: { file: { fileViewedByEsp: true } } }),
      /fileViewedByEsp can't be set here/,
    ],
    [
      'two accounts for one asset',
      json({ uri: 'x', uploader: { id: 'u' } }, { uri: 'x', uploader: { id: 'v' } }),
      /say different things/,
    ],
    ['no JSON', '{', /not valid JSON/],
  ])('with %s is refused by place', async (_what, text, message) => {
    await expect(contextFromJson(text, 'c.json')).rejects.toThrow(message);
  });

  it('with an unknown CSV column is refused by name', async () => {
    await expect(contextFromCsv('uri,colour\nx,red', 'c.csv')).rejects.toThrow(/unknown column "colour"/);
  });

  it('has its schema published as it is', () => {
    const path = new URL('../../docs/schemas/context.schema.json', import.meta.url);
    const text = `${JSON.stringify(contextSchema, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('the operator block', () => {
  it('is taken when it is complete', async () => {
    await expect(readOperator(operator, 'config')).resolves.toEqual(operator);
    for (const test of Object.values(cases)) await readOperator(test.operator ?? operator, 'config');
  });
  it.each([
    ['is missing', undefined, /no block "operator"; run hashsieve init/],
    ['is as init wrote it', operatorTemplate, /operator\.organisation is not filled in/],
    ['has a stray key', { ...operator, fax: '1' }, /fax/],
    ['has a wrong e-mail', { ...operator, reporter: { email: 'nobody' } }, /reporter\/email/],
  ])('is refused when it %s', async (_what, block, message) => {
    await expect(readOperator(block, 'config')).rejects.toThrow(message);
  });
  it('names an unknown jurisdiction', () => {
    expect(() => jurisdictionOf('atlantis')).toThrow(/Unknown jurisdiction "atlantis": use one of us, uk/);
    expect(() => jurisdictionOf(undefined)).toThrow(/--jurisdiction/);
  });
});
