import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hammingDistance } from '../../src/core/hamming.js';
import type { HashList } from '../../src/core/hash-list.js';
import { toHex } from '../../src/core/hex.js';
import { exactIndex } from '../../src/matching/exact.js';
import { linearIndex } from '../../src/matching/linear.js';
import { createMatcher } from '../../src/matching/matcher.js';

/** A list in memory; hashes as bytes by algorithm, ids in the order given. */
function listOf(
  name: string,
  columns: Record<string, readonly (readonly [id: string, bytes: Uint8Array])[]>,
): HashList {
  const entries = Object.entries(columns);
  return {
    identity: { name, sha256: '0'.repeat(64), entries: entries.length },
    columns: new Map(
      entries.map(([algorithm, rows]) => {
        const bits = rows[0]![1].length * 8;
        const hashes = new Uint8Array((rows.length * bits) / 8);
        rows.forEach(([, bytes], row) => {
          hashes.set(bytes, (row * bits) / 8);
        });
        const entry = (row: number) => ({ id: rows[row]![0], category: 'test' as const });
        const labels = () => ({ category: 'test' as const });
        return [algorithm, { bits, size: rows.length, hashes, entry, labels }] as const;
      }),
    ),
  };
}

const hash = (bits: number) => fc.uint8Array({ minLength: bits / 8, maxLength: bits / 8 });

/** Hashes of which many are near one another. */
const rowsOf = (bits: number, maxLength = 40) =>
  fc.array(
    fc.oneof(
      hash(bits),
      fc.constantFrom(0, 255, 1).map((byte) => new Uint8Array(bits / 8).fill(byte)),
    ),
    { maxLength },
  );

const joined = (rows: readonly Uint8Array[]) => Uint8Array.from(rows.flatMap((row) => [...row]));

const naive = (rows: readonly Uint8Array[], query: Uint8Array, threshold: number) =>
  rows
    .map((bytes, row) => ({ row, distance: hammingDistance(bytes, query) }))
    .filter(({ distance }) => distance <= threshold)
    .sort((a, b) => a.distance - b.distance || a.row - b.row);

