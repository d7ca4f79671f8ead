import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import {
  checkLedgerFile,
  closeTakedown,
  pressingCases,
  scan,
  searchAgain,
  takeDown,
  takedownCase,
  takedownCases,
  withdrawTakedown,
} from '../../src/app/index.js';
import { draw } from '../support/draw.js';
import { drawnFolder, listener } from './pictures.js';

/** A scanned site with five pictures: 1 is reported, a copy has its bytes, another is saved anew and smaller. */
async function site() {
  const { dir, uploads, at, picture } = await drawnFolder(5);
  mkdirSync(join(dir, 'mail'));
  const reported = join(dir, 'mail', 'reported.png');
  copyFileSync(picture(1), reported);
  await draw(1, 96, 96).resize(80).jpeg({ quality: 70 }).toFile(join(uploads, 'again.jpg'));
  const options = { workers: 0, ledger: at('ledger.sqlite'), ownList: at('own.jsonl') };
  const night = () => scan([uploads], options);
  expect((await night()).code).toBe(0);
  const entriesOn = (path = at('own.jsonl')) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; category: string; note?: string });
  return { dir, uploads, at, picture, reported, options, night, entriesOn };
}

const namesOf = (copies: readonly { readonly uri: string }[]) =>
  copies.map(({ uri }) => uri.replace(/.*\//, '')).sort();

it('a case finds its copies at once, told apart, and from then on every scan names it', async () => {
  const { reported, options, uploads, night, entriesOn, picture } = await site();
  const received = '2026-01-31T09:15:00+01:00';
  const answer = await takeDown([reported], { ...options, caseId: '4711', law: 'us-tida', received });
  expect(answer.code).toBe(10);
  const of = (kind: string) => namesOf(answer.case.copies.filter((copy) => copy.kind === kind));
  expect([of('identical'), of('similar')]).toEqual([['1.png'], ['again.jpg']]);
  expect(answer.case.copies.find(({ kind }) => kind === 'similar')).toMatchObject({
    algorithm: 'pdq',
    threshold: expect.any(Number),
    expectedByChance: expect.any(Number),
  });
  expect(new Date(answer.case.due).toISOString()).toBe('2026-02-02T08:15:00.000Z');
  expect(new Set(entriesOn().map(({ id }) => id))).toEqual(new Set(['takedown-4711']));
  copyFileSync(picture(1), join(uploads, 'upload again.png'));
  const found: string[] = [];
  const report = await scan(
    [uploads],
    options,
    {},
    {
      onRecord: (record) => void (record.outcome === 'matched' && found.push(record.best.entryId)),
    },
  );
  expect([report.code, new Set(found), found.length]).toEqual([10, new Set(['takedown-4711']), 3]);
  expect((await searchAgain({ ...options, caseId: '4711' })).case.copies).toHaveLength(3);
  expect((await night()).code).toBe(10);
});

it('called again, a case stays one case, and its looks are listed once', async () => {
  const { reported, options, entriesOn } = await site();
  await takeDown([reported], { ...options, caseId: 'a', received: '2026-01-31T09:15Z' });
  const before = entriesOn();
  const again = await takeDown([reported], { ...options, caseId: 'a', received: '2026-03-01T09:15Z' });
  expect(entriesOn()).toEqual(before);
  expect(again.case).toMatchObject({ received: '2026-01-31T09:15:00Z', copies: { length: 2 } });
  expect(await takedownCases(options)).toHaveLength(1);
  expect(await checkLedgerFile(options)).toMatchObject({ damage: [] });
});

it('closes once something is said of every copy; a false match goes on the allow list', async () => {
  const { reported, options, night, at } = await site();
  const { case: opened } = await takeDown([reported], { ...options, caseId: 'a' });
  const number = (kind: string) => String(opened.copies.findIndex((copy) => copy.kind === kind) + 1);
  const end = { ...options, caseId: 'a', by: 'anna' };
  const first = await closeTakedown({ ...end, removed: [number('identical')] });
  expect(first).toMatchObject({ unmarked: [Number(number('similar'))], case: { state: 'open' } });
  await expect(closeTakedown({ ...end, removed: ['7'] })).rejects.toThrow('has no copy 7');
  const allow = [at('allow.jsonl')];
  const last = await closeTakedown({ ...end, notACopy: [number('similar')], allow });
  expect(last).toMatchObject({ unmarked: [], case: { state: 'closed', ended: { by: 'anna' } } });
  expect(last.case.copies.map(({ mark }) => `${mark!.as} ${mark!.by}`).sort()).toEqual([
    'not-a-copy anna',
    'removed anna',
  ]);
  expect(JSON.parse(readFileSync(allow[0]!, 'utf8'))).toMatchObject({
    by: 'anna',
    until: expect.any(String),
  });
  expect((await night()).code).toBe(10);
  const allowed = (await scan([join(at('uploads'), 'again.jpg')], { ...options, allow })).code;
  expect(allowed).toBe(0);
});

it('a withdrawn case is found no more, and names what was taken offline for it', async () => {
  const { reported, options, night, entriesOn } = await site();
  await takeDown([reported], { ...options, caseId: 'a' });
  await takeDown([reported], { ...options, caseId: 'b' });
  await closeTakedown({ ...options, caseId: 'a', blocked: ['all'], by: 'anna' });
  const { toRestore } = await withdrawTakedown({ ...options, caseId: 'a', note: 'a mistake' });
  expect(namesOf(toRestore)).toEqual(['1.png', 'again.jpg']);
  expect(new Set(entriesOn().map(({ id }) => id))).toEqual(new Set(['takedown-b']));
  await withdrawTakedown({ ...options, caseId: 'b' });
  expect((await night()).code).toBe(0);
  expect(await takedownCase({ ...options, caseId: 'a' })).toMatchObject({
    state: 'withdrawn',
    isListed: false,
  });
});

it('the clock is of UTC, and a case is pressing from six hours before', async () => {
  const { reported, options, at } = await site();
  // In New York the clocks went forward within these 48 hours.
  await takeDown([reported], { ...options, caseId: 'a', received: '2026-03-07T12:00:00-05:00' });
  const pressing = async (now: string) => (await pressingCases(options, {}, Date.parse(now))).length;
  expect(await pressing('2026-03-09T10:59:00Z')).toBe(0);
  expect(await pressing('2026-03-09T11:01:00Z')).toBe(1);
  const late = await pressing('2027-03-09T11:01:00Z');
  expect(late).toBe(1);
  await takedownCases({ ...options, takedownMetrics: at('t.prom') });
  const metrics = readFileSync(at('t.prom'), 'utf8');
  expect(metrics).toContain(
    `hashsieve_takedown_next_due_timestamp_seconds ${Date.parse('2026-03-09T17:00Z') / 1000}\n`,
  );
  expect(metrics).toMatch(/takedown_open 1\n[\s\S]*unmarked_copies 2\n/);
  await closeTakedown({ ...options, caseId: 'a', removed: ['all'] });
  expect(await pressing('2027-03-09T11:01:00Z')).toBe(0);
  const add = (received: string) => takeDown([reported], { ...options, caseId: 'c', received });
  await expect(add('2026-03-07T12:00:00')).rejects.toThrow('has no time zone');
  await expect(add('2126-03-07T12:00:00Z')).rejects.toThrow('lies ahead');
});

it('two cases of one picture are linked, and a case that turns out to be of a minor lists it as such', async () => {
  const { reported, options, entriesOn } = await site();
  await takeDown([reported], { ...options, caseId: 'a' });
  const { case: second } = await takeDown([reported], { ...options, caseId: 'b' });
  expect(second.linked).toEqual(['a']);
  const { case: minor } = await takeDown([reported], { ...options, caseId: 'b', category: 'csam' });
  expect([minor.category, minor.entries.length]).toEqual(['csam', 1]);
  expect(new Set(entriesOn().map(({ id, category }) => `${id} ${category}`))).toEqual(
    new Set(['takedown-a ncii', 'takedown-b csam']),
  );
});

it('says what a picture can be found by before the case is opened, and opens none of nothing', async () => {
  const { dir, options, reported } = await site();
  const { heard, voice } = listener();
  const grey = join(dir, 'grey.png');
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .png()
    .toFile(grey);
  const broken = join(dir, 'broken.png');
  writeFileSync(broken, readFileSync(reported).subarray(0, 60));
  const page = join(dir, 'page.html');
  writeFileSync(page, '<!doctype html><title>Not found</title>');
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>Gone'));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const gone = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.jpg`;
  await expect(takeDown([gone], { ...options, caseId: 'u', allowPrivate: true }, { voice })).rejects.toThrow(
    'no case was opened',
  );
  server.close();
  await expect(takeDown([page], { ...options, caseId: 'p' }, { voice })).rejects.toThrow(
    'no case was opened',
  );
  await takeDown([grey], { ...options, caseId: 'g' }, { voice });
  expect(heard.join('\n')).toContain('only files of exactly the same bytes match');
  const {
    code,
    unread,
    case: one,
  } = await takeDown([broken, page, reported], { ...options, caseId: 'm' }, { voice });
  expect([code, unread.length, one.entries.length, one.copies.length]).toEqual([11, 1, 2, 2]);
  expect((await takedownCases(options)).map(({ id }) => id).sort()).toEqual(['g', 'm']);
  await expect(takeDown([reported], { ...options, caseId: 'Ann Smith' })).rejects.toThrow('no name');
});

it('a hash opens a case too', async () => {
  const { options, reported } = await site();
  const digest = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const none = await takeDown([digest('of nothing here')], { ...options, caseId: 'h' });
  expect([none.code, none.case.search?.looked]).toEqual([0, 6]);
  const some = await takeDown([digest(readFileSync(reported))], { ...options, caseId: 'i' });
  expect(namesOf(some.case.copies)).toEqual(['1.png']);
});
