import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { type ListFormatName, listFormats } from '../../src/lists/index.js';
import { loadList } from '../../src/lists/load.js';
import type { LoadOptions } from '../../src/lists/read.js';
import { ListReader } from '../../src/lists/read.js';
import { algorithms, bytesOf, contents } from './made.js';

const made = (digits: number, n: number) =>
  createHash('sha512').update(`${n}`).digest('hex').slice(0, digits);
const pdq = (n: number) => made(64, n);
const md5 = (n: number) => made(32, n);
const sha1 = (n: number) => made(40, n);

/**
 * Hashes as checks have them: low frequencies agree and high ones differ, in rows and columns alike, but for a quarter
 * of the bits.
 */
function checks(seed: number): string {
  const noise = [...Buffer.from(made(128, seed) + made(128, -seed - 1), 'hex')];
  const noisy = (row: number, column: number) => {
    const bit = (n: number) => (noise[(n >> 3) % noise.length]! >> (n & 7)) & 1;
    const at = 16 * row + column;
    return bit(at) & bit(at + 512);
  };
  const word = (row: number) => {
    let bits = 0;
    for (let column = 0; column < 16; column++)
      bits |= ((row === 15 ? 1 : 0) ^ (column === 15 ? 1 : 0) ^ noisy(row, column)) << column;
    return bits.toString(16).padStart(4, '0');
  };
  return Array.from({ length: 16 }, (_, k) => word(15 - k)).join('');
}

const load = (content: string | Uint8Array, options: Partial<LoadOptions> = {}) =>
  loadList({ path: 'known', stream: bytesOf(content, 1000), algorithms, ...options });
