import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StageError, UsageError } from '../../src/core/errors.js';
import type { HashList } from '../../src/core/hash-list.js';
import type { PackedHashes } from '../../src/core/hashes.js';
import { toHex } from '../../src/core/hex.js';
import type { Category, Fingerprint } from '../../src/core/types.js';
import { compileLists } from '../../src/matching/compiled/compile.js';
import { isCompiledFile } from '../../src/matching/compiled/magic.js';
import { openCompiled } from '../../src/matching/compiled/open.js';
import { verifyCompiled } from '../../src/matching/compiled/verify.js';
import { createMatcher } from '../../src/matching/matcher.js';
import { flipped, hashesOf, kinds, numbers } from './hashes.js';

const algorithms = { md5: 128, sha1: 160, pdq: 256, phash: 64 };
const thresholds = { md5: 0, sha1: 0, pdq: 31, phash: 8 };
const exact = new Set(['md5', 'sha1']);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-compiled-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const compile = (lists: readonly HashList[], name = 'known.hsx', hashesPerShard?: number) =>
  compileLists(lists, join(folder, name), {
    tool: '1.2.3',
    now: new Date(0),
    exact,
    ...(hashesPerShard !== undefined && { hashesPerShard }),
  });

/** A list in memory with these hashes by algorithm; ids and labels made up from the row. */
function listOf(name: string, columns: Readonly<Record<string, Uint8Array>>): HashList {
  const labels = [
    { category: 'csam' as Category, classification: 'A1' },
    { category: 'exploitative' as Category, supplier: 'somebody "else"\n' },
  ];
  return {
    identity: { name, sha256: createHash('sha256').update(name).digest('hex'), entries: 7 },
    columns: new Map(
      Object.entries(columns).map(([algorithm, hashes]) => {
        const bits = algorithms[algorithm as keyof typeof algorithms];
        const labelsOf = (row: number) => labels[row % 2]!;
        const entry = (row: number) => ({ id: row === 3 ? 'ü–€' : `${name}/${row}`, ...labelsOf(row) });
        return [algorithm, { bits, size: (hashes.length * 8) / bits, hashes, entry, labels: labelsOf }];
      }),
    ),
  };
}

const fingerprint = (algorithm: string, bytes: Uint8Array): Fingerprint => ({
  algorithm,
  hex: toHex(bytes),
  recipe: 'x/1',
});

/** Fingerprints near the hashes of a list, and far from all. */
function queriesFor(list: HashList, count: number, seed: number): Fingerprint[] {
  const random = numbers(seed);
  return [...list.columns].flatMap(([algorithm, { bits, size, hashes }]) =>
    Array.from({ length: count }, (_, at) => {
      const row = random(size);
      const near = hashes.slice((row * bits) / 8, ((row + 1) * bits) / 8);
      const off = exact.has(algorithm) ? at % 2 : random(thresholds[algorithm as 'pdq'] + 3);
      return fingerprint(algorithm, flipped(near, off, random));
    }),
  );
}

const packed = (fingerprints: readonly Fingerprint[]): PackedHashes => ({
  size: fingerprints.length,
  isPartly: false,
  unpack: () => ({ fingerprints, withheld: [] }),
  each(visit) {
    // Each behind another byte, as in the ledger.
    for (const algorithm of new Set(fingerprints.map((one) => one.algorithm))) {
      const hashes = fingerprints.filter((one) => one.algorithm === algorithm).map(({ hex }) => hex);
      const width = hashes[0]!.length / 2;
      const offsets = hashes.map((_, at) => at * (width + 1));
      visit({ algorithm, width, offsets }, Buffer.from(`ffff${hashes.join('ff')}`, 'hex'), 2);
    }
  },
});

// A Buffer's slice shares its memory, which `flipped` would then change.
const concat = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** Two lists that share hashes, and hold some twice. */
function twoLists(rows: number, kind: (typeof kinds)[number], seed: number): HashList[] {
  const column = (bits: number, from: number) => hashesOf(kind, bits, rows, seed + from);
  const shared = column(256, 1);
  return [
    listOf('first', {
      pdq: concat([shared, column(256, 2), shared]),
      md5: column(128, 3),
      phash: column(64, 4),
    }),
    listOf('second', {
      sha1: column(160, 5),
      pdq: concat([shared, column(256, 6)]),
      md5: column(128, 3),
    }),
  ];
}

