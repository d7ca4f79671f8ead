import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearIndex } from '../../src/matching/linear.js';
import { multiIndex } from '../../src/matching/multi-index.js';
import { permutation, unpermute } from '../../src/matching/permutation.js';
import { radiiFor } from '../../src/matching/radii.js';
import { Shard } from '../../src/matching/shard.js';
import type { HashIndex } from '../../src/matching/types.js';
import { flipped, hashesOf, kinds, numbers } from './hashes.js';

/** Thresholds that the tables serve, by width. */
const widest: Record<number, number> = { 64: 15, 128: 31, 256: 63 };
const widths = [64, 128, 256];

/** The three searches of one thing. */
function searches(hashes: Uint8Array, bits: number, rowsPerShard = 2 ** 24): Record<string, HashIndex> {
  return {
    tables: multiIndex(hashes, bits, { smallest: 0, buildAfter: 0, rowsPerShard }),
    kernel: multiIndex(hashes, bits, { smallest: 0, buildAfter: Number.POSITIVE_INFINITY, rowsPerShard }),
  };
}

/** Queries at every distance from listed hashes, and far from all. */
function queriesFor(hashes: Uint8Array, bits: number, count: number, seed: number): Uint8Array[] {
  const random = numbers(seed);
  const rows = (hashes.length * 8) / bits;
  return Array.from({ length: count }, (_, at) => {
    const row = random(Math.max(rows, 1));
    const near = hashes.slice((row * bits) / 8, ((row + 1) * bits) / 8);
    return at % 4 > 0 && rows > 0
      ? flipped(near, random(widest[bits]! + 4), random)
      : hashesOf('random', bits, 1, seed + at);
  });
}

describe('the radii', () => {
  it.each(widths)(
    'leave no way to be within the threshold and unseen, at %i bits (docs/search-index.md)',
    (bits) => {
      const parts = bits / 16;
      for (let threshold = 0; threshold <= widest[bits]!; threshold++) {
        const radii = radiiFor(parts, threshold)!;
        expect(radii.reduce((sum, radius) => sum + radius, 0)).toBe(threshold - parts + 1);
        const seen = (d: readonly number[], i: number) => {
          const next = (i + 1) % parts;
          const third = (i + 2) % parts;
          return (
            d[i]! <= radii[i]! &&
            d[i]! + d[next]! <= radii[i]! + radii[next]! + 1 &&
            d[i]! + d[next]! + d[third]! <= radii[i]! + radii[next]! + radii[third]! + 2
          );
        };
        // Bits dealt to the parts one by one: every way to share the threshold can come up.
        const dealt = fc.array(fc.nat(parts - 1), { minLength: threshold, maxLength: threshold });
        fc.assert(
          fc.property(dealt, (bitsOfParts) => {
            const d = Array.from(
              { length: parts },
              (_, part) => bitsOfParts.filter((p) => p === part).length,
            );
            expect(d.some((_, i) => seen(d, i))).toBe(true);
          }),
          { numRuns: 50 },
        );
      }
      expect(radiiFor(parts, widest[bits]! + 1)).toBeUndefined();
    },
  );
});

describe('the tables that the kernel builds', () => {
  it.each(widths)('are what plain code builds, at %i bits', (bits) => {
    for (const kind of kinds) {
      const rows = 300;
      const hashes = hashesOf(kind, bits, rows, 7);
      const shard = new Shard(bits, rows);
      shard.fill(hashes);
      shard.build();
      expect(
        Buffer.compare(shard.image.subarray(0, shard.layout.length), plainImage(hashes, bits, rows)),
      ).toBe(0);
    }
  });

  it.each(widths)('lose no hash when equal ones are merged, at %i bits', (bits) => {
    for (const kind of kinds) {
      const hashes = hashesOf(kind, bits, 3000, 3);
      const shard = new Shard(bits, 3000);
      shard.fill(hashes);
      const map = shard.merge(1n);
      const firsts = new Map<string, number>();
      const expected = Array.from({ length: 3000 }, (_, row) => {
        const key = hashes.subarray((row * bits) / 8, ((row + 1) * bits) / 8).join();
        if (!firsts.has(key)) firsts.set(key, firsts.size);
        return firsts.get(key)!;
      });
      expect([...map]).toEqual(expected);
      expect(shard.size).toBe(firsts.size);
    }
  });
});

/** Keys stand beside their complements: 0000, ffff, 0001, fffe … */
const slotOf = (key: number) => (key < 0x8000 ? 2 * key : 2 * (0xffff - key) + 1);

