import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { HashList } from '../src/core/hash-list.js';
import type { Match, ScanResult } from '../src/core/types.js';
import { confidence } from '../src/scanner/confidence.js';
import { sharesOf } from '../src/views/index.js';
import { draw } from './support/draw.js';
import { listOf, resultsInside } from './support/inside.js';

const list = (sizes: Readonly<Record<string, number>>): HashList => ({
  identity: { name: 'known', sha256: '0'.repeat(64), entries: 1 },
  columns: new Map(
    Object.entries(sizes).map(([name, size]) => [
      name,
      {
        bits: 256,
        size,
        hashes: new Uint8Array(),
        entry: () => ({ id: 'one', category: 'test' }),
        labels: () => ({ category: 'test' }),
      },
    ]),
  ),
});
const known = list({ pdq: 10_000, sha256: 10_000, dhash: 10_000 });
const basic = { lists: [known], views: 'basic' } as const;
const match = (algorithm: string, distance: number): Match => ({
  list: 'known',
  entryId: 'one',
  algorithm,
  distance,
  threshold: 60,
  category: 'test',
});

describe('strictness', () => {
  it('strict, the default, keeps the customary thresholds', () => {
    expect(confidence(basic).thresholds).toEqual({ sha256: 0, pdq: 31, dhash: 4 });
  });

  it('balanced follows the size of the lists: at most one chance match in a million pictures', () => {
    const balanced = (size: number) =>
      confidence({ lists: [list({ pdq: size })], views: 'basic', strictness: 'balanced' });
    const [small, large] = [balanced(100), balanced(10_000_000)];
    expect(small.thresholds.pdq).toBeGreaterThan(large.thresholds.pdq!);
    for (const { expectedByChance } of [small, large])
      expect(expectedByChance.pdq).toBeLessThanOrEqual(1.001);
  });

  it('wide goes farther, and never less far than the customary thresholds', () => {
    const balanced = confidence({ ...basic, strictness: 'balanced' });
    const wide = confidence({ ...basic, strictness: 'wide' });
    expect(wide.thresholds.pdq).toBeGreaterThan(balanced.thresholds.pdq!);
    expect(wide.thresholds.dhash).toBe(4);
    expect(wide.thresholds.sha256).toBe(0);
  });

  it('gives each look its part of the budget: all together stay within it, the upright picture has most', () => {
    for (const views of ['none', 'basic', 'all'] as const) {
      const shares = sharesOf(views);
      expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
      fc.assert(
        fc.property(fc.integer({ min: 1001, max: 20_000_000 }), (size) => {
          const of = confidence({ lists: [list({ pdq: size })], views, strictness: 'balanced' });
          const looks = [...shares.keys()];
          const reach = (view: string) => of.thresholdOf('pdq', view);
          for (const view of looks) {
            expect(reach(view)).toBeLessThanOrEqual(reach('upright'));
            const at = (distance: number) => of.rate({ ...match('pdq', distance), view }).expectedByChance!;
            if (reach(view) > 0) expect(at(reach(view))).toBeLessThanOrEqual(1.001);
            expect(at(reach(view) + 1)).toBeGreaterThan(1);
          }
          expect(of.thresholds.pdq).toBe(reach('upright'));
          expect(of.expectedByChance.pdq).toBeLessThanOrEqual(1.001);
          if (views !== 'none') expect(reach('flipY')).toBeLessThan(reach('upright'));
        }),
        { numRuns: 40 },
      );
    }
  });

  it('balanced never finds less than strict on a small list', () => {
    for (const name of ['pdq', 'phash', 'dhash', 'blockhash'] as const) {
      const of = (strictness: 'strict' | 'balanced') =>
        confidence({ lists: [list({ [name]: 248 })], views: 'basic', strictness });
      for (const view of sharesOf('basic').keys())
        expect(of('balanced').thresholdOf(name, view)).toBeGreaterThanOrEqual(
          of('strict').thresholdOf(name, view),
        );
    }
  });

  it('more views lower the threshold', () => {
    const of = (views: 'none' | 'all') =>
      confidence({ lists: [known], views, strictness: 'balanced' }).thresholds.pdq!;
    expect(of('all')).toBeLessThan(of('none'));
  });

  it('an expectation of one’s own wins over it, an explicit threshold over both', () => {
    const free = confidence({ ...basic, strictness: 'strict', maxExpected: 1000 });
    expect(free.thresholds.pdq).toBeGreaterThan(confidence({ ...basic, strictness: 'wide' }).thresholds.pdq!);
    const explicit = confidence({ ...basic, maxExpected: 1000, thresholds: { pdq: 24 } });
    expect(explicit.thresholds.pdq).toBe(24);
  });
});

describe('a match', () => {
  const { rate } = confidence({ ...basic, thresholds: { pdq: 80 } });
  it('is exact for a digest, strong within the customary threshold or where chance has no part, else possible', () => {
    expect(rate(match('sha256', 0))).toMatchObject({ band: 'exact' });
    expect(rate(match('pdq', 31))).toMatchObject({ band: 'strong' });
    expect(rate(match('pdq', 40))).toMatchObject({ band: 'strong' });
    expect(rate(match('pdq', 70))).toMatchObject({ band: 'possible' });
  });

  it('among many frames is expected as many times more, and its band follows; a digest is one of the file', () => {
    const at = (frames: number) => rate(match('pdq', 40), frames);
    const [one, ten, many] = [1, 10, 10_000].map((frames) => at(frames));
    expect(ten!.expectedByChance).toBeCloseTo(10 * one!.expectedByChance!, 10);
    expect([one!.band, many!.band]).toEqual(['strong', 'possible']);
    for (let frames = 1; frames < 1e6; frames *= 7) {
      expect(at(7 * frames).expectedByChance).toBeGreaterThan(at(frames).expectedByChance!);
      if (at(frames).band === 'possible') expect(at(7 * frames).band).toBe('possible');
    }
    expect(rate(match('sha256', 0), 300)).toEqual(rate(match('sha256', 0)));
  });

  it('within the customary threshold is no more than possible where chance gives more than one in a million pictures', () => {
    const against = (listed: number) => confidence({ lists: [list({ phash: listed })], views: 'none' });
    const near = { ...match('phash', 6), view: 'upright' };
    for (const size of [1, 10, 1000, 1_000_000]) {
      const { expectedByChance, band } = against(size).rate(near);
      expect(band).toBe(expectedByChance! <= 1 ? 'strong' : 'possible');
    }
    expect(against(1).rate(near).band).toBe('strong');
    expect(against(1_000_000).rate(near).band).toBe('possible');
  });

  it('in an animated picture counts its frames', async () => {
    const pages = [1, 2, 3, 4].map((seed) => draw(seed).png().toBuffer());
    const still = await pages[0]!;
    const animated = await sharp(await Promise.all(pages), { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    const lists = [await listOf(still)];
    const [[one], [four]] = await Promise.all([
      resultsInside('a.png', still, { lists }),
      resultsInside('a.webp', animated, { lists }),
    ]);
    const best = (result: ScanResult | undefined) =>
      result?.outcome === 'matched' ? result.matches[0] : undefined;
    expect(best(four)).toMatchObject({ distance: 0, frame: 0 });
    expect(best(four)!.expectedByChance! / best(one)!.expectedByChance!).toBeCloseTo(4, 10);
  });
});
