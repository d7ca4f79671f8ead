import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/core/errors.js';
import { detectionEvent, mergedEvent } from '../../src/core/event.js';
import { gather } from '../../src/core/gather.js';
import { judge } from '../../src/core/judge.js';
import { count, emptySummary } from '../../src/core/summary.js';
import {
  type Category,
  categories,
  type Fingerprint,
  type FingerprintedAsset,
  type Match,
} from '../../src/core/types.js';
import { gradeOf } from '../../src/reports/case/facts.js';
import { basisOf } from '../../src/reports/case/statement.js';
import { reportable } from '../../src/reports/events.js';

const matchOf = (entryId: string, more: Partial<Match> = {}): Match => ({
  list: 'known',
  entryId,
  algorithm: 'pdq',
  distance: 10,
  threshold: 31,
  view: 'upright',
  category: 'csam',
  expectedByChance: 2,
  band: 'possible',
  ...more,
});

function* many(length: number, make: (at: number) => Match): Generator<Match> {
  for (let at = 0; at < length; at++) yield make(at);
}

describe('matches by the hundred thousand', () => {
  it('are counted, and the nearest hundred of them told, however many views of how many frames hit them', () => {
    const listed = 60_000;
    const view = (name: string, distance: number, frame: number) => () =>
      many(listed, (at) => matchOf(`e${at}`, { view: name, distance: distance + (at % 7), frame }));
    const { matches, count: found } = gather(
      [0, 1].map((frame) => [view('upright', 3, frame), view('trimmed', 5, frame)]),
    );
    expect([matches.length, found]).toEqual([100, 2 * listed]);
    expect(matches.every(({ distance, view }) => distance === 3 && view === 'upright')).toBe(true);
  });

  it('of one entry are told once, by the look that chance gives least often, not by the nearest', () => {
    const seen = (view: string, distance: number, expectedByChance: number) => () => [
      matchOf('one', {
        view,
        distance,
        expectedByChance,
        band: expectedByChance <= 1 ? 'strong' : 'possible',
      }),
    ];
    for (const order of [0, 1]) {
      const lookups = [seen('padded-5+flipY', 20, 40), seen('upright', 24, 0.01), seen('trimmed', 30, 0.5)];
      const { matches, count: found } = gather([order ? lookups.toReversed() : lookups]);
      expect(found).toBe(1);
      expect(matches).toMatchObject([{ view: 'upright', band: 'strong', expectedByChance: 0.01 }]);
    }
  });

  it('do not hide what is decided by one that lies far behind them', () => {
    const far = matchOf('far', {
      list: 'other',
      category: 'exploitative',
      classification: 'B2',
      distance: 31,
      band: 'strong',
    });
    const { matches, count: found } = gather([[() => [...many(5000, (at) => matchOf(`e${at}`)), far]]]);
    expect([matches.length, found]).toEqual([100, 5001]);
    expect(matches.at(-1)).toEqual(far);
  });

  it('are told alike whether or not a damaged list keeps others back', () => {
    const damage = new StageError('match', 'list-damaged', 'damaged');
    const lookup = (length: number) =>
      function* () {
        yield* many(length, (at) => matchOf(`e${at}`));
        throw damage;
      };
    for (const length of [3, 3000]) {
      const { count: found, trouble } = gather([[lookup(length)]]);
      expect([found, trouble]).toEqual([length, damage]);
    }
  });
});

/** Every match, decided on at once: what is told must decide the same. */
const matchDrawn = (distance: number, list: fc.Arbitrary<string>, category: fc.Arbitrary<Category>) =>
  fc.record({
    entryId: fc.nat(400).map(String),
    list,
    algorithm: fc.constantFrom('pdq', 'phash'),
    distance: fc.nat(distance),
    category,
    classification: fc.constantFrom('A1', 'baseline', 'of their own', undefined),
    view: fc.constantFrom('upright', 'trimmed', 'mirrored'),
  });
/** A few of any kind, and hundreds that are alike and nearer than most of them. */
const some = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom<Category>(...categories))
  .chain(([list, category]) =>
    fc.tuple(
      fc.array(
        matchDrawn(8, fc.constant(list), fc.constant(category)).map((one) => ({
          ...one,
          classification: undefined,
        })),
        { maxLength: 700, size: 'max' },
      ),
      fc.array(matchDrawn(31, fc.constantFrom('a', 'b', 'c'), fc.constantFrom<Category>(...categories)), {
        minLength: 1,
        maxLength: 8,
      }),
    ),
  )
  .map((both) => both.flat());