/** The twin of the kernel's `permute` and `build`. */
function plainImage(hashes: Uint8Array, bits: number, rows: number): Uint8Array {
  const target = permutation(bits);
  const parts = bits / 16;
  const permuted = new Uint8Array(hashes.length);
  for (let bit = 0; bit < hashes.length * 8; bit++) {
    if (((hashes[bit >> 3]! >> (bit & 7)) & 1) === 0) continue;
    const to = bit - (bit % bits) + target[bit % bits]!;
    permuted[to >> 3]! |= 1 << (to & 7);
  }
  const partOf = (row: number, part: number) => {
    const at = (row * bits) / 8 + 2 * (part % parts);
    return permuted[at]! + 256 * permuted[at + 1]!;
  };
  const offsets: number[] = [];
  const buckets: number[] = [];
  for (let part = 0; part < parts; part++) {
    const lists = Array.from({ length: 65536 }, () => [] as number[]);
    for (let row = 0; row < rows; row++) lists[slotOf(partOf(row, part))]!.push(row);
    let start = 0;
    for (const list of lists) {
      offsets.push(start);
      start += list.length;
      for (const row of list) buckets.push(...new Uint8Array(Uint16Array.of(partOf(row, part + 1)).buffer));
      for (const row of list)
        buckets.push(row & 255, (row >> 8) & 255, row >> 16, partOf(row, part + 2) & 255);
    }
    offsets.push(start);
  }
  return Buffer.concat([
    permuted,
    new Uint8Array(Uint32Array.from(offsets).buffer),
    Uint8Array.from(buckets),
  ]);
}

describe.each(widths)('searches at %i bits never miss', (bits) => {
  it.each(kinds)('among %s hashes, 0 to 3000 of them, at every threshold', (kind) => {
    for (const rows of [0, 1, 2, 3, 9, 100, 3000]) {
      const hashes = hashesOf(kind, bits, rows, rows + 1);
      const oracle = linearIndex(hashes, bits);
      const all = searches(hashes, bits);
      for (const query of queriesFor(hashes, bits, 4, rows + bits)) {
        const everything = oracle.search(query, bits);
        for (let threshold = 0; threshold <= widest[bits]! + 1; threshold++) {
          const expected = everything.filter(({ distance }) => distance <= threshold);
          for (const [name, index] of Object.entries(all)) {
            expectSame(
              index.search(query, threshold),
              expected,
              `${name}, ${rows} rows, threshold ${threshold}`,
            );
          }
        }
      }
    }
  });

  it.each(kinds)('among 100 000 %s hashes, whole and in shards', (kind) => {
    const hashes = hashesOf(kind, bits, 100_000, 11);
    const oracle = linearIndex(hashes, bits);
    const all = [searches(hashes, bits), searches(hashes, bits, 30_000)];
    const random = numbers(5);
    for (const query of queriesFor(hashes, bits, 6, 99)) {
      const threshold = random(widest[bits]! + 1);
      const expected = oracle.search(query, threshold);
      for (const index of all.flatMap((some) => Object.values(some))) {
        expectSame(index.search(query, threshold), expected, `threshold ${threshold}`);
      }
    }
  });
});

describe.each(widths)('many queries at once, at %i bits', (bits) => {
  const joined = (queries: readonly Uint8Array[]) => Uint8Array.from(queries.flatMap((query) => [...query]));

  it.each(kinds)('are marked wherever a search finds something among %s hashes', (kind) => {
    for (const rows of [0, 1, 9, 100, 3000]) {
      const hashes = hashesOf(kind, bits, rows, rows + 1);
      const oracle = linearIndex(hashes, bits);
      const queries = queriesFor(hashes, bits, 60, rows + bits);
      const near = multiIndex(hashes, bits, { smallest: 0, buildAfter: 0, neighboursAfter: 0 });
      const all = { oracle, near, ...searches(hashes, bits) };
      for (let threshold = 0; threshold <= widest[bits]! + 1; threshold++) {
        const found = queries.map((query) => (oracle.search(query, threshold).length > 0 ? 1 : 0));
        for (const [name, index] of Object.entries(all)) {
          const marks = new Uint8Array(queries.length);
          index.screen!(joined(queries), threshold, marks);
          const missed = found.some((hit, at) => hit > marks[at]!);
          if (missed) expect.fail(`${name}, ${rows} rows, threshold ${threshold}`);
        }
      }
    }
  });

  it('are marked nowhere else among random hashes, also in shards, and keep the marks they had', () => {
    const hashes = hashesOf('random', bits, 20_000, 3);
    const queries = queriesFor(hashes, bits, 400, 4);
    const threshold = bits / 16;
    const found = queries.map((query) => linearIndex(hashes, bits).search(query, threshold).length > 0);
    expect(new Set(found)).toEqual(new Set([true, false]));
    for (const rowsPerShard of [2 ** 24, 6000])
      for (const nearAfter of [0, Number.POSITIVE_INFINITY]) {
        const marks = new Uint8Array(queries.length);
        const last = found.lastIndexOf(false);
        marks[last] = 1;
        const options = { smallest: 0, buildAfter: 0, rowsPerShard, nearAfter };
        multiIndex(hashes, bits, options).screen!(joined(queries), threshold, marks);
        expect([...marks]).toEqual(found.map((hit, at) => (hit || at === last ? 1 : 0)));
      }
  });

  it('are marked on lists too small for tables, too', () => {
    const hashes = hashesOf('clustered', bits, 300, 3);
    const queries = queriesFor(hashes, bits, 2000, 4);
    const threshold = bits / 16;
    const found = queries.map((query) =>
      linearIndex(hashes, bits).search(query, threshold).length > 0 ? 1 : 0,
    );
    expect(new Set(found)).toEqual(new Set([1, 0]));
    const marks = new Uint8Array(queries.length);
    multiIndex(hashes, bits).screen!(joined(queries), threshold, marks);
    expect([...marks]).toEqual(found);
  });
});

