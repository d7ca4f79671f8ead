import { describe, expect, it } from 'vitest';
import { DamagedImage, type ImageSource } from '../../src/matching/image.js';
import { linearIndex } from '../../src/matching/linear.js';
import { PagedSearch } from '../../src/matching/paged.js';
import { permutation, permute, unpermute } from '../../src/matching/permutation.js';
import { Shard } from '../../src/matching/shard.js';
import type { Hit } from '../../src/matching/types.js';
import { flipped, hashesOf, kinds, numbers } from './hashes.js';

/** Thresholds that the tables serve, by width. */
const widest: Record<number, number> = { 64: 15, 128: 31, 256: 63 };

const joined = (queries: readonly Uint8Array[]) => Uint8Array.from(queries.flatMap((query) => [...query]));
const sorted = (hits: readonly Hit[]) => hits.toSorted((a, b) => a.distance - b.distance || a.row - b.row);

function imageOf(hashes: Uint8Array, bits: number) {
  const shard = new Shard(bits, (hashes.length * 8) / bits);
  shard.fill(hashes);
  shard.build();
  return { image: shard.image, rows: shard.size, layout: shard.layout };
}

/** The row that stands for a hash. */
function rowOf(hash: Uint8Array): Uint8Array {
  const row = new Uint8Array(hash.length);
  permute(hash, permutation(hash.length * 8), row, 0);
  return row;
}

/** An image elsewhere, and how much of it has been asked for. */
function elsewhere(image: Uint8Array): ImageSource & { bytes: number } {
  const scratch = new Uint8Array(image.length);
  return {
    bytes: 0,
    peek(from, to) {
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeGreaterThan(from);
      expect(to).toBeLessThanOrEqual(image.length);
      this.bytes += to - from;
      // As good as the next call: what was given before is overwritten.
      scratch.fill(0xa5, 0, 200_000);
      scratch.set(image.subarray(from, to));
      return scratch.subarray(0, to - from);
    },
  };
}

/** Queries at every distance from listed hashes, and far from all. */
function queriesFor(hashes: Uint8Array, bits: number, count: number, seed: number): Uint8Array[] {
  const random = numbers(seed);
  const rows = (hashes.length * 8) / bits;
  return Array.from({ length: count }, (_, at) => {
    const row = random(rows);
    const near = hashes.slice((row * bits) / 8, ((row + 1) * bits) / 8);
    return at % 4 > 0
      ? flipped(near, random(widest[bits]! + 4), random)
      : hashesOf('random', bits, 1, seed + at);
  });
}

describe.each([64, 128, 256])('an image that is not in memory, at %i bits', (bits) => {
  it.each(kinds)('shows many queries at once every one of its %s hashes', (kind) => {
    let answered = 0;
    for (const rows of [1, 2, 9, 100, 3000]) {
      const hashes = hashesOf(kind, bits, rows, rows + 1);
      const { image } = imageOf(hashes, bits);
      const paged = new PagedSearch(elsewhere(image), bits, rows);
      const oracle = linearIndex(hashes, bits);
      const queries = queriesFor(hashes, bits, 12, rows + bits);
      const everything = queries.map((query) => oracle.search(query, bits));
      for (let threshold = 0; threshold <= widest[bits]! + 1; threshold++) {
        const found = paged.find(joined(queries), threshold);
        expect(found).toHaveLength(queries.length);
        for (const [at, hits] of found.entries()) {
          if (!hits) continue;
          answered += 1;
          expect(sorted(hits)).toEqual(everything[at]!.filter(({ distance }) => distance <= threshold));
        }
        // Beyond the widest radius everything has to be compared.
        if (threshold > widest[bits]!) expect(new Set(found)).toEqual(new Set([undefined]));
        // Random hashes crowd no bucket.
        else if (kind === 'random') expect(found).not.toContain(undefined);
      }
    }
    expect(answered).toBeGreaterThan(100);
  });
});

