import { describe, expect, it } from 'vitest';
import type { DetectionEvent, Match } from '../../src/core/types.js';
import { checkRequest, copyIn } from '../../src/takedown/index.js';

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