it('marks what only one part shows, where thousands of hashes have that part in common', () => {
  const rows = 20_000;
  const [crowd, last, part] = [5000, 4999, 3];
  const permuted = hashesOf('random', 256, rows, 3);
  // The others of the crowd are far in the part after that.
  for (let row = 0; row < crowd; row++)
    permuted.set(row === last ? [1, 2, 0, 0] : [1, 2, 255, 255], row * 32 + 2 * part);
  const query = permuted.slice(last * 32, last * 32 + 32);
  // At a threshold of 31 every radius is 1: two bits off in every part but one, three in the next.
  for (let k = 0; k < 16; k++) {
    if (k !== part) query[2 * k]! ^= 0b11;
    if (k === part + 1) query[2 * k + 1]! ^= 1;
  }
  const hashes = new Uint8Array(permuted.length);
  for (let row = 0; row < rows; row++)
    hashes.set(unpermute(permuted.subarray(row * 32, row * 32 + 32)), row * 32);
  for (const nearAfter of [0, Number.POSITIVE_INFINITY]) {
    const index = multiIndex(hashes, 256, { buildAfter: 0, neighboursAfter: nearAfter });
    for (const [threshold, expected] of [
      [31, 1],
      [30, 0],
    ] as const) {
      const marks = new Uint8Array(1);
      index.screen!(unpermute(query), threshold, marks);
      expect(marks[0]).toBe(expected);
    }
    expect(index.search(unpermute(query), 31)).toEqual([{ row: last, distance: 31 }]);
  }
});

/** `toEqual` takes seconds over hundreds of thousands of objects. */
function expectSame(found: ReturnType<HashIndex['search']>, expected: typeof found, what: string) {
  const same =
    found.length === expected.length &&
    found.every(({ row, distance }, at) => row === expected[at]!.row && distance === expected[at]!.distance);
  if (!same) expect.fail(`${what}: found ${found.length}, expected ${expected.length}`);
}

describe('many results', () => {
  it('are all found, hundreds of thousands of them', () => {
    const hashes = hashesOf('degenerate', 64, 400_000, 1);
    const query = new Uint8Array(8);
    const expected = linearIndex(hashes, 64).search(query, 4);
    expect(expected.length).toBeGreaterThan(150_000);
    for (const [name, index] of Object.entries(searches(hashes, 64)))
      expectSame(index.search(query, 4), expected, name);
  });

  it('are found by the tables too, as long as comparing everything is not cheaper', () => {
    const crowd = hashesOf('random', 64, 200_000, 4);
    // 15 000 copies of the query, a bit or two off.
    const random = numbers(9);
    for (let row = 0; row < 15_000; row++)
      crowd.set(flipped(crowd.subarray(0, 8), 1 + random(2), random), (row * 13 + 1) * 8);
    const query = crowd.slice(0, 8);
    const expected = linearIndex(crowd, 64).search(query, 8);
    expect(expected.length).toBeGreaterThan(15_000);
    expectSame(searches(crowd, 64).tables!.search(query, 8), expected, 'tables');
  });
});

it('starts without tables, then builds them, and answers the same', () => {
  const hashes = hashesOf('clustered', 256, 4000, 2);
  const index = multiIndex(hashes, 256, { buildAfter: 3 });
  const query = hashes.slice(0, 32);
  const expected = linearIndex(hashes, 256).search(query, 31);
  for (let times = 0; times < 6; times++) expectSame(index.search(query, 31), expected, `query ${times}`);
});

it('searches widths that the kernel does not know without it', () => {
  const hashes = hashesOf('random', 48, 3000, 2);
  expect(multiIndex(hashes, 48, { smallest: 0 }).search(hashes.slice(6, 12), 0)).toEqual([
    { row: 1, distance: 0 },
  ]);
});
