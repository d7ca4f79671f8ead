import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileUri } from '../../src/core/uri.js';
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

  it('are told in turn where several ask at once', async () => {
    const known = files(100);
    const versions = fileVersions(30, built);
    const answers = await Promise.all([
      versions.unchanged(known),
      versions.unchanged(known.slice(0, 64)),
      versions.unchanged(known.map((one) => ({ ...one, version: 'other' }))),
    ]);
    expect(answers.map((told) => told?.filter(Boolean).length)).toEqual([100, 64, 0]);
    versions.close();
  });

  it('are asked for one by one where they are few, unless that would not do', async () => {
    const versions = fileVersions(30, built);
    const known = files(3);
    expect(await versions.unchanged(known)).toBeUndefined();
    rmSync(known[1]!.path);
    expect(await versions.unchanged(known, undefined, true)).toEqual([true, false, true]);
    versions.close();
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
