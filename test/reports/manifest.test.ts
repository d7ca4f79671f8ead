import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { earlierDrafts } from '../../src/filing/draft-store.js';
import { checkDraft, readManifest } from '../../src/reports/assemble.js';
import { authorities } from '../../src/reports/index.js';
import { event } from './cases.js';
import { draftsOf, filesOf } from './draft-case.js';

const review = { by: 'J. Doe', at: '2026-05-01T10:00:00Z', fileViewed: true } as const;
const [first, second] = [event(1, 'https://a.example/1.jpg'), event(2, 'https://a.example/2.jpg')];
const test = {
  classification: 'A1' as const,
  events: [first, second],
  to: [],
  context: { [first.id]: { review } },
};
const [draft] = draftsOf(test, 'ncmec');
const text = draft!.files['manifest.json']!;

const dir = mkdtempSync(join(tmpdir(), 'hashsieve-manifest-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('manifest.json of a draft', () => {
  it('is read back as it was written, by every authority', () => {
    for (const name of Object.keys(authorities) as (keyof typeof authorities)[])
      for (const one of draftsOf(test, name)) {
        const read = readManifest(one.files['manifest.json']!);
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(one.files['manifest.json']!)));
        expect(read?.authority).toBe(name);
      }
    const read = readManifest(text)!;
    expect(read.events.map(({ id, review: seen }) => [id, seen])).toEqual([
      [first.id, review],
      [second.id, null],
    ]);
  });

  it.each<[string, (manifest: Record<string, unknown>) => unknown]>([
    ['is no object', () => []],
    ['is of another schema', (one) => ({ ...one, schema: 'hashsieve/draft/2' })],
    ['names no receiver', (one) => ({ ...one, authority: 7 })],
    ['has no group', (one) => ({ ...one, group: 'x' })],
    ['was drafted at no time', (one) => ({ ...one, draftedAt: 'yesterday' })],
    ['has no events', (one) => ({ ...one, events: [] })],
    ['has an event without an id', (one) => changed(one, { id: undefined })],
    ['has an event without digests', (one) => changed(one, { digests: { md5: 'x', sha256: 'y' } })],
    ['has an event whose name is none', (one) => changed(one, { fileName: 3 })],
    ['has a review that is none', (one) => changed(one, { review: 'yes' })],
    ['has a file without its digest', (one) => ({ ...one, files: { 'report.xml': 1 } })],
  ])('that %s is none: nothing is made up, and report check says so', (_what, change) => {
    const damaged = JSON.stringify(change(JSON.parse(text)));
    expect(readManifest(damaged)).toBeUndefined();
    const findings = checkDraft(filesOf(draft!).set('manifest.json', damaged), Date.now());
    expect(findings).toContainEqual(expect.objectContaining({ file: 'manifest.json', rule: 'required' }));
  });

  it('that is damaged where something was filed is named: nobody can tell what was filed', async () => {
    const path = join(dir, 'ncmec-1');
    mkdirSync(path);
    writeFileSync(join(path, 'manifest.json'), text.slice(0, 200));
    expect(await earlierDrafts(dir)).toEqual([]);
    writeFileSync(join(path, 'submission.jsonl'), '{}\n');
    await expect(earlierDrafts(dir)).rejects.toThrow(
      /ncmec-1\/manifest\.json is missing or damaged, .*restore/,
    );
    writeFileSync(join(path, 'manifest.json'), text);
    expect(await earlierDrafts(dir)).toMatchObject([{ authority: 'ncmec', events: [first.id, second.id] }]);
  });
});

/** The manifest with another first event. */
const changed = (manifest: Record<string, unknown>, change: object) => {
  const [one, ...others] = manifest.events as object[];
  return { ...manifest, events: [{ ...one, ...change }, ...others] };
};
