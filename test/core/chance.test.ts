import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedByChance, type Tail, thresholdFor } from '../../src/core/chance.js';
import { gather } from '../../src/core/gather.js';
import type { Match } from '../../src/core/types.js';
import { fingerprinters } from '../../src/fingerprints/index.js';

const tails = Object.values(fingerprinters).flatMap((f) => (f.kind === 'pixels' ? [f.tail] : []));
const tail = fc.constantFrom<Tail>(...tails);
const size = fc.integer({ min: 1, max: 50_000_000 });
const share = fc.double({ min: 1e-4, max: 1, noNaN: true });

describe('the matches to expect by chance', () => {
  it('grow with distance and list, and with what other looks have of the budget', () => {
    fc.assert(
      fc.property(tail, fc.nat(90), size, share, (t, distance, listed, part) => {
        const at = expectedByChance(t, distance, { listed, share: part });
        expect(at).toBeGreaterThan(0);
        expect(expectedByChance(t, distance + 1, { listed, share: part })).toBeGreaterThanOrEqual(at);
        expect(expectedByChance(t, distance, { listed: listed + 1, share: part })).toBeGreaterThan(at);
        expect(expectedByChance(t, distance, { listed, share: part / 2 })).toBeGreaterThan(at);
      }),
    );
  });

  it('stay within what was asked for at the threshold that follows, and no larger threshold would do', () => {
    fc.assert(
      fc.property(
        tail,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        size,
        share,
        (t, most, listed, part) => {
          const threshold = thresholdFor(t, most, { listed, share: part });
          const at = (distance: number) => expectedByChance(t, distance, { listed, share: part });
          if (threshold > 0) expect(at(threshold)).toBeLessThanOrEqual(most * 1.001);
          if (threshold < t.most) expect(at(threshold + 1)).toBeGreaterThan(most);
        },
      ),
    );
  });

  it('agree with the published counts of PDQ within a factor of ten', () => {
    const { tail: pdq } = fingerprinters.pdq;
    for (const [distance, share] of [
      [83, 1e-6],
      [91, 1e-5],
      [48, 1e-11],
    ] as const) {
      const expected = expectedByChance(pdq, distance, { listed: 1, share: 1 }) / 1e6;
      expect(Math.abs(Math.log10(expected / share))).toBeLessThan(1);
    }
  });
});

describe('two algorithms that agree on an entry', () => {
  const match = (algorithm: string, entryId: string, expected: number): Match => ({
    list: 'known',
    entryId,
    algorithm,
    distance: 40,
    threshold: 60,
    view: 'upright',
    category: 'test',
    expectedByChance: expected,
    band: 'possible',
  });

  it('make it surer than either alone; the same algorithm twice, or another entry, does not', () => {
    const pdq = [match('pdq', 'one', 5), match('pdq', 'two', 5), match('pdq', 'two', 6)];
    const dhash = [match('dhash', 'one', 200)];
    const { matches } = gather([[() => pdq, () => dhash]]);
    const told = matches.map(({ algorithm, entryId, expectedByChance: e, band }) => [
      algorithm,
      entryId,
      e,
      band,
    ]);
    expect(told).toEqual([
      ['dhash', 'one', 0.25, 'strong'],
      ['pdq', 'one', 0.25, 'strong'],
      ['pdq', 'two', 5, 'possible'],
      ['pdq', 'two', 6, 'possible'],
    ]);
  });
});
