import { describe, expect, it } from 'vitest';
import type { PackedHashes } from '../../src/core/hashes.js';
import type { AssetRef } from '../../src/core/types.js';
import { mapOrdered } from '../../src/runners/inline.js';
import { scanRemembering } from '../../src/runners/remembering.js';
import type { Scanner } from '../../src/scanner.js';

const craft = { recipes: {}, look: 'l', tool: '1' };
/** A scanner for which nothing has changed and nothing matches; `screened` is told the bytes of each screening. */
const scannerOf = (screened: (bytes: number) => void): Scanner =>
  ({
    ...craft,
    inside: { how: 'h', mediaTypes: [] },
    passed: () => undefined,
    unchanged: async (known: readonly unknown[]) => known.map(() => true),
    screen(hashes: readonly PackedHashes[]) {
      screened(hashes.reduce((sum, { size }) => sum + size, 0));
      return hashes.map(() => false);
    },
    map: (
      source: AsyncIterable<unknown>,
      task: (item: unknown) => AsyncIterable<unknown>,
      signal?: AbortSignal,
    ) => mapOrdered(source, task, { concurrency: 4, signal }),
  }) as unknown as Scanner;

const memoryOf = (ref: AssetRef, size: number) => ({
  row: 1,
  ...craft,
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
  const results = scanRemembering(
    scannerOf((one) => bytes.push(one)),
    (async function* () {
      yield refs;
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
