import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  blockAddresses,
  decide,
  draftReports,
  readDecisions,
  rematch,
  scan,
} from '../../src/app/index.js';
import { loadDriver } from '../../src/ledger/index.js';
import type { OutputRecord } from '../../src/outputs/types.js';
import { operator } from '../reports/cases.js';
import { drawnFolder, listener } from './pictures.js';

const nextYear = `${new Date().getUTCFullYear() + 1}-06-30`;

/** A folder that is scanned every night, of which the ledger and the key of decisions stand apart. */
async function nights(pictures = 3) {
  const folder = await drawnFolder(pictures);
  const { at, uploads } = folder;
  const base = { workers: 0, ledger: at('ledger.sqlite'), decisionKey: at('key') };
  const night = async (lists: readonly string[], more: object = {}) => {
    const records: OutputRecord[] = [];
    const report = await scan(
      [uploads],
      { ...base, ...more, list: lists },
      {},
      { onRecord: (record) => records.push(record) },
    );
    const matched = records.flatMap((record) => (record.outcome === 'matched' ? [record] : []));
    return {
      ...report,
      records,
      matched,
      of: (name: string) => matched.find(({ uri }) => uri.endsWith(name))!,
    };
  };
  return { ...folder, base, night };
}

describe('what was decided', () => {
  it('does not ring again over two nights, and only the new rings', async () => {
    const { base, night, list } = await nights();
    const known = await list('known.csv', [1]);
    const first = await night([known]);
    expect(first.code).toBe(10);
    await decide([first.matched[0]!.id], {
      ...base,
      reviewer: 'ann',
      decision: 'handled',
      reportNumber: '77',
    });

    const second = await night([known]);
    expect(second).toMatchObject({
      code: 0,
      summary: { handled: 1, outcomes: { matched: 1 }, categories: {} },
    });
    expect(second.matched[0]!.decided).toMatchObject({ decision: 'handled', by: 'ann', report: '77' });

    const third = await night([known, await list('new.csv', [2])]);
    expect(third).toMatchObject({ code: 10, summary: { handled: 1, categories: { csam: 1 } } });
    expect(third.of('1.png').decided).not.toHaveProperty('rings');
    expect(third.of('2.png')).not.toHaveProperty('decided');
    expect(await rematch({ ...base, list: [known] })).toMatchObject({ code: 0, summary: { handled: 1 } });
  });

  it('is not blocked where it is no match, until the list says something else', async () => {
    const { base, night, list } = await nights();
    const known = await list('known.csv', [1, 2]);
    const { matched, of } = await night([known]);
    expect(matched).toHaveLength(2);
    const block = () => blockAddresses({ ...base, blockFormat: 'urls' });
    expect((await block()).exempted).toEqual([]);
    await decide([of('1.png').id], { ...base, reviewer: 'ann', decision: 'not-a-match' });
    await decide([of('2.png').id], { ...base, reviewer: 'ann', decision: 'unsure' });
    const { exempted } = await block();
    expect(exempted).toEqual([
      { uri: of('1.png').uri, reason: expect.stringContaining('decided that it is no match'), stays: false },
    ]);
    await night([known, await list('others.csv', [1], 'sha256')]);
    expect((await block()).exempted).toEqual([]);
  });

  it('rings again where the list says something else, and where the file lies elsewhere', async () => {
    const { base, night, list, uploads, picture } = await nights();
    const known = await list('known.csv', [1]);
    const [event] = (await night([known])).matched;
    await decide([event!.id], { ...base, reviewer: 'ann', decision: 'not-a-match' });
    expect((await night([known])).code).toBe(0);

    const more = await night([known, await list('others.csv', [1], 'sha256')]);
    expect(more).toMatchObject({ code: 10, summary: { handled: 0 } });
    expect(more.matched[0]!.decided).toMatchObject({ decision: 'not-a-match', rings: 'list-changed' });

    writeFileSync(known, readFileSync(known, 'utf8').replaceAll('entry-1', 'entry-9'));
    expect((await night([known])).code).toBe(10);
    writeFileSync(known, readFileSync(known, 'utf8').replaceAll('entry-9', 'entry-1'));
    expect((await night([known])).code).toBe(0);
    writeFileSync(`${uploads}/copy.png`, readFileSync(picture(1)));
    expect(await night([known])).toMatchObject({ code: 10, summary: { handled: 1 } });
  });

  it('rings where nobody was sure, and where the decision was taken back', async () => {
    const { base, night, list } = await nights(1);
    const known = await list('known.csv', [1]);
    const [event] = (await night([known])).matched;
    const said = async (decision: string) => {
      await decide([event!.id], { ...base, reviewer: 'ann', decision });
      return (await night([known])).code;
    };
    expect(await said('unsure')).toBe(10);
    expect(await said('match')).toBe(0);
    expect(await said('unsure')).toBe(10);
    const { records, lost } = await readDecisions(base);
    expect(lost).toBe(0);
    expect(records.map((one) => one.kind === 'decision' && one.decision)).toEqual([
      'unsure',
      'match',
      'unsure',
    ]);
  });

  it('offers an allow entry with an end, and notes the same answer of a second person', async () => {
    const { base, night, list } = await nights(1);
    const [event] = (await night([await list('known.csv', [1])])).matched;
    const answer = { ...base, decision: 'not-a-match' };
    const { offers } = await decide([event!.id], { ...answer, reviewer: 'ann' });
    expect(offers).toEqual([
      expect.stringMatching(/^hashsieve list add allow.jsonl sha256:[0-9a-f]{64} .*--until \d{4}-/),
    ]);
    const { decisions } = await decide([event!.id], { ...answer, reviewer: 'bob' });
    expect(decisions[0]).toMatchObject({ by: 'bob', agreesWith: 'ann' });
  });

  it('is refused for an unknown event and for a grade without a look; nothing is noted then', async () => {
    const { base, night, list } = await nights(1);
    const [event] = (await night([await list('known.csv', [1])])).matched;
    const by = { ...base, reviewer: 'ann', decision: 'match' };
    await expect(decide([event!.id, 'f'.repeat(32)], by)).rejects.toThrow(
      /holds no detection f+; nothing was noted/,
    );
    await expect(decide([event!.id], { ...by, graded: 'A1' })).rejects.toThrow('only with --viewed');
    await expect(decide([event!.id], { ...base, decision: 'match' })).rejects.toThrow('--as NAME');
    expect(await readDecisions(base)).toEqual({ records: [], lost: 0 });
  });
});

