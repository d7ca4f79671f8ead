import { describe, expect, it } from 'vitest';
import type { Category } from '../../src/core/types.js';
import { draftFor } from '../../src/reports/assemble.js';
import { buildCases } from '../../src/reports/cases.js';
import { refusals } from '../../src/reports/events.js';
import { type AuthorityName, authorities } from '../../src/reports/index.js';
import { jurisdictionOf } from '../../src/reports/jurisdictions.js';
import type { AssetContext } from '../../src/reports/types.js';
import { event, match, now, operator } from './cases.js';
import { draftsOf } from './draft-case.js';

const of = (...categories: Category[]) =>
  event(1, 'https://a.example/1.jpg', {
    matches: categories.map((category) => ({ ...match, category, list: `${category}-list` })),
  });
const graded: AssetContext = {
  review: { by: 'anna', at: '2026-05-31T12:00:00Z', fileViewed: true, classification: 'A1' },
};
const options = {
  operator,
  jurisdiction: jurisdictionOf('us'),
  groupBy: 'host' as const,
  now,
  toolVersion: '1',
};
const illegal = { ...options, statesIllegality: true };
const refusalOf = (one: ReturnType<typeof of>, how: object, context: AssetContext = {}) =>
  buildCases([one], () => context, { ...options, ...how }).refused[0]?.refusal;
const names = Object.keys(authorities) as AuthorityName[];
const textOf = (one: ReturnType<typeof of>, name: AuthorityName, context: AssetContext) => {
  const test = { events: [one], context: { [one.id]: context }, to: [] };
  return Object.values(draftsOf(test, name)[0]!.files).join('\n');
};

describe('what a list does not say', () => {
  it('is not stated: a file of an own list needs a grade, of whoever gave it', () => {
    expect(refusalOf(of('own'), options)).toBe('own');
    expect(refusalOf(of('own', 'test'), illegal)).toBe('own');
    expect(refusalOf(of('own'), illegal, graded)).toBe(undefined);
    expect(refusalOf(of('own'), { classification: 'B2' })).toBe(undefined);
    expect(refusalOf(of('own', 'csam'), illegal)).toBe(undefined);
    const looked = { review: { ...graded.review!, classification: undefined } } as unknown as AssetContext;
    expect(refusalOf(of('own'), options, looked)).toBe('own');
    for (const way of ['review.classification', '--classification', '--category csam'])
      expect(refusals.own).toContain(way);
  });

  it('is not called illegal: an exploitative file needs a grade for that, and none elsewhere', () => {
    expect(refusalOf(of('exploitative'), options)).toBe(undefined);
    expect(refusalOf(of('exploitative'), illegal)).toBe('exploitative');
    expect(refusalOf(of('exploitative'), illegal, graded)).toBe(undefined);
    expect(names.filter((name) => 'statesIllegality' in authorities[name])).toEqual(['eu-dsa16', 'xarf']);
  });
});

describe.each(names)('a draft for %s', (name) => {
  it.each<[Category, RegExp]>([
    ['own', /our own list of removed files/],
    ['exploitative', /lists? of exploitative material/],
  ])(
    'of a graded file on a list of category %s says that, and not that it is on another',
    (category, says) => {
      const text = textOf(of(category), name, graded);
      expect(text).not.toMatch(/(an entry|entries|comparing hashes with).{0,9} lists? of known/);
      if (name !== 'ca-c3p' && name !== 'iwf') expect(text).toMatch(says); // those hold addresses alone
    },
  );

  it('of a file on a list of abuse material says that', () => {
    const text = textOf(of('csam'), name, graded);
    expect(text).not.toMatch(/our own list|exploitative material/);
  });
});

it('a letter tells what it rests on where no list of abuse material does', () => {
  const letterOf = (one: ReturnType<typeof of>) => {
    const [found] = buildCases([one], () => graded, illegal).cases;
    return draftFor(found!, 'notice-host', () => '0').files['letter.txt']!;
  };
  const letter = letterOf(of('own'));
  expect(letter).toContain('match entries of our own list of removed files:');
  expect(letter).toContain('What is on no list of known child sexual abuse material was graded: A1.');
  expect(letterOf(of('csam'))).toContain('match entries of lists of known child sexual abuse material:');
  expect(letterOf(of('csam'))).not.toContain('graded');
});
