import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergedEvent } from '../../src/core/event.js';
import type { DetectionEvent, ListIdentity, Match } from '../../src/core/types.js';
import { Ledger } from '../../src/ledger/index.js';
import { event } from '../reports/cases.js';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  ledger = await Ledger.open(join(folder, 'l'));
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

const exact: Match = {
  list: 'ncmec',
  entryId: 'ncmec-123',
  algorithm: 'sha256',
  distance: 0,
  threshold: 0,
  category: 'csam',
};
const near: Match = { ...exact, list: 'other', entryId: 'other-9', algorithm: 'pdq', distance: 28 };
const edition = (name: string, sha256 = name): ListIdentity => ({ name, sha256, entries: 1 });
const day = (n: number) => Date.UTC(2026, 0, n);

/** A run of day `n` that detects the same asset by these matches. */
function detect(n: number, matches: readonly Match[], lists: readonly ListIdentity[], tool = '1.0.0') {
  const run = ledger.begin({ command: 'scan', key: `k${n}`, tool, lists }, day(n));
  const found = event(1, 'https://a.example/1.jpg', {
    matches: [...matches],
    lists: [...lists],
    scanId: run.id,
    detectedAt: new Date(day(n)).toISOString(),
    tool: { name: 'hashsieve', version: tool },
    ...(matches[0]!.suppressed ? { suppressed: matches[0]!.suppressed } : {}),
  });
  run.detect(found, day(n));
  return found;
}
const of = (found: DetectionEvent) => ledger.detections.of(found.scanId);
const suppressed = { list: 'allow', entryId: 'a', reason: 'ours' };

describe('detections', () => {
  it('of a run stay what that run said, whatever later runs find', () => {
    const first = detect(1, [exact], [edition('ncmec')]);
    const second = detect(2, [near], [edition('other')]);
    const third = detect(3, [{ ...exact, suppressed }], [edition('ncmec')]);
    expect(of(first)).toEqual([first]);
    expect(of(second)).toEqual([second]);
    expect(of(third)).toEqual([third]);
    expect(ledger.detections.of('latest')).toEqual([third]);
    expect(ledger.detections.of('nope')).toBeUndefined();
  });

  it('of all runs are one each: every match and list, as first detected', () => {
    const first = detect(1, [exact], [edition('ncmec')]);
    detect(2, [near], [edition('other')]);
    expect(ledger.detections.all()).toEqual([
      { ...first, matches: [exact, near], lists: [edition('ncmec'), edition('other')] },
    ]);
  });

  it('hold harmless only the matches that an allow list was asked about, by its latest word', () => {
    detect(1, [exact], [edition('ncmec')]);
    detect(2, [{ ...near, suppressed }], [edition('other')]);
    const [both] = ledger.detections.all();
    expect(both).toMatchObject({ best: exact, matches: [exact, { ...near, suppressed }] });
    expect(both).not.toHaveProperty('suppressed');
    detect(3, [{ ...exact, suppressed }], [edition('ncmec')]);
    expect(ledger.detections.all()).toMatchObject([{ suppressed, best: { suppressed } }]);
    detect(4, [exact], [edition('ncmec')]); // the entry of the allow list has lapsed
    const [again] = ledger.detections.all();
    expect(again).toMatchObject({ best: exact, detectedAt: new Date(day(1)).toISOString() });
    expect(again).not.toHaveProperty('suppressed');
  });

  it('are kept once for a year of nights that find the same, and still each night tells its own', () => {
    const nights = Array.from({ length: 365 }, (_, n) =>
      detect(
        n + 1,
        [{ ...exact, expectedByChance: n }],
        [edition('ncmec', `edition-${n}`)],
        `1.${Math.floor(n / 100)}.0`,
      ),
    );
    const events = () => ledger.database.value('SELECT count(*) FROM events');
    expect(events()).toBe(1);
    const { best: _b, matches: _m, ...night } = nights[300]!;
    expect(of(nights[300]!)).toMatchObject([night]);
    expect(ledger.detections.all()).toEqual([nights[0]]);
    detect(400, [exact, near], [edition('ncmec'), edition('other')]);
    expect(events()).toBe(2);
  });
});

it('a detection of several runs names the frame of its best match', () => {
  const at = (frame: number, distance: number) =>
    event(1, 'https://a.example/a.gif', {
      frame,
      matches: [{ ...near, threshold: 31, view: 'upright', frame, distance }],
    });
  expect(mergedEvent([at(3, 4), at(7, 20)])).toMatchObject({ frame: 3, best: { frame: 3, distance: 4 } });
});
