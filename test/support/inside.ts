import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addressOf } from '../../src/core/event.js';
import type { ScanResult } from '../../src/core/types.js';
import { loadList } from '../../src/index.js';
import { createScanner, type ScannerOptions } from '../../src/scanner/scanner.js';
import { tempDir } from './cli.js';

/** How every asset ends that is found in a file with these bytes: address below the file → outcome and code. */
export async function endsInside(
  name: string,
  bytes: Uint8Array,
  options: ScannerOptions = {},
): Promise<Record<string, string>> {
  const results = await resultsInside(name, bytes, options);
  return Object.fromEntries(results.map((result) => [nameIn(name, result), endOf(result)]));
}

/** Every result, those inside before that of the file. */
export async function resultsInside(
  name: string,
  bytes: Uint8Array,
  options: ScannerOptions = {},
): Promise<ScanResult[]> {
  const path = join(tempDir(), name);
  writeFileSync(path, bytes);
  const scanner = createScanner({
    algorithms: ['pdq', 'sha256'],
    views: 'none',
    workers: 0,
    ...options,
  });
  const results: ScanResult[] = [];
  for await (const result of scanner.scanAsset({ uri: pathToFileURL(path).href })) results.push(result);
  await scanner.close();
  return results;
}

/** A hash list of pictures, by PDQ. */
export async function listOf(...pictures: readonly Uint8Array[]) {
  const path = join(tempDir(), 'known.txt');
  const hashes: string[] = [];
  for (const bytes of pictures)
    for (const { fingerprints } of await resultsInside('picture', bytes, { algorithms: ['pdq'] }))
      for (const { algorithm, hex } of fingerprints) if (algorithm === 'pdq') hashes.push(`pdq:${hex}\n`);
  writeFileSync(path, hashes.join(''));
  return (await loadList({ path })).list;
}

const nameIn = (name: string, { ref }: ScanResult) => addressOf({ ...ref, uri: name });

export const endOf = (result: ScanResult): string =>
  result.outcome === 'failed'
    ? `failed ${result.stage}/${result.code}`
    : result.outcome === 'skipped'
      ? `skipped ${result.reason}`
      : result.outcome;
