import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../src/core/index.js';
import type { EarlierResult } from '../../src/ledger/index.js';
import { entryOfEarlier, looksCountFor } from '../../src/runs/earlier-attempt.js';

const hour = 3_600_000;
const now = 100 * hour;
const times = { since: now - looksCountFor(undefined), now };
const entry = { state: 'stored', row: 1, asset: { version: 'v' } } as unknown as CacheEntry<'stored'>;
const seen = (at: number) => ({ at }) as unknown as EarlierResult;

describe('what an earlier attempt of a run came to', () => {
  it('counts for a file only where its version tells whether it is the same', () => {
    const ref = { uri: 'file:///a' };
    expect(entryOfEarlier(ref, entry, seen(now - hour), times)).toMatchObject({
      earlier: { at: new Date(now - hour), stands: false },
    });
    const unversioned = { ...entry, asset: {} } as unknown as CacheEntry<'stored'>;
    expect(entryOfEarlier(ref, unversioned, seen(now - hour), times)).toBeUndefined();
  });

  it('counts for an address for half a day, and for a week where the run has a budget', () => {
    const ref = { uri: 'https://a.example/a.jpg' };
    const counts = (age: number, budget?: number) =>
      entryOfEarlier(ref, entry, seen(now - age), { since: now - looksCountFor(budget), now });
    expect(counts(11 * hour)?.earlier).toEqual({ at: new Date(now - 11 * hour), stands: true });
    expect(counts(13 * hour)).toBeUndefined();
    expect(counts(90 * hour, 60)?.earlier?.stands).toBe(true);
    expect(entryOfEarlier(ref, entry, seen(now - 200 * hour), { since: now - looksCountFor(60), now })).toBe(
      undefined,
    );
  });

  it('does not count where its time lies ahead, or where the picture stands in the page itself', () => {
    expect(entryOfEarlier({ uri: 'https://a.example/a' }, entry, seen(now + 1), times)).toBeUndefined();
    const inline = { uri: 'https://a.example/', inline: 'AAAA' };
    expect(entryOfEarlier(inline, entry, seen(now - hour), times)).toBeUndefined();
  });
});