describe('a decision that nobody made', () => {
  async function decidedOnce() {
    const all = await nights(2);
    const known = await all.list('known.csv', [1, 2]);
    const { matched } = await all.night([known]);
    const [one, two] = matched;
    const answer = { ...all.base, reviewer: 'ann', decision: 'handled' };
    await decide([one!.id], answer);
    await decide([two!.id], answer);
    expect((await all.night([known])).code).toBe(0);
    const change = async (sql: string) => {
      const database = (await loadDriver()).open(all.base.ledger);
      database.exec('DROP TRIGGER IF EXISTS decisions_stay; DROP TRIGGER IF EXISTS decisions_remain');
      database.exec(sql);
      database.close();
    };
    return { ...all, known, change, ids: [one!.id, two!.id], answer };
  }

  it.each([
    ['changed', "UPDATE decisions SET record = replace(record, 'ann', 'eve') WHERE id = 2"],
    ['damaged', "UPDATE decisions SET record = '{' WHERE id = 2"],
    ['sealed with nothing', "UPDATE decisions SET mac = x'00', sum = 1 WHERE id = 2"],
    [
      'copied',
      'INSERT INTO decisions SELECT 3, subject, record, previous, mac, sum FROM decisions WHERE id = 1',
    ],
  ])('silences nothing: %s', async (_how, sql) => {
    const { night, known, change } = await decidedOnce();
    await change(sql);
    const after = await night([known]);
    expect(after).toMatchObject({ code: 11, why: ['ledger'], summary: { handled: 0 } });
  });

  it('an earlier one that is gone takes those before it along', async () => {
    const { night, known, change, ids, answer, base } = await decidedOnce();
    await decide([ids[0]!], { ...answer, decision: 'unsure' });
    await change('DELETE FROM decisions WHERE id = 2');
    expect(await night([known])).toMatchObject({ code: 10, summary: { handled: 0 } });
    expect(await readDecisions(base)).toMatchObject({ lost: 1 });
  });

  it('a key of somebody else, or none, silences nothing', async () => {
    const { night, known, base, at } = await decidedOnce();
    writeFileSync(at('other'), `${'0'.repeat(64)}\n`);
    expect(await night([known], { decisionKey: at('other') })).toMatchObject({
      code: 11,
      summary: { handled: 0 },
    });
    rmSync(base.decisionKey);
    expect(await night([known])).toMatchObject({ code: 11, summary: { handled: 0 } });
  });
});