it('says of a query that it needs too much, and answers the others', () => {
  // Two crowds of hashes that are nearly the same, and some that are alone.
  const random = numbers(4);
  const crowd = hashesOf('random', 256, 1, 1);
  const hashes = hashesOf('random', 256, 30_000, 2);
  for (let row = 0; row < 20_000; row++) hashes.set(flipped(crowd, random(3), random), row * 32);
  const paged = new PagedSearch(elsewhere(imageOf(hashes, 256).image), 256, 30_000);
  const alone = flipped(hashes.slice(25_000 * 32, 25_001 * 32), 9, random);
  const [first, second, third] = paged.find(joined([alone, crowd, alone]), 31);
  expect(first).toEqual(linearIndex(hashes, 256).search(alone, 31));
  expect(first!.length).toBe(1);
  expect(second).toBeUndefined();
  expect(third).toEqual(first);
});

it('says the same where more candidates pass than there is room for', () => {
  const hashes = hashesOf('random', 64, 500_000, 2);
  const query = hashesOf('random', 64, 1, 77);
  // Alike in all parts but the last, in which they are anything.
  const permuted = rowOf(query);
  for (let row = 0; row < 70_000; row++) {
    permuted.set([row & 255, row >> 8], 6);
    hashes.set(unpermute(permuted), row * 8);
  }
  const paged = new PagedSearch(elsewhere(imageOf(hashes, 64).image), 64, 500_000);
  const alone = hashes.slice(480_000 * 8, 480_001 * 8);
  const [first, second] = paged.find(joined([query, alone]), 8);
  expect(first).toBeUndefined();
  expect(sorted(second!)).toEqual(linearIndex(hashes, 64).search(alone, 8));
});

it('reads a small part of a large image, and for a query and its complement no more than for one', () => {
  const rows = 200_000;
  const { image, layout } = imageOf(hashesOf('random', 256, rows, 3), 256);
  const query = hashesOf('random', 256, 1, 9);
  const read = (queries: readonly Uint8Array[]) => {
    const source = elsewhere(image);
    new PagedSearch(source, 256, rows).find(joined(queries), 31);
    return source.bytes - (layout.buckets - layout.offsets);
  };
  const one = read([query]);
  expect(one).toBeGreaterThan(0);
  expect(one).toBeLessThan((layout.length - layout.buckets) / 4);
  // In rows, which a complement has others of.
  const both = read([query, query.map((byte) => 255 - byte)]);
  expect(both).toBeLessThan(1.3 * one);
});

it('never finds what is not there, whatever a forged image says', () => {
  const [bits, rows] = [256, 500];
  const hashes = hashesOf('clustered', bits, rows, 6);
  const { image, layout } = imageOf(hashes, bits);
  const queries = queriesFor(hashes, bits, 8, 3);
  const oracle = linearIndex(hashes, bits);
  const random = numbers(11);
  let refused = 0;
  for (let round = 0; round < 100; round++) {
    const forged = image.slice();
    const view = new DataView(forged.buffer);
    // Somewhere in the offsets or the buckets; a number that is large, small, or near the right one.
    for (let changes = 1 + random(20_000); changes > 0; changes--) {
      const at = layout.offsets + 4 * random((layout.length - layout.offsets) >> 2);
      const near = view.getUint32(at, true) + random(9) - 4;
      view.setUint32(at, [near >>> 0, random(rows + 2), 0xffffffff][random(3)]!, true);
    }
    try {
      const found = new PagedSearch(elsewhere(forged), bits, rows).find(joined(queries), 31);
      for (const [at, hits] of found.entries())
        for (const hit of hits ?? []) expect(oracle.search(queries[at]!, 31)).toContainEqual(hit);
    } catch (error) {
      if (!(error instanceof DamagedImage)) throw error;
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(10);
});

it('refuses buckets that overlap: together they would be more than there is', () => {
  const [bits, rows] = [256, 20_000];
  const { image, layout } = imageOf(hashesOf('random', bits, rows, 6), bits);
  // At a threshold of 0 a query looks for its own key in the first part. All buckets there begin at the first row.
  const offsets = new Uint32Array(image.buffer, image.byteOffset + layout.offsets, 65537);
  for (let slot = 0; slot <= 65536; slot++) offsets[slot] = slot % 2 === 0 ? 0 : 4000;
  const queries = Array.from({ length: 400 }, (_, at) => {
    const row = new Uint8Array(32);
    row.set([at & 255, at >> 8]);
    return unpermute(row);
  });
  const paged = new PagedSearch(elsewhere(image), bits, rows);
  expect(() => paged.find(joined(queries), 0)).toThrow(DamagedImage);
});
