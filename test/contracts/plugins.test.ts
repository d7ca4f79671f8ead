import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import type { Bitmap } from '../../src/core/types.js';
import {
  type AlgorithmSource,
  type KnownAlgorithm,
  knownAlgorithms,
  loadAlgorithm,
  type OwnAlgorithm,
  type PixelAlgorithm,
  storageOf,
} from '../../src/fingerprints/index.js';
import { compileLists, openCompiled } from '../../src/matching/index.js';
import { createScanner } from '../../src/scanner/index.js';
import { formulaPicture } from '../fingerprints/pictures.js';
import { tempDir } from '../support/cli.js';
import { draw, drawPixels } from '../support/draw.js';

const support = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

/** Whoever writes a plug-in adds it here: everything below must hold for it. */
const sources: readonly (readonly [string, AlgorithmSource])[] = [
  ['a module', { name: 'photodna', module: support('toy-algorithm.mjs') }],
  [
    'a program',
    {
      ...{ name: 'photodna', program: [process.execPath, support('toy-program.mjs')] },
      ...{ bits: 1152, metric: 'l1', threshold: 600, recipe: 'toy-program/1' },
    },
  ],
];

const byMetric: Readonly<Record<string, (difference: number) => number>> = {
  hamming: (difference) => difference.toString(2).replaceAll('0', '').length,
  l1: Math.abs,
  'l2-squared': (difference) => difference ** 2,
};

/** The distance of two hashes, computed as the documentation of the metrics says it. */
function distanceOf({ metric }: OwnAlgorithm, one: Uint8Array, other: Uint8Array): number {
  const of = byMetric[metric]!;
  return one.reduce(
    (sum, byte, at) => sum + of(metric === 'hamming' ? byte ^ other[at]! : byte - other[at]!),
    0,
  );
}

const bitmapOf = (seed: number): Bitmap => ({
  width: 240,
  height: 180,
  channels: 3,
  data: drawPixels(seed, 240, 180),
});
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Hashes that lie around each other at all distances: random steps away from that of a picture. */
function around(hash: Uint8Array, count: number): Uint8Array[] {
  let state = 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % below;
  };
  return Array.from({ length: count }, (_, row) =>
    hash.map((byte) => (next(count) < row ? (byte + next(1 + (row % 40))) & 255 : byte)),
  );
}

const packed = (rows: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(rows));

function listOf({ name, bits }: OwnAlgorithm, rows: readonly Uint8Array[]): HashList {
  const labels = { category: 'csam' } as const;
  const column = {
    ...{ bits, size: rows.length, hashes: packed(rows) },
    entry: (row: number) => ({ id: `entry-${row}`, ...labels }),
    labels: () => labels,
  };
  return {
    identity: { name: 'licensed', sha256: '0'.repeat(64), entries: rows.length },
    columns: new Map([[name, column]]),
  };
}

describe.each(sources)('%s keeps the contract of plug-ins', async (_name, source) => {
  const own = await loadAlgorithm(source);
  const known: KnownAlgorithm = knownAlgorithms([], { plugins: [own] }).get(own.name);
  const algorithm = known as PixelAlgorithm;
  const hashOf = (bitmap: Bitmap) => bytesOf(algorithm.raw(bitmap).hex);

  it('makes the same hash of the same pixels, of `bits` bits, and does not change them', () => {
    const bitmap = bitmapOf(1);
    const before = bitmap.data.slice();
    const { hex } = algorithm.raw(bitmap);
    expect(hex).toMatch(new RegExp(`^[0-9a-f]{${own.bits / 4}}$`));
    expect(algorithm.raw({ ...bitmap, data: before.slice() }).hex).toBe(hex);
    expect(Buffer.compare(bitmap.data, before)).toBe(0);
  });

  it('makes the same hashes of several pictures at once, in their order', () => {
    const bitmaps = [3, 1, 2].map(bitmapOf);
    const many = own.computeMany?.(bitmaps) ?? bitmaps.map((one) => own.compute(one));
    expect(many.map(({ hex }) => hex)).toEqual(bitmaps.map((one) => algorithm.raw(one).hex));
  });

  it('takes pictures of every number of channels', () => {
    const { width, height, data } = formulaPicture('blobs', 120, 90);
    for (const channels of [1, 3, 4] as const) {
      const of = Uint8Array.from({ length: width * height * channels }, (_, at) => data[at % data.length]!);
      expect(algorithm.raw({ width, height, channels, data: of }).hex).toHaveLength(own.bits / 4);
    }
  });

  it('is near for a copy that was saved again, and not for another picture', async () => {
    const saved = await draw(1, 240, 180).jpeg({ quality: 60 }).toBuffer();
    const { default: sharp } = await import('sharp');
    const { data, info } = await sharp(saved).raw().toBuffer({ resolveWithObject: true });
    const copy = hashOf({ width: info.width, height: info.height, channels: 3, data: Uint8Array.from(data) });
    expect(distanceOf(own, hashOf(bitmapOf(1)), copy)).toBeLessThanOrEqual(own.threshold);
    expect(distanceOf(own, hashOf(bitmapOf(1)), hashOf(bitmapOf(2)))).toBeGreaterThan(own.threshold);
  });

  it('has an index that finds every row within the threshold and no other, nearest first', () => {
    const query = hashOf(bitmapOf(1));
    const rows = around(query, 300);
    const index = algorithm.index!(packed(rows), own.bits);
    const distances = rows.map((row) => distanceOf(own, query, row));
    for (const threshold of [0, 1, Math.floor(own.threshold / 2), own.threshold]) {
      const expected = distances
        .map((distance, row) => ({ row, distance }))
        .filter(({ distance }) => distance <= threshold)
        .sort((a, b) => a.distance - b.distance || a.row - b.row);
      expect(index.search(query, threshold)).toEqual(expected);
    }
    expect(distances.filter((distance) => distance <= own.threshold).length).toBeGreaterThan(10);
    expect(distances.filter((distance) => distance > own.threshold).length).toBeGreaterThan(10);
  });

  it('finds on a compiled list what it finds on the list itself', async () => {
    const rows = around(hashOf(bitmapOf(1)), 60);
    const list = listOf(own, [...rows, rows[5]!]);
    const path = join(tempDir(), 'licensed.hsx');
    await compileLists([list], path, {
      ...{ tool: 'test', now: new Date(0), ...storageOf([own]) },
    });
    const compiled = openCompiled(path, { [own.name]: own.bits });
    const fingerprint = { algorithm: own.name, hex: algorithm.raw(bitmapOf(1)).hex, recipe: own.recipe };
    const found = [list, compiled].map((one) => {
      const scanner = createScanner({ lists: [one], plugins: [own], workers: 0 });
      return scanner.match(fingerprint).map(({ entryId, distance }) => ({ entryId, distance }));
    });
    expect(found[1]).toEqual(found[0]);
    expect(found[0]!.length).toBeGreaterThan(5);
    compiled.close();
  });

  it('goes along the line: the hash of a file is that of its pixels', async () => {
    const bytes = await draw(1, 240, 180).png().toBuffer();
    const scanner = createScanner({ algorithms: [own.name], plugins: [own], views: 'none', workers: 0 });
    const hashes: string[] = [];
    for await (const result of scanner.scanBytes(bytes, { uri: 'memory:drawn' }))
      for (const { algorithm: name, hex } of result.fingerprints) if (name === own.name) hashes.push(hex);
    await scanner.close();
    expect(hashes).toEqual([algorithm.raw(bitmapOf(1)).hex]);
  });
});