describe('what could not be read', () => {
  it('is acknowledged until it changes; a new one is told', async () => {
    const { base, night, list, uploads } = await nights(2);
    const broken = (name: string, text: string) => writeFileSync(`${uploads}/${name}`, text);
    const head = readFileSync(`${uploads}/2.png`).subarray(0, 60);
    writeFileSync(`${uploads}/broken.png`, head);
    const none = await list('none.csv', [2]);
    rmSync(`${uploads}/2.png`);
    expect((await night([none])).code).toBe(3);
    const said = { ...base, reviewer: 'ann', reason: 'ticket 7', endsOn: nextYear };
    expect(await acknowledge([], { ...said, scanId: 'latest' })).toHaveLength(1);

    const second = await night([none], { all: true });
    expect(second).toMatchObject({
      code: 0,
      why: [],
      summary: { acknowledged: { failed: 1 }, outcomes: { failed: 1 } },
    });
    expect(second.records.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      acknowledged: { by: 'ann', note: 'ticket 7' },
    });
    writeFileSync(`${uploads}/new.png`, readFileSync(`${uploads}/1.png`).subarray(0, 60));
    expect(await night([none])).toMatchObject({ code: 3, why: ['failed'] });
    rmSync(`${uploads}/new.png`);
    expect((await night([none])).code).toBe(0);
    broken('broken.png', `${head.toString('latin1')}another`);
    expect((await night([none])).code).toBe(3);
    await expect(acknowledge([`${uploads}/1.png`], said)).rejects.toThrow('that could not be read');
    await expect(acknowledge([], { ...said, scanId: 'latest', endsOn: '2020-01-01' })).rejects.toThrow(
      'over already',
    );
  });
});

describe('a draft', () => {
  it('says that somebody looked, and the grade, only by a recorded look; leaves out what is no match', async () => {
    const { base, night, list, at } = await nights(3);
    const { matched, of } = await night([await list('known.csv', [1, 2, 3])]);
    expect(matched).toHaveLength(3);
    const by = { ...base, reviewer: 'ann' };
    await decide([of('1.png').id], { ...by, decision: 'match', viewed: true, graded: 'A2' });
    await decide([of('2.png').id], { ...by, decision: 'match' });
    await decide([of('3.png').id], { ...by, decision: 'not-a-match' });
    const { heard, voice } = listener();
    const { paths } = await draftReports(
      { ...base, authority: 'generic', drafts: at('reports') },
      { voice, config: { blocks: { operator } } },
    );
    expect(paths).toHaveLength(1);
    const { events } = JSON.parse(readFileSync(`${paths[0]}/manifest.json`, 'utf8')) as {
      events: { id: string; review: unknown }[];
    };
    const review = (name: string) => events.find(({ id }) => id === of(name).id)?.review;
    expect(events).toHaveLength(2);
    expect(review('1.png')).toMatchObject({
      by: 'ann',
      fileViewed: true,
      exifViewed: false,
      classification: 'A2',
    });
    expect(review('2.png')).toBeNull();
    expect(heard.join('\n')).toMatch(/left out .*3\.png.*ann decided: not a match/);
  });
});
