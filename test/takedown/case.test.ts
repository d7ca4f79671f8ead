import { describe, expect, it } from 'vitest';
import type { DetectionEvent, Match } from '../../src/core/types.js';
import { noticeOf } from '../../src/notify/notice.js';
import { words } from '../../src/notify/words.js';
import { casesOf, checkRequest, copyIn, pressingOf } from '../../src/takedown/index.js';

const match = (more: Record<string, unknown>): Match =>
  ({
    ...{ list: 'own', entryId: 'takedown-1', algorithm: 'pdq', view: 'upright', distance: 0, threshold: 31 },
    ...{ band: 'exact', category: 'ncii', ...more },
  }) as unknown as Match;

const event = (...matches: Match[]): DetectionEvent =>
  ({
    id: 'e',
    uri: 'file:///a',
    digests: { sha256: 'f' },
    best: matches[0],
    matches,
  }) as unknown as DetectionEvent;

const entries = new Set(['takedown-1']);

describe('a copy', () => {
  it.each([
    ['the same bytes', match({ algorithm: 'sha256', view: undefined }), 'identical'],
    ['the same look to the last bit', match({}), 'identical'],
    ['a look one bit away', match({ distance: 1 }), 'similar'],
    ['the same hash of a look that is turned', match({ view: 'rotate-90' }), 'similar'],
    ['the same hash of a picture with little in it', match({ band: 'possible' }), 'similar'],
  ])('of %s is %s', (_, one, kind) => {
    expect(copyIn(event(one), entries, undefined)?.kind).toBe(kind);
  });

  it('is identical where any match says so, and named by that one', () => {
    const both = event(match({ distance: 8, view: 'trim' }), match({ algorithm: 'md5', view: undefined }));
    expect(copyIn(both, entries, 'https://a.example/')).toMatchObject({
      kind: 'identical',
      algorithm: 'md5',
      url: 'https://a.example/',
    });
  });

  it('is nothing that matched another case or another list, nor what an allow list suppresses', () => {
    expect(copyIn(event(match({ entryId: 'takedown-2' })), entries, undefined)).toBeUndefined();
    const suppressed = { list: 'allow', entryId: 'a' };
    expect(copyIn(event(match({ suppressed })), entries, undefined)).toBeUndefined();
    const other = event(match({ suppressed }), match({ distance: 3 }));
    expect(copyIn(other, entries, undefined)).toMatchObject({ kind: 'similar', distance: 3 });
  });
});

it('a request says whether it concerns a minor: only the word true does', () => {
  const request = (minor: unknown) => checkRequest(JSON.stringify({ minor }), 'request.json').isOfMinor;
  expect([true, false, 'true', undefined].map(request)).toEqual([true, false, false, false]);
});

it('cases that are due within six hours are told in a notice, the most pressing first; ended and far ones are not', () => {
  const hour = 3_600_000;
  const now = Date.parse('2026-03-29T00:00:00Z');
  const opened = (id: string, hoursLeft: number) => ({
    case: id,
    at: now,
    record: {
      ...{ kind: 'opened' as const, law: 'us-tida' as const, category: 'ncii' as const, by: 'ann' },
      received: new Date(now + (hoursLeft - 48) * hour).toISOString(),
      entries: [],
      linked: [],
    },
  });
  const closed = { case: 'done', at: now, record: { kind: 'closed' as const, by: 'ann' } };
  const rows = [opened('far', 7), opened('soon', 5), opened('late', -1), opened('done', 1), closed];
  const pressing = pressingOf(casesOf(rows), now);
  expect(pressing.map(({ id }) => id)).toEqual(['late', 'soon']);
  const due = pressing.map((one) => ({ case: one.id, due: new Date(one.due).toISOString() }));
  const { text } = words(noticeOf('n', [], false, due));
  expect(text).toMatch(/TAKE-DOWN CASE late is due 2026-03-28T23:00:00[\s\S]*TAKE-DOWN CASE soon is due/);
});