describe('the linear index', () => {
  it.each([16, 48, 64, 128, 160, 256])('finds what comparing one by one finds, at %i bits', (bits) => {
    fc.assert(
      fc.property(rowsOf(bits), hash(bits), fc.nat(bits), fc.nat(), (rows, other, threshold, pick) => {
        const query = rows.length > 0 && pick % 2 === 0 ? rows[pick % rows.length]! : other;
        expect(linearIndex(joined(rows), bits).search(query, threshold)).toEqual(
          naive(rows, query, threshold),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe('the exact index', () => {
  it.each([64, 128, 160, 256])('finds equal hashes and nothing else, at %i bits', (bits) => {
    fc.assert(
      fc.property(rowsOf(bits), hash(bits), fc.nat(), (rows, other, pick) => {
        const query = rows.length > 0 && pick % 4 !== 0 ? rows[pick % rows.length]! : other;
        expect(exactIndex(joined(rows), bits).search(query, 0)).toEqual(naive(rows, query, 0));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a matcher', () => {
  const zero = new Uint8Array(32);
  const flipped = (bits: number) => {
    const bytes = new Uint8Array(32);
    for (let bit = 0; bit < bits; bit++) bytes[bit >> 3]! |= 1 << (bit & 7);
    return bytes;
  };
  const first = listOf('first', {
    pdq: [
      ['b', flipped(3)],
      ['a', flipped(3)],
      ['far', flipped(32)],
      ['edge', flipped(31)],
    ],
  });
  const second = listOf('second', {
    pdq: [
      ['a', flipped(1)],
      ['0', flipped(3)],
    ],
    md5: [['m', new Uint8Array(16).fill(7)]],
  });
  const query = { algorithm: 'pdq', hex: toHex(zero), recipe: 'pdq-full/1', view: 'upright', frame: 2 };

  it('names the algorithms its lists hold, and gives matches nearest first, then by list, then by id', () => {
    const matcher = createMatcher([first, second], { pdq: 31, md5: 0, phash: 6 });
    expect(matcher.algorithms).toEqual(['pdq', 'md5']);
    expect(matcher.lists.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(matcher.match(query).map(({ list, entryId, distance }) => [list, entryId, distance])).toEqual([
      ['second', 'a', 1],
      ['first', 'a', 3],
      ['first', 'b', 3],
      ['second', '0', 3],
      ['first', 'edge', 31],
    ]);
  });

  it('says how it was found, and shows the listed hash only when asked to', () => {
    const plain = createMatcher([second], { pdq: 1, md5: 0 });
    const expected = {
      list: 'second',
      entryId: 'a',
      algorithm: 'pdq',
      distance: 1,
      threshold: 1,
      view: 'upright',
      frame: 2,
      // Nothing but zeros says little.
      commonplace: true,
      category: 'test',
    };
    expect(plain.match(query)).toEqual([expected]);
    const showing = createMatcher([second], { pdq: 1, md5: 0 }, { showHashes: true });
    expect(showing.match(query)).toEqual([{ ...expected, listedHash: toHex(flipped(1)) }]);
  });

  it('matches digests when they are equal', () => {
    const matcher = createMatcher([second], { pdq: 31, md5: 0 });
    const digest = (hex: string) => ({ algorithm: 'md5', hex, recipe: 'md5/1' });
    expect(matcher.match(digest('07'.repeat(16)))).toMatchObject([{ entryId: 'm', distance: 0 }]);
    expect(matcher.match(digest('06'.repeat(16)))).toEqual([]);
    expect(matcher.match({ algorithm: 'sha1', hex: '00', recipe: 'sha1/1' })).toEqual([]);
  });

  it('says a thing once that a list says twice', () => {
    const twice = listOf('twice', {
      pdq: [
        ['x', zero],
        ['x', zero],
        ['y', zero],
      ],
    });
    expect(
      createMatcher([twice], { pdq: 0 })
        .match(query)
        .map(({ entryId }) => entryId),
    ).toEqual(['x', 'y']);
  });

  it('refuses a threshold it was not given and a fingerprint of the wrong length', () => {
    expect(() => createMatcher([first], {})).toThrow(/pdq needs a threshold/);
    expect(() => createMatcher([first], { pdq: 257 })).toThrow(/0…256/);
    expect(() => createMatcher([first], { pdq: 31 }).match({ ...query, hex: '00' })).toThrow(
      /64 hexadecimal digits/,
    );
  });
});

describe('looks with thresholds of their own', () => {
  const looks = { upright: 80, turned: 50, bent: 31, rare: 0 } as const;
  const names = Object.keys(looks) as (keyof typeof looks)[];

  it('match within their own and no farther, and what mayMatch rules out has none', () => {
    const near = (base: Uint8Array, bits: number) => {
      const copy = base.slice();
      for (let bit = 0; bit < bits; bit++) copy[bit >> 3]! ^= 1 << (bit & 7);
      return copy;
    };
    const base = new Uint8Array(32).fill(0x5a);
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        fc.subarray(names, { minLength: 1 }),
        (distances, asked) => {
          const rows = distances.map((bits, at) => [`e${at}`, near(base, bits)] as const);
          const thresholdOf = (_: string, view?: string) => looks[view as keyof typeof looks];
          const matcher = createMatcher([listOf('known', { pdq: rows })], { pdq: 80 }, { thresholdOf });
          const fingerprints = asked.map((view) => ({
            algorithm: 'pdq',
            hex: toHex(base),
            recipe: 'x',
            view,
          }));
          const found = fingerprints.flatMap((fingerprint) => matcher.match(fingerprint));
          const expected = asked.flatMap((view) => distances.filter((bits) => bits <= looks[view]));
          expect(found).toHaveLength(expected.length);
          for (const { view, threshold } of found) expect(threshold).toBe(looks[view as keyof typeof looks]);
          expect(matcher.mayMatch(fingerprints)).toBe(expected.length > 0);
        },
      ),
    );
  });
});
