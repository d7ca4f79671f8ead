import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileUri } from '../../src/core/uri.js';
import { fileFetcher } from '../../src/fetchers/file.js';
import { versionOf } from '../../src/fetchers/file-version.js';
import { fileVersions } from '../../src/fetchers/file-versions.js';

const built = new URL('../../dist/fetchers/stat-thread.js', import.meta.url);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files with odd names, and their versions. */
const files = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const path = join(folder, `${i} ü%\n.bin`);
    writeFileSync(path, `${i}`);
    return {
      path,
      uri: fileUri(Buffer.from(path)),
      version: versionOf(statSync(path, { bigint: true })),
    };
  });

describe('the versions of many files', () => {
  it('tell which have not changed', async () => {
    const known = files(100);
    writeFileSync(known[7]!.path, 'longer');
    rmSync(known[8]!.path);
    const versions = fileVersions(30, built);
    const same = await versions.unchanged(known);
    expect(same?.flatMap((one, at) => (one ? [] : [at]))).toEqual([7, 8]);
    expect(await versions.unchanged(known.slice(0, 2))).toEqual([true, true]);
    versions.close();
  });

  it.each([100, 3])('or their times tell which are older than a moment, also %i at once', async (count) => {
    const known = files(count);
    const old = Date.now() / 1000 - 3600;
    utimesSync(known[1]!.path, old, old); // its rights and times were changed now
    rmSync(known[2]!.path);
    const uris = known.map(({ uri }) => uri);
    const fetcher = fileFetcher({ maxBytes: 1e6, timeoutSeconds: 30 });
    const gone = (one: unknown, at: number) => (at === 2 ? false : one);
    expect(await fetcher.older!(uris, Date.now() + 60_000)).toEqual(uris.map(() => true).map(gone));
    expect(await fetcher.older!(uris, Date.now() - 60_000)).toEqual(uris.map(() => false));
    expect(await fetcher.older!(['file://elsewhere/x'], Date.now() + 60_000)).toEqual([false]);
    await fetcher.close();
  });

  it('are told in turn where several ask at once', async () => {
    const known = files(100);
    const versions = fileVersions(30, built);
    const uris = known.map(({ uri }) => uri);
    const [same, older, again] = await Promise.all([
      versions.unchanged(known),
      versions.older(uris, Date.now() + 60_000),
      versions.unchanged(known.slice(0, 64)),
    ]);
    expect([same, older, again].map((told) => told?.filter(Boolean).length)).toEqual([100, 100, 64]);
    versions.close();
  });

  it('are asked for one by one where they are few', async () => {
    expect(await fileVersions(30, built).unchanged(files(3))).toBeUndefined();
  });

  it('hold up nobody where the file system hangs: twice tried, then left alone', async () => {
    const hanging = fileVersions(0.05, new URL('hanging-thread.mjs', import.meta.url));
    const known = files(100);
    for (let i = 0; i < 3; i++) expect(await hanging.unchanged(known)).toBeUndefined();
  });

  it('hold up nobody where the thread cannot start', async () => {
    const broken = fileVersions(30, new URL('no-such-thread.mjs', import.meta.url));
    expect(await broken.unchanged(files(100))).toBeUndefined();
  });

  it('can be given up by the run', async () => {
    const stop = new AbortController();
    const asked = fileVersions(30, new URL('hanging-thread.mjs', import.meta.url)).unchanged(
      files(100),
      stop.signal,
    );
    stop.abort(new Error('interrupted'));
    await expect(asked).rejects.toThrow('interrupted');
  });
});