describe('a compiled list', () => {
  it.each(kinds)(
    'answers as the lists that it was made of, from one image or several (%s hashes)',
    async (kind) => {
      for (const [rows, perShard] of [
        [1, undefined],
        [50, 20],
        [400, 333],
      ] as const) {
        const lists = twoLists(rows, kind, 10 * rows);
        await compile(lists, 'known.hsx', perShard);
        const compiled = openCompiled(join(folder, 'known.hsx'), algorithms);
        const [plain, quick] = [createMatcher(lists, thresholds), createMatcher([compiled], thresholds)];
        expect(quick.lists).toEqual(plain.lists);
        expect([...quick.algorithms].sort()).toEqual([...plain.algorithms].sort());
        for (const query of lists.flatMap((list) => queriesFor(list, 12, rows)))
          expect(quick.match(query)).toEqual(plain.match(query));
        compiled.close();
      }
    },
  );

  it('tells of many assets at once which may match, as the lists do', async () => {
    const lists = twoLists(3000, 'random', 21);
    await compile(lists, 'known.hsx', 2500);
    const compiled = openCompiled(join(folder, 'known.hsx'), algorithms);
    // Two fingerprints an asset; few assets, for which it is not worth reading everything, and many.
    const queries = lists.flatMap((list) => queriesFor(list, 300, 5));
    const assets = queries.map((query, at) => [query, queries[(at * 7) % queries.length]!]);
    for (const known of [lists, [compiled]]) {
      const matcher = createMatcher(known, thresholds);
      const found = assets.map((some) => some.some((query) => matcher.match(query).length > 0));
      expect(new Set(found)).toEqual(new Set([true, false]));
      expect(createMatcher(known, thresholds).screen(assets.map(packed))).toEqual(found);
      const few = createMatcher(known, thresholds).screen(assets.slice(0, 50).map(packed));
      expect(few.every((maybe, at) => maybe || !found[at])).toBe(true);
    }
    compiled.close();
  });

  it('tells of which asset a hash near a listed one is: of many hashes, of few or of none', () => {
    const lists = twoLists(3000, 'random', 21);
    const matcher = createMatcher(lists, thresholds);
    const all = queriesFor(lists[0]!, 2500, 8).filter(({ algorithm }) => algorithm === 'pdq');
    const near = all.filter((query) => matcher.match(query).length > 0).slice(0, 2);
    const few = all.filter((query) => matcher.match(query).length === 0);
    const far = Array.from({ length: 300 }, () => few).flat();
    const assets = [
      near.slice(0, 1),
      [],
      far,
      near.slice(0, 1),
      [],
      far.slice(0, 3),
      [...far, near[1]!],
      far,
      [],
    ];
    for (let round = 0; round < 2; round++)
      expect(matcher.screen(assets.map(packed))).toEqual(
        [1, 0, 0, 1, 0, 0, 1, 0, 0].map((maybe) => maybe === 1),
      );
    expect(matcher.mayMatch(far)).toBe(false);
    expect(matcher.mayMatch([...far, near[0]!])).toBe(true);
    expect(matcher.mayMatch([])).toBe(false);
    const wide = { ...far[0]!, hex: `${far[0]!.hex}00` };
    expect(matcher.mayMatch([wide])).toBe(true);
    expect(() => matcher.screen([packed([wide])])).toThrow('has 33 bytes');
    expect(matcher.screen([packed(far)])).toEqual([false]);
  });

  it('shows listed hashes when asked to, which its permutation must not change', async () => {
    const lists = twoLists(60, 'clustered', 5);
    await compile(lists, 'known.hsx', 50);
    const compiled = openCompiled(join(folder, 'known.hsx'), algorithms);
    const show = { showHashes: true };
    const [plain, quick] = [
      createMatcher(lists, thresholds, show),
      createMatcher([compiled], thresholds, show),
    ];
    for (const query of queriesFor(lists[0]!, 9, 1)) expect(quick.match(query)).toEqual(plain.match(query));
    compiled.close();
  });

  it('reads an image page by page, then whole, and answers the same', async () => {
    const lists = [listOf('big', { pdq: hashesOf('clustered', 256, 60_000, 8) })];
    await compile(lists);
    const compiled = openCompiled(join(folder, 'known.hsx'), algorithms);
    const [plain, quick] = [createMatcher(lists, thresholds), createMatcher([compiled], thresholds)];
    const queries = queriesFor(lists[0]!, 520, 3);
    let matches = 0;
    // The last twenty come when everything has been read.
    for (const [at, query] of queries.entries()) {
      const found = quick.match(query);
      if (at < 40 || at >= 500) expect(found).toEqual(plain.match(query));
      matches += found.length;
    }
    expect(matches).toBeGreaterThan(1000);
    // What has been read whole needs the file no more, but for what it says of a match.
    const fresh = openCompiled(join(folder, 'known.hsx'), algorithms);
    truncateSync(join(folder, 'known.hsx'), 4096);
    const far = fingerprint('pdq', hashesOf('random', 256, 1, 77));
    expect(quick.match(far)).toEqual([]);
    expect(() => createMatcher([fresh], thresholds).match(far)).toThrow(StageError);
    fresh.close();
    compiled.close();
  });

  it('finds everything where queries that are looked up together need more rows than fit', async () => {
    // Crowded buckets: a hundred pictures, each with many copies.
    const random = numbers(3);
    const centres = Array.from({ length: 100 }, (_, at) => hashesOf('random', 256, 1, 50 + at));
    const hashes = new Uint8Array(150_000 * 32);
    for (let row = 0; row < 150_000; row++)
      hashes.set(flipped(centres[row % 100]!, 2 + random(8), random), row * 32);
    const list = listOf('crowded', { pdq: hashes });
    await compile([list], 'crowded.hsx');
    const compiled = openCompiled(join(folder, 'crowded.hsx'), algorithms);
    const oracle = createMatcher([list], thresholds);
    const [single, together] = [createMatcher([compiled], thresholds), createMatcher([compiled], thresholds)];
    const queries = centres.map((centre) => fingerprint('pdq', flipped(centre, 24, random)));
    const far = Array.from({ length: 20 }, (_, at) =>
      fingerprint('pdq', hashesOf('random', 256, 1, 900 + at)),
    );
    for (const query of queries.slice(0, 10))
      expect(JSON.stringify(single.match(query))).toBe(JSON.stringify(oracle.match(query)));
    expect(together.mayMatch(far)).toBe(false);
    expect(together.mayMatch([...far, ...queries])).toBe(true);
    for (const query of [...queries, ...far]) {
      const expected = oracle.match(query);
      expect(expected.length > 100).toBe(!far.includes(query));
      expect(JSON.stringify(together.match(query))).toBe(JSON.stringify(expected));
    }
    compiled.close();
  });

  it('tells what it was made of', async () => {
    const lists = twoLists(5, 'random', 1);
    const { sha256, bytes } = await compile(lists);
    const path = join(folder, 'known.hsx');
    const compiled = openCompiled(path, algorithms);
    compiled.close();
    expect(await isCompiledFile(path)).toBe(true);
    expect(compiled).toMatchObject({
      sha256,
      meta: {
        tool: '1.2.3',
        created: '1970-01-01T00:00:00.000Z',
        lists: [
          {
            ...lists[0]!.identity,
            hashes: { pdq: 15, md5: 5, phash: 5 },
            categories: { csam: 14, exploitative: 11 },
          },
          { ...lists[1]!.identity, hashes: { sha1: 5, pdq: 10, md5: 5 } },
        ],
      },
    });
    expect(compiled.columns.get('pdq')!.size).toBe(25);
    expect(compiled.meta.columns[0]).toMatchObject({ algorithm: 'pdq', hashes: 25, rows: 15 });
    expect(statSync(path)).toMatchObject({ size: bytes, mode: 0o100600 });
    expect(await verifyCompiled(path, algorithms)).toMatchObject({ damaged: 0, sha256, expected: sha256 });
  });

  it('answers equality only for digests', async () => {
    await compile(twoLists(5, 'random', 1));
    const compiled = openCompiled(join(folder, 'known.hsx'), algorithms);
    const matcher = createMatcher([compiled], { ...thresholds, md5: 2 });
    expect(() => matcher.match(fingerprint('md5', new Uint8Array(16)))).toThrow(/its threshold must be 0/);
    compiled.close();
  });

  it('appears whole or not at all', async () => {
    const stop = new AbortController();
    stop.abort();
    const before = readdirSync(folder);
    const options = { tool: '1', now: new Date(0), exact, signal: stop.signal };
    await expect(
      compileLists(twoLists(5, 'random', 1), join(folder, 'never.hsx'), options),
    ).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a damaged compiled list', () => {
  const path = () => join(folder, 'damaged.hsx');
  const refusal = () => {
    try {
      openCompiled(path(), algorithms).close();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
    return 'opened';
  };

  it('is refused by name when the header, the checksums, the version or the length are wrong', async () => {
    await compile(twoLists(20, 'random', 2));
    const sound = readFileSync(join(folder, 'known.hsx'));
    const change = (action: (bytes: Buffer) => Buffer | undefined) => {
      const copy = Buffer.from(sound);
      writeFileSync(path(), action(copy) ?? copy);
      return refusal();
    };
    const flip = (at: number) => (bytes: Buffer) => {
      bytes[at]! ^= 4;
      return bytes;
    };
    expect(change(() => undefined)).toBe('opened');
    expect(change((bytes) => bytes.subarray(0, -1))).toMatch(/damaged\.hsx: .*bytes long where/);
    expect(change((bytes) => bytes.subarray(0, 100))).toMatch(/cut short/);
    expect(change((bytes) => Buffer.concat([bytes, Buffer.of(0)]))).toMatch(/bytes long where/);
    expect(change(flip(30))).toMatch(/header is damaged/);
    expect(change(flip(8))).toMatch(/made in version 7 of the format/);
    expect(change(flip(sound.length - 1))).toMatch(/checksums are damaged/);
    expect(change(flip(0))).toMatch(/no compiled list/);
    writeFileSync(path(), sound);
    expect(() => openCompiled(path(), { ...algorithms, pdq: 128 })).toThrow(/256-bit hashes of "pdq"/);
    expect(() => openCompiled(join(folder, 'missing.hsx'), algorithms)).toThrow(UsageError);
  });

  it('never answers wrongly: any flipped bit is refused, reported, or does not matter', async () => {
    const lists = [
      listOf('one', { pdq: hashesOf('clustered', 256, 80, 5), md5: hashesOf('random', 128, 80, 6) }),
    ];
    await compile(lists);
    const sound = readFileSync(join(folder, 'known.hsx'));
    const plain = createMatcher(lists, thresholds);
    const queries = queriesFor(lists[0]!, 2, 4);
    const expected = queries.map((query) => plain.match(query));
    let reported = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(7), async (at, bit) => {
        const bytes = Buffer.from(sound);
        bytes[at]! ^= 1 << bit;
        writeFileSync(path(), bytes);
        try {
          const compiled = openCompiled(path(), algorithms);
          try {
            const matcher = createMatcher([compiled], thresholds);
            expect(queries.map((query) => matcher.match(query))).toEqual(expected);
          } finally {
            compiled.close();
          }
        } catch (error) {
          if (!(error instanceof UsageError || error instanceof StageError)) throw error;
          reported++;
        }
        const verified = await verifyCompiled(path(), algorithms).catch((error: unknown) => {
          if (error instanceof UsageError) return { damaged: 1 };
          throw error;
        });
        expect(verified.damaged).toBe(1);
      }),
      { numRuns: 40 },
    );
    expect(reported).toBeGreaterThan(0);
  });
});