const refusal = async (content: string | Uint8Array, options: Partial<LoadOptions> = {}) => {
  const error = await load(content, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
};

const page = (inside: string) =>
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  `<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">\n${inside}\n</queryResult>\n`;
const image = (id: string, time: string, inside: string, tag = 'image') =>
  `<${tag}>\n<member id="42">Example &amp; Co</member><timestamp>${time}</timestamp><id>${id}</id>${inside}</${tag}>\n`;
const prints = (inside: string) => `<fingerprints>${inside}</fingerprints>`;

describe('NCMEC Hash Sharing v2', () => {
  const feedback =
    '<feedback><affirmativeFeedback type="MD5"><members><member id="1">A</member><member id="2">B</member></members></affirmativeFeedback>' +
    '<negativeFeedback type="MD5"><members><member id="3">C</member></members><reasons><reason guid="x" name="y"/></reasons></negativeFeedback>' +
    '<negativeFeedback type="PDQ"><members><member id="3">C</member></members></negativeFeedback></feedback>';
  const saved = page(
    `<images count="4" maxTimestamp="2024-02-01T00:00:00Z">${image(
      'one',
      '2024-01-01T00:00:00Z',
      `<classification>A1</classification>${prints(
        `<md5>${md5(1).toUpperCase()}</md5><sha1>${sha1(1)}</sha1><pdq>${pdq(1)}</pdq><pdna>AQID</pdna>`,
      )}${feedback}`,
    )}${image('gone', '2024-01-03T00:00:00Z', '', 'deletedImage')}${image('gone', '2024-01-02T00:00:00Z', prints(`<md5>${md5(2)}</md5>`))}${image(
      'changed',
      '2024-01-05T00:00:00Z',
      `<classification>B2</classification>${prints(`<md5>${md5(3)}</md5>`)}`,
    )}${image('changed', '2024-01-04T00:00:00Z', prints(`<md5>${md5(4)}</md5>`))}</images>` +
      `<videos>${image('film', '2024-01-01T00:00:00Z', prints(`<md5>${md5(5)}</md5><tmk-pdqf rel="self" href="/v2/x"/>`), 'video')}</videos>`,
  );

  it('keeps member, grade and supplier; takes out what was deleted or replaced, whatever the order', async () => {
    const { list, report } = await load(saved);
    const labels = { category: 'csam', supplier: 'NCMEC', member: 'Example & Co' };
    const grade = (classification: string) => ({ classification, classificationScheme: 'tech-coalition' });
    expect(contents(list)).toEqual([
      { algorithm: 'md5', hex: md5(3), id: '42/changed', ...labels, ...grade('B2') },
      { algorithm: 'md5', hex: md5(5), id: '42/film', ...labels },
      { algorithm: 'md5', hex: md5(1), id: '42/one', ...labels, ...grade('A1') },
      { algorithm: 'sha1', hex: sha1(1), id: '42/one', ...labels, ...grade('A1') },
      { algorithm: 'pdq', hex: pdq(1), id: '42/one', ...labels, ...grade('A1') },
    ]);
    expect(report).toMatchObject({
      format: 'ncmec',
      problemCount: 0,
      foreign: { photodna: 1, 'tmk-pdqf': 1 },
    });
  });

  it('counts a member once, however many kinds of hash it disputes', async () => {
    const twice = await load(saved, { maxDownvotes: 2 });
    expect(twice.report.leftOut).toEqual({});
    expect((await load(saved, { maxDownvotes: 1 })).report.leftOut).toEqual({ 'voted-down': 1 });
  });

  it('leaves out what members disputed, when told', async () => {
    const { list, report } = await load(saved, { maxDownvotes: 1, category: 'exploitative' });
    expect(contents(list).map(({ id, category }) => `${id} ${category}`)).toEqual([
      '42/changed exploitative',
      '42/film exploitative',
    ]);
    expect(report.leftOut).toEqual({ 'voted-down': 1 });
  });

  it('takes a time without a zone for UTC', async () => {
    const { list } = await load(
      page(
        `<images>${image('x', '2024-01-01T00:30:00', prints(`<md5>${md5(1)}</md5>`))}${image('x', '2024-01-01T01:29:00+01:00', prints(`<md5>${md5(2)}</md5>`))}</images>`,
      ),
    );
    expect(contents(list).map(({ hex }) => hex)).toEqual([md5(1)]);
  });

  it('refuses entity bombs, and any document type', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${saved.slice(saved.indexOf('<queryResult'))}`;
    expect(await refusal(bomb)).toMatch(/declares entities or a document type: refused/);
    expect(await refusal(page('<images>&undefined;</images>'))).toContain('damaged');
  });

  it('refuses a broken download, at any place, and names the line', async () => {
    for (const part of [0.2, 0.5, 0.8, 0.99]) {
      const message = await refusal(saved.slice(0, Math.floor(saved.length * part)));
      expect(message).toMatch(/^known line \d+: the (file ends in the middle|XML is damaged)/);
    }
    expect(await refusal('<html><body>Please log in</body></html>')).toContain('expected a queryResult');
  });
});

describe('Project VIC', () => {
  const media = [
    {
      MediaID: 1,
      Category: 1,
      MD5: md5(1).toUpperCase(),
      SHA1: sha1(1),
      PhotoDNA: 'AAAA',
      IsPrecategorized: 'false',
    },
    { MediaID: 2, Category: 2, MD5: md5(2), IsPrecategorized: 'true', Tags: 'a } in [ text \\" ' },
    { MediaID: 3, Category: 4, MD5: md5(3) },
    {
      MediaID: 4,
      Category: null,
      MD5: md5(4),
      MediaFiles: [{ MD5: md5(4), FileName: 'x.jpg' }],
      Exifs: [{}],
    },
  ];
  const context = (country: string) =>
    `http://github.com/ProjectVic/DataModels/2.0.xml/${country}/$metadata#Cases`;
  const hashSet = { '@odata.context': context('US'), value: media };
  const caseFile = { '@odata.context': context('US'), value: [{ CaseID: 'c', Media: media }] };

  it('reads hash sets and case files, with a byte-order mark and pretty-printed alike', async () => {
    for (const text of [
      JSON.stringify(hashSet),
      JSON.stringify(caseFile),
      `\ufeff${JSON.stringify(caseFile, null, 2)}`,
    ]) {
      const { list, report } = await load(text);
      expect(contents(list).map(({ hex, id, category }) => [hex, id, category])).toEqual([
        [md5(1), '1', 'csam'],
        [md5(2), '2', 'exploitative'],
        [sha1(1), '1', 'csam'],
      ]);
      expect(report).toMatchObject({ format: 'vics', foreign: { photodna: 1 }, problemCount: 0 });
      expect(report.leftOut).toEqual({ 'category-not-chosen': 2 });
      expect(list.columns.get('md5')!.entry(0)).toMatchObject({
        classification: '1',
        classificationScheme: 'vics-us',
      });
    }
  });

  it('does not guess what the numbers of another country mean', async () => {
    const text = JSON.stringify({ ...hashSet, '@odata.context': context('CA') });
    expect(await refusal(text)).toMatch(/categories of CA are not known.*--category-map/);
    const { list } = await load(text, { categoryMap: { 4: 'csam' } });
    expect(contents(list)).toMatchObject([{ id: '3', category: 'csam', classificationScheme: 'vics-ca' }]);
  });

  it('refuses a broken download, reads on behind a bad record', async () => {
    const text = JSON.stringify(hashSet, null, 1);
    expect(await refusal(text.slice(0, -20))).toMatch(/^known line \d+: the file ends in the middle/);
    expect(await refusal(text.replace('],', '},'))).toMatch(/^known line \d+: /);
    const bad = text.replace(/"MediaID": 1/, '"MediaID": 1 1');
    const { list, report } = await load(bad);
    expect(contents(list).map(({ id }) => id)).toEqual(['2']);
    expect(report.problems).toEqual([{ line: 4, problem: 'not valid JSON' }]);
  });
});

describe('StopNCII', () => {
  const record = (n: number, more: object = {}) => ({
    lastModtimestamp: 1_700_000_000 + n,
    signalType: 'ImagePDQ',
    hashValue: pdq(n),
    hashStatus: 'Active',
    caseNumbers: { a: 'Active' },
    ...more,
  });
  const pageOf = (...hashRecords: object[]) =>
    JSON.stringify({ count: hashRecords.length, nextPageToken: '', hasMoreRecords: false, hashRecords });

  it('reads pages one after the other; withdrawn hashes go, an id never shows the hash', async () => {
    const text = [
      pageOf(record(1), record(2), record(3, { signalType: 'VideoMD5', hashValue: md5(3) })),
      pageOf(record(4, { signalType: 'VideoTMK' }), record(5, { signalType: 'Text', hashValue: 'x' })),
      pageOf(record(2, { hashStatus: 'Withdrawn', lastModtimestamp: 1_800_000_000 })),
    ].join('\n');
    const { list, report } = await load(text);
    expect(report).toMatchObject({
      format: 'stopncii',
      categories: { ncii: 2 },
      foreign: { 'tmk-pdqf': 1 },
      leftOut: { 'no-picture-hash': 1 },
      problemCount: 0,
    });
    expect(
      contents(list)
        .map(({ hex }) => hex)
        .sort(),
    ).toEqual([md5(3), pdq(1)].sort());
    for (const { id, hex } of contents(list)) expect(hex).not.toContain(id.slice(0, 8));
  });

  it('counts disputes', async () => {
    const text = pageOf(record(1, { CSPFeedbacks: [{ feedbackValue: 'NotBlocked' }] }), record(2));
    const { report } = await load(text, { maxDownvotes: 1 });
    expect(report).toMatchObject({ hashes: { pdq: 1 }, leftOut: { 'voted-down': 1 } });
  });
});

describe('Matrix policy lists', () => {
  const event = (n: number, content: object) => ({
    type: 'm.policy.media_hash',
    state_key: pdq(n),
    sender: '@mod:example.org',
    origin_server_ts: n,
    content,
  });
  const events = [
    event(1, { 'm.pdqhash': { hash: pdq(1), quality: '100' }, reason: 'x' }),
    event(2, { 'm.pdqhash': { hash: pdq(2), quality: '20' } }),
    event(3, { 'm.pdqhash': { hash: pdq(3), quality: 80 } }),
    { ...event(3, {}), origin_server_ts: 9 },
    { type: 'm.room.member', state_key: '@a:b', content: {} },
  ];

  it('are own entries; poor and withdrawn ones are left out', async () => {
    for (const text of [
      JSON.stringify(events),
      events.map((one) => JSON.stringify(one)).join('\n'),
      JSON.stringify({ chunk: events }),
    ]) {
      const { list, report } = await load(text);
      expect(contents(list)).toMatchObject([{ hex: pdq(1), category: 'own', member: '@mod:example.org' }]);
      expect(report).toMatchObject({ format: 'matrix', problemCount: 0 });
      expect(report.leftOut).toEqual({ 'low-quality': 1, 'other-event': 1 });
    }
  });

  it('are told apart by type and key, exactly: none replaces or withdraws another', async () => {
    const rule = (type: string, key: string, content: object) => ({ type, state_key: key, content });
    const hashed = (n: number) => ({ 'm.pdqhash': { hash: pdq(n), quality: '100' } });
    const { list } = await load(
      JSON.stringify([
        rule('m.policy.media_hash', 'aA', hashed(1)),
        rule('m.policy.media_hash', 'AA', hashed(2)),
        rule('m.policy.media_hash', 'Aa', {}),
        rule('org.matrix.msc4113.policy.media_hash', 'aA', {}),
        rule('org.matrix.msc4113.policy.media_hash', 'AA', hashed(3)),
      ]),
    );
    const read = contents(list);
    expect(read.map(({ hex }) => hex).sort()).toEqual([pdq(1), pdq(2), pdq(3)].sort());
    expect(new Set(read.map(({ id }) => id)).size).toBe(3);
  });
});

describe('any format', () => {
  const text = `{"md5":"${md5(1)}"}`;
  it('in the wrong encoding is refused or reported, never misread', async () => {
    for (const name of Object.keys(listFormats) as ListFormatName[]) {
      // UTF-16 without its mark: half of the bytes are zero.
      const bytes = new Uint8Array(Buffer.from(page(`${text}\nmd5,id\n${md5(1)}`), 'utf16le'));
      expect(await refusal(bytes, { format: name })).not.toMatch(/[0-9a-f]{9}/);
    }
  });

  it('cannot fill the memory with one line without end', async () => {
    const size = 64 << 20;
    const starts: Record<ListFormatName, string> = {
      vpdq: '{"0":{"hash":"',
      ncmec: '<queryResult><images><image><id>',
      vics: '{"@odata.context":"2.0.xml/US/","value":[{"MD5":"',
      stopncii: '{"hashRecords":[{"hashValue":"',
      matrix: '[{"type":"m.policy.media_hash","state_key":"',
      json: '[{"md5":"',
      jsonl: '{"md5":"',
      hex: 'md5 ',
      csv: 'md5,id\n"',
    };
    for (const [format, start] of Object.entries(starts) as [ListFormatName, string][]) {
      async function* endless() {
        yield new TextEncoder().encode(start);
        const chunk = new Uint8Array(1 << 18).fill(97);
        for (let sent = 0; sent < size; sent += chunk.length) {
          yield chunk;
          most = Math.max(most, process.memoryUsage().heapUsed);
        }
      }
      let most = 0;
      const reader = new ListReader({ path: 'known', stream: endless(), algorithms, format });
      const outcome = await (async () => {
        for await (const _ of reader.entries());
        return reader.report().problemCount;
      })().catch((error: unknown) => (error instanceof UsageError ? 1 : 0));
      expect([format, outcome]).toEqual([format, 1]);
      expect(most).toBeLessThan(200e6);
    }
  });
});

describe('reversed word order', () => {
  const photos = async () =>
    (await readFile(new URL('../../fixtures/lists/photos.pdq.txt', import.meta.url), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('pdq '))
      .map((line) => line.slice(4));
  const reversed = (hash: string) => hash.match(/.{4}/g)!.reverse().join('');
  const warnings = async (hashes: readonly string[]) =>
    (await load(hashes.join('\n'), { algorithm: 'pdq' })).report.warnings;

  it('is warned of, and only there', async () => {
    const hashes = await photos();
    expect(await warnings(hashes.map(reversed))).toEqual([expect.stringContaining('reverse order')]);
    expect(await warnings(hashes)).toEqual([]);
    expect(await warnings(Array.from({ length: 3000 }, (_, n) => pdq(n)))).toEqual([]);
  });

  it('is not seen in checks and stripes, whose hashes are periodic', async () => {
    const hashes = Array.from({ length: 120 }, (_, seed) => checks(seed));
    expect(await warnings(hashes)).toEqual([]);
  });

  it('is not seen in many copies of one picture', async () => {
    const [one] = (await photos()).map(reversed);
    const copies = Array.from({ length: 200 }, (_, n) => one!.slice(0, 60) + (n + 4096).toString(16));
    expect(await warnings(copies)).toEqual([]);
  });
});