describe('the told matches of an asset', () => {
  const hex = '0'.repeat(64);
  const fingerprints: Fingerprint[] = ['pdq', 'phash'].flatMap((algorithm) =>
    ['upright', 'trimmed', 'mirrored'].map((view) => ({ algorithm, hex, recipe: 'r/1', view })),
  );
  const asset: FingerprintedAsset = {
    ref: { uri: 'file:///a' },
    facts: { mediaType: 'image/png', size: 1 },
    fingerprints,
    withheld: [],
  };
  const isHarmless = ({ list, distance }: Match) => list === 'a' || distance! > 25;
  /** As all matches would have it: nearest view first, then what agrees, then what is harmless. */
  function decided(matches: readonly Match[]) {
    const summary = emptySummary();
    const result = { outcome: 'matched', ...asset, matches } as const;
    count(summary, result);
    const event = detectionEvent(result, { scanId: 's', toolVersion: '1', lists: [], now: new Date(0) });
    const answer = reportable(event);
    const live = 'matches' in answer ? answer.matches : [];
    return {
      summary,
      id: event.id,
      best: event.best,
      marks: [event.suppressed, event.test],
      lists: new Set(matches.map(({ list }) => list)),
      refusal: 'refusal' in answer && answer.refusal,
      ...(live.length > 0 && {
        basis: basisOf({ matches: live }),
        grade: gradeOf({}, { context: {}, matches: live }),
        isExact: live.some(({ distance }) => distance === 0),
        reported: new Set(live.map(({ list }) => list)),
      }),
    };
  }

  it('decide what all of them decide', () => {
    fc.assert(
      fc.property(some, (drawn) => {
        // Chance knows the algorithm and the distance alone, and bands follow from it.
        const all = drawn.map((one) => {
          const expected = one.distance + (one.algorithm === 'pdq' ? 0.5 : 20);
          return {
            ...matchOf(''),
            ...one,
            expectedByChance: expected,
            band: expected <= 1 ? 'strong' : 'possible',
          };
        }) as readonly Match[];
        const judged = judge(asset, {
          match: ({ algorithm, view }) => all.filter((m) => m.algorithm === algorithm && m.view === view),
          allow: () => (match) => (isHarmless(match) ? { list: 'allow', entryId: '1' } : undefined),
        });
        if (judged.outcome !== 'matched') throw new TypeError(judged.outcome);
        const whole = oracle(all, fingerprints).map((match) =>
          isHarmless(match) ? { ...match, suppressed: { list: 'allow', entryId: '1' } } : match,
        );
        const order = (m: Match) => (m.suppressed ? 2 : m.category === 'test' ? 1 : 0);
        whole.sort((a, b) => order(a) - order(b));
        expect(judged.matchCount).toBe(whole.length);
        expect(judged.matches).toHaveLength(Math.min(100, whole.length));
        if (whole.length <= 100) expect(judged.matches).toEqual(whole);
        expect(decided(judged.matches)).toEqual(decided(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('stay a hundred when runs are joined, with at least the count of each', () => {
    const eventOf = (from: number, length: number) => {
      const found = gather([[() => many(length, (at) => matchOf(`e${from + at}`))]]);
      const result = { outcome: 'matched', ...asset, ...found, matchCount: found.count } as const;
      return detectionEvent(result, { scanId: 's', toolVersion: '1', lists: [], now: new Date(0) });
    };
    const joined = mergedEvent([eventOf(0, 5000), eventOf(4000, 300)]);
    expect([joined.matches.length, joined.matchCount]).toEqual([100, 5000]);
    expect(mergedEvent([eventOf(0, 3), eventOf(2, 3)])).toMatchObject({ matchCount: 5 });
  });
});

/** Plainly: sorted, each entry by its nearest view; of hits under both algorithms a tenth is due to chance. */
function oracle(all: readonly Match[], fingerprints: readonly Fingerprint[]): Match[] {
  const place = ({ algorithm, view }: Match) =>
    fingerprints.findIndex((f) => f.algorithm === algorithm && f.view === view);
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = all
    .toSorted((a, b) => place(a) - place(b))
    .sort(
      (a, b) =>
        a.distance! - b.distance! ||
        text(a.list, b.list) ||
        text(a.entryId, b.entryId) ||
        text(a.algorithm, b.algorithm),
    );
  const views = new Map<string, string | undefined>();
  const near = sorted.filter((m) => {
    const key = JSON.stringify([m.list, m.entryId, m.algorithm]);
    if (!views.has(key)) views.set(key, m.view);
    return views.get(key) === m.view;
  });
  const distinct = [...new Map(near.map((m) => [JSON.stringify(m), m])).values()];
  return distinct.map((m) => {
    const group = near.filter((other) => other.list === m.list && other.entryId === m.entryId);
    if (new Set(group.map(({ algorithm }) => algorithm)).size < 2) return m;
    const expected = group.reduce((least, other) => Math.min(least, other.expectedByChance!), 1e9) * 0.1;
    return { ...m, expectedByChance: expected, band: expected <= 1 ? 'strong' : m.band! };
  });
}
