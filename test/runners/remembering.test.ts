import { describe, expect, it } from 'vitest';
import type { PackedHashes } from '../../src/core/hashes.js';
import type { AssetRef } from '../../src/core/types.js';
import { mapOrdered } from '../../src/runners/inline.js';
import { scanWithCache } from '../../src/runs/cached-scan.js';
import type { Scanner } from '../../src/scanner/scanner.js';

const settings = { recipes: {}, look: 'l', tool: '1' };
/** What every asset is once it is read: a member that cannot be had, and itself. */
async function* readAnew(ref: AssetRef) {
  const failed = {
    outcome: 'failed',
    stage: 'decode',
    code: 'c',
    message: '',
    fingerprints: [],
    withheld: [],
  };
  yield { ...failed, ref: { ...ref, member: 'read anew' } };
  yield { ...failed, ref };
}

/** A scanner for which nothing has changed and nothing matches; `screened` is told the bytes of each screening. */
const scannerOf = (screened: (bytes: number) => void): Scanner =>
  ({
    ...settings,
    inside: { how: 'h', mediaTypes: ['application/zip'] },
    unchanged: async (known: readonly unknown[]) => known.map(() => true),
    screen(hashes: readonly PackedHashes[]) {
      screened(hashes.reduce((sum, { size }) => sum + size, 0));
      return hashes.map(() => false);
    },
    map: (
      source: AsyncIterable<unknown>,
      task: (item: unknown, line: (ref: AssetRef) => AsyncIterable<unknown>) => AsyncIterable<unknown>,
      signal?: AbortSignal,
    ) => mapOrdered(source, (item) => task(item, readAnew), { concurrency: 4, signal }),
  }) as unknown as Scanner;

const memoryOf = (ref: AssetRef, size: number) => ({
  state: 'stored' as const,
  row: 1,
  ...settings,
  asset: {
    ref,
    version: 'v',
    facts: { mediaType: 'image/png', size: 1 },
    hashes: { size, isPartly: false, each() {}, unpack: () => ({ fingerprints: [], withheld: [] }) },
  },
});

/** Scans a hundred assets of 300,000 bytes of hashes each; gives their addresses as results come, and the bytes screened at once. */
async function rescan(onResults: () => void, signal?: AbortSignal) {
  const refs = Array.from({ length: 100 }, (_, i) => ({ uri: `file:///${i}` }));
  const bytes: number[] = [];
  const uris: string[] = [];
  const results = scanWithCache(
    scannerOf((one) => bytes.push(one)),
    (async function* () {
      yield refs.map((ref) => ({ kind: 'asset' as const, ref }));
    })(),
    {
      recall: (some) => some.map((ref) => memoryOf(ref, 300_000)),
      recallInside: () => [],
      tool: '1',
      signal,
    },
  );
  for await (const some of results) {
    uris.push(...some.map(({ result }) => result.ref.uri));
    onResults();
  }
  return { all: refs.map(({ uri }) => uri), uris, bytes };
}

describe('assets that have not changed', () => {
  it('have their results in their order, whatever number of hashes they have', async () => {
    const { all, uris, bytes } = await rescan(() => {});
    expect(uris).toEqual(all);
    expect(Math.max(...bytes)).toBeLessThan(1.3e6);
  });

  it('are given up at a signal, those of the same batch too', async () => {
    const stop = new AbortController();
    const { all, uris } = await rescan(() => setImmediate(() => stop.abort()), stop.signal);
    expect(uris.length).toBeGreaterThan(0);
    expect(uris.length).toBeLessThan(50);
    expect(uris).toEqual(all.slice(0, uris.length));
  });
});

describe('an asset of which the ledger loses what is inside', () => {
  it('is read again, in its turn', async () => {
    const refs = ['a', 'b', 'c'].map((name) => ({ uri: `file:///${name}` }));
    const member = (ref: AssetRef) => memoryOf({ ...ref, member: 'remembered' }, 1);
    const asked: string[] = [];
    const results = scanWithCache(
      scannerOf(() => {}),
      (async function* () {
        yield refs.map((ref) => ({ kind: 'asset' as const, ref }));
      })(),
      {
        recall: (some) =>
          some.map((ref) => {
            const memory = memoryOf(ref, 1);
            const archive = {
              facts: { mediaType: 'application/zip', size: 1 },
              opened: { how: 'h', assets: 1 },
            };
            return { ...memory, asset: { ...memory.asset, ...archive } };
          }),
        // The damage shows when it is asked for the second time.
        recallInside(ref) {
          asked.push(ref.uri);
          const isLost = ref.uri === 'file:///b' && asked.filter((uri) => uri === ref.uri).length > 1;
          return isLost ? undefined : [member(ref)];
        },
        tool: '1',
      },
    );
    const ends: string[] = [];
    for await (const some of results)
      ends.push(...some.map(({ result: { ref } }) => `${ref.uri} ${ref.member ?? ''}`.trim()));
    expect(ends).toEqual([
      'file:///a remembered',
      'file:///a',
      'file:///b read anew',
      'file:///b',
      'file:///c remembered',
      'file:///c',
    ]);
  });
});
