import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/core/cache-entry.js';
import { emptySummary } from '../../src/core/summary.js';
import type { DetectionEvent, FingerprintedAsset, ScanResult } from '../../src/core/types.js';
import { holdLedger, openDatabase } from '../../src/ledger/database.js';
import { loadDriver } from '../../src/ledger/driver.js';
import { defaultLedgerPath, Ledger } from '../../src/ledger/index.js';
import { migrate, migrations } from '../../src/ledger/migrations.js';

const driver = await loadDriver();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const craft = { recipes: { pdq: 'pdq-full/1' }, look: 'upright', tool: '1.0.0' };
const plan = { command: 'scan' as const, key: 'k', tool: '1.0.0', lists: [] };
const ref = { uri: 'file:///a%20b.jpg' };
const hex = (digit: string) => digit.repeat(64);

const assetOf = (sha256: string, pdq: string): FingerprintedAsset => ({
  ref,
  version: `v-${sha256[0]}`,
  facts: { mediaType: 'image/jpeg', size: 3, width: 10, height: 20, frames: 1 },
  fingerprints: [
    { algorithm: 'sha256', hex: sha256, recipe: 'sha256/1' },
    { algorithm: 'pdq', hex: pdq, recipe: 'pdq-full/1', quality: 77, view: 'upright' },
  ],
  withheld: [{ algorithm: 'phash', reason: 'low-quality', quality: 12, view: 'upright' }],
});
const clear: ScanResult = {
  outcome: 'clear',
  ref,
  facts: { mediaType: 'image/jpeg', size: 3 },
  fingerprints: [],
  withheld: [],
};
const settled = (asset: FingerprintedAsset, at = 1) => ({
  ref,
  result: clear,
  at,
  tool: '1.0.0',
  entry: { state: 'computed' as const, ...craft, asset },
});

describe('the ledger', () => {
  it('gives back what it was given, for as long as the bytes stay the same', async () => {
    const path = join(folder, 'deep/ledger.sqlite');
    const first = await Ledger.open(path);
    const run = first.begin(plan, 1);
    run.settle(settled(assetOf(hex('a'), hex('1'))));
    run.settle({ ...settled(assetOf(hex('b'), hex('2')), 2), ref: { uri: 'zip:x', member: 'é', frame: 3 } });
    run.flush();
    first.close();
    const again = await Ledger.open(path);
    const [kept] = again.recall([ref]);
    expect({ ...kept, asset: unpacked(kept!.asset!) }).toMatchObject({
      ...craft,
      asset: assetOf(hex('a'), hex('1')),
    });
    const inside = again.recall([{ uri: 'zip:x', member: 'é', frame: 3 }])[0]?.asset?.hashes;
    expect(inside?.unpack().fingerprints).toEqual(assetOf(hex('b'), hex('2')).fingerprints);
    expect(again.recall([{ uri: 'zip:x' }])[0]).toBeUndefined();
    again.close();
  });

  it('shows every hash where it lies, whatever lies between them', async () => {
    const ledger = await Ledger.open(join(folder, 'l'));
    const run = ledger.begin(plan, 1);
    const of = (frame: number, digit: string) => [
      { algorithm: 'pdq', hex: hex(digit), recipe: 'p/1', quality: 60 + frame, view: 'upright', frame },
      { algorithm: 'phash', hex: digit.repeat(16), recipe: 'h/1', view: 'upright', frame },
      { algorithm: 'pdq', hex: hex(digit), recipe: 'p/1', quality: 50, view: 'trimmed', frame },
    ];
    const asset = assetOf(hex('a'), hex('1'));
    const fingerprints = [...asset.fingerprints, ...of(0, '2'), ...of(1, '3')];
    run.settle(settled({ ...asset, fingerprints }));
    run.flush();
    const shown: string[] = [];
    ledger.recall([ref])[0]!.asset!.hashes.each(({ algorithm, width, offsets }, bytes, start) => {
      for (const offset of offsets) {
        const from = start + offset;
        shown.push(`${algorithm} ${Buffer.from(bytes.subarray(from, from + width)).toString('hex')}`);
      }
    });
    expect(shown.sort()).toEqual(fingerprints.map((one) => `${one.algorithm} ${one.hex}`).sort());
    ledger.close();
  });

  it('remembers in which look of a frame a picture holds little detail, after it was closed, too', async () => {
    const path = join(folder, 'l');
    const first = await Ledger.open(path);
    const run = first.begin(plan, 1);
    const of = (frame: number, view: string, lowDetail?: true) => ({
      ...{ algorithm: 'pdq', hex: hex(`${frame}`), recipe: 'p/1', quality: 60, view, frame },
      ...(lowDetail && { lowDetail }),
    });
    const asset = assetOf(hex('a'), hex('1'));
    const fingerprints = [
      ...asset.fingerprints,
      of(0, 'upright', true),
      of(0, 'trimmed'),
      of(1, 'upright'),
      of(1, 'trimmed', true),
      of(2, 'upright'),
    ];
    run.settle(settled({ ...asset, fingerprints }));
    run.flush();
    first.close();
    const again = await Ledger.open(path);
    expect(again.recall([ref])[0]!.asset!.hashes.unpack().fingerprints).toStrictEqual(fingerprints);
    again.close();
  });

  it('keeps fingerprints of bytes that others took the place of', async () => {
    const ledger = await Ledger.open(join(folder, 'l'));
    const run = ledger.begin(plan, 1);
    run.settle(settled(assetOf(hex('a'), hex('1'))));
    run.settle(settled(assetOf(hex('b'), hex('2')), 1000));
    run.flush();
    expect(ledger.recall([ref])[0]?.asset?.hashes.unpack().fingerprints[0]?.hex).toBe(hex('b'));
    const all = [...ledger.assets.all()].flat();
    expect(all.map(({ asset }) => asset.hashes.unpack().fingerprints[0]!.hex)).toEqual([hex('a'), hex('b')]);
    ledger.close();
  });

  it('takes up a run that was never ended, and knows what it had finished', async () => {
    const path = join(folder, 'l');
    const killed = await Ledger.open(path);
    const run = killed.begin(plan, 5);
    run.settle(settled(assetOf(hex('a'), hex('1')), 7));
    run.flush();
    killed.close();
    const next = await Ledger.open(path);
    expect(next.begin({ ...plan, key: 'other' }, 9).resumed).toBe(false);
    const resumed = next.begin(plan, 9);
    expect(resumed).toMatchObject({ id: run.id, resumed: true, startedAt: 5 });
    expect(resumed.finished([{ uri: 'file:///b' }, ref])).toMatchObject([
      undefined,
      { outcome: 'clear', at: 7 },
    ]);
    next.end(resumed, emptySummary(), true, 10);
    const fresh = next.begin(plan, 11);
    expect(fresh.resumed).toBe(false);
    expect(next.begin(plan, 12, true).id).not.toBe(fresh.id);
    next.close();
  });

  it('tells the version that a run of the plan gave an answer to, if to everything', async () => {
    const ledger = await Ledger.open(join(folder, 'l'));
    const other = { uri: 'file:///b' };
    const scan = (key: string, digit: string, clean: boolean) => {
      const run = ledger.begin({ ...plan, key }, 1);
      run.settle(settled(assetOf(hex(digit), hex('1'))));
      run.flush();
      ledger.end(run, emptySummary(), clean, 2);
      return ledger.versionsAnswered('k', [other, ref]);
    };
    expect(scan('k', 'a', true)).toEqual([undefined, 'v-a']);
    expect(scan('k', 'b', false)).toEqual([undefined, undefined]);
    expect(scan('k', 'c', true)).toEqual([undefined, 'v-c']);
    expect(scan('other', 'c', true)).toEqual([undefined, undefined]);
    ledger.close();
  });

  it('lets no part of what is inside a file pass for the whole of it', async () => {
    const ledger = await Ledger.open(join(folder, 'l'));
    const [file, member] = [{ uri: 'file:///z.zip' }, { uri: 'file:///z.zip', member: 'a' }];
    const inside = (sha256: string) => ({ ...settled(assetOf(sha256, hex('1'))), ref: member });
    const outside = (version: string) => {
      const asset = { ...assetOf(hex('c'), hex('1')), ref: file, version, opened: { how: 'zip', assets: 1 } };
      return { ...settled(asset), ref: file };
    };
    const opened = () => ledger.recall([file])[0]?.asset?.opened;
    const [one, other] = ['one', 'other'].map((key) => ledger.begin({ ...plan, key }, 1));
    one!.settle(inside(hex('a')));
    one!.settle(outside('v1'));
    one!.flush();
    expect(opened()).toEqual({ how: 'zip', assets: 1 });
    // Another run has read it when its member was another, and is killed before it comes to the file itself.
    other!.settle(inside(hex('b')));
    other!.flush();
    expect(opened()).toBeUndefined();
    // A run whose member another has replaced meanwhile does not vouch for it either.
    one!.settle(inside(hex('a')));
    one!.flush();
    other!.settle(inside(hex('b')));
    other!.flush();
    one!.settle(outside('v1'));
    one!.flush();
    expect(opened()).toBeUndefined();
    one!.settle(inside(hex('a')));
    one!.settle(outside('v1'));
    one!.flush();
    expect(opened()).toEqual({ how: 'zip', assets: 1 });
    ledger.close();
  });

  it('keeps detections without listed hashes', async () => {
    const path = join(folder, 'l');
    const ledger = await Ledger.open(path);
    const best = { list: 'l', entryId: '1', algorithm: 'pdq', distance: 0, threshold: 31, category: 'test' };
    const match = { ...best, listedHash: hex('f') };
    const detectedAt = '1970-01-01T00:00:00.001Z';
    const event = { id: 'e1', detectedAt, best: match, matches: [match] } as unknown as DetectionEvent;
    const run = ledger.begin(plan, 1);
    run.settle({ ...settled(assetOf(hex('a'), hex('1'))), event });
    expect(ledger.detections.all()).toEqual([{ id: 'e1', detectedAt, best, matches: [best] }]);
    ledger.close();
    expect(readFileSync(path).includes(hex('f'))).toBe(false);
  });

  it('is readable by its owner alone, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const path = join(folder, 'state/ledger.sqlite');
      const ledger = await Ledger.open(path);
      ledger.begin(plan, 1);
      for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-lock`])
        expect(statSync(file).mode & 0o777, file).toBe(0o600);
      expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
      ledger.close();
      chmodSync(path, 0o644);
      (await Ledger.open(path)).close();
      expect(statSync(path).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('is used by several at once, but by nobody else while one has it to itself', async () => {
    const path = join(folder, 'l');
    const first = await Ledger.open(path);
    const second = await Ledger.open(path);
    await expect(holdLedger(path)).rejects.toThrow(/in use by another run; wait for it with --wait/);
    first.close();
    second.close();
    const { lock } = await holdLedger(path);
    await expect(Ledger.open(path)).rejects.toThrow(/in use by another run; wait for it with --wait/);
    const waited: string[] = [];
    const third = Ledger.open(path, { wait: true, onWait: () => waited.push('waiting') }).then((ledger) => {
      waited.push('in');
      ledger.close();
    });
    await expect.poll(() => waited, { timeout: 10_000 }).toEqual(['waiting']);
    lock.close();
    await third;
    expect(waited).toEqual(['waiting', 'in']);
  }, 20_000);

  it('is made by one of several that open it at once', async () => {
    const path = join(folder, 'l');
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => Ledger.open(path)));
    for (const ledger of ledgers) ledger.close();
    expect(ledgers).toHaveLength(5);
  });

  it('says clearly that its driver is missing', async () => {
    const load = () => Promise.reject(new Error("Cannot find package 'libsql'"));
    await expect(openDatabase(join(folder, 'l'), { load })).rejects.toThrow(
      /needs Node\.js 22\.16 or later, or the optional package @libsql\/\S+,.*npm install @libsql\/.*--no-ledger/,
    );
  });

  it.each([
    ['no database', (path: string) => writeFileSync(path, 'x'.repeat(5000)), /it is no database/],
    ['a database of something else', other, /no ledger of hashsieve/],
    ['of a later version', later, /written by a later hashsieve/],
  ])('is refused where it is %s, and left alone', async (_name, make, message) => {
    const path = join(folder, 'l');
    make(path);
    await expect(Ledger.open(path)).rejects.toThrow(message);
  });
});

function other(path: string): void {
  const database = driver.open(path);
  database.exec('CREATE TABLE t (a)');
  database.close();
}

function later(path: string): void {
  const database = driver.open(path);
  migrate(database, path);
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  database.close();
}

describe('a ledger of an earlier version', () => {
  /** A run with one asset, in the words of version 1: these rows never change. */
  const rows = `
    INSERT INTO runs (number, id, command, plan, tool, lists, started_at, state)
      VALUES (1, 'r1', 'scan', 'k', '0.1.0', '[]', 5, 'open');
    INSERT INTO assets (id, ref, current, version, sha256, tool, look, recipes, body, first_at, made_at)
      VALUES (1, 'file:///old', 1, 'v', x'${hex('a')}', '0.1.0', 'upright', '{"pdq":"pdq-full/1"}',
        '{"facts":{"mediaType":"image/png","size":1},"fingerprints":[["sha256","${hex('a')}","sha256/1",null,null,null],["pdq","${hex('1')}","pdq-full/1",77,"upright",0],["pdq","${hex('2')}","pdq-full/1",78,"upright",1]],"withheld":[{"algorithm":"phash","reason":"low-quality","quality":12,"view":"upright","frame":1}],"unread":{"kind":"failed","stage":"decode","code":"c","message":"m"}}', 6, 6),
        (2, 'file:///never', 1, null, null, '0.1.0', '', '{}', '{"fingerprints":[],"withheld":[]}', 6, 6);
    INSERT INTO results (asset, run, attempt, seq, at, outcome) VALUES (1, 1, 1, 1, 6, 'clear');
    INSERT INTO detections (id, event, first_at, last_at) VALUES ('e1', '{"id":"e1"}', 6, 6);
    INSERT INTO run_detections (run, detection) VALUES (1, 'e1');`;

  it.each(migrations.map((_, index) => index + 1))(
    '%i is brought up to date and loses nothing',
    async (version) => {
      const path = join(folder, 'l');
      const database = driver.open(path);
      migrate(database, path, 1);
      database.exec(rows);
      migrate(database, path, version);
      database.close();
      const ledger = await Ledger.open(path);
      expect(ledger.database.value('PRAGMA user_version')).toBe(migrations.length);
      expect(ledger.recall([{ uri: 'file:///never' }])[0]).toEqual({
        state: 'stored',
        row: 2,
        tool: '0.1.0',
        look: '',
        recipes: {},
      });
      const [old] = ledger.recall([{ uri: 'file:///old' }]);
      expect({ ...old, asset: unpacked(old!.asset!) }).toEqual({
        state: 'stored',
        row: 1,
        ...craft,
        tool: '0.1.0',
        asset: {
          ref: { uri: 'file:///old' },
          version: 'v',
          facts: { mediaType: 'image/png', size: 1 },
          fingerprints: [
            { algorithm: 'sha256', hex: hex('a'), recipe: 'sha256/1' },
            { algorithm: 'pdq', hex: hex('1'), recipe: 'pdq-full/1', quality: 77, view: 'upright', frame: 0 },
            { algorithm: 'pdq', hex: hex('2'), recipe: 'pdq-full/1', quality: 78, view: 'upright', frame: 1 },
          ],
          withheld: [{ algorithm: 'phash', reason: 'low-quality', quality: 12, view: 'upright', frame: 1 }],
          unread: { kind: 'failed', stage: 'decode', code: 'c', message: 'm' },
        },
      });
      const run = ledger.begin({ ...plan, key: 'k' }, 9);
      expect(run.id).toBe('r1');
      expect(run.finished([{ uri: 'file:///old' }])).toMatchObject([{ outcome: 'clear', at: 6 }]);
      expect(run.detected()).toEqual(['e1']);
      expect(ledger.detections.of('r1')).toEqual([{ id: 'e1' }]);
      expect(ledger.detections.all()).toEqual([{ id: 'e1', detectedAt: new Date(6).toISOString() }]);
      const draft = { authority: 'ncmec', directory: '/d', manifest: hex('c'), group: 'host:h', at: 7 };
      for (let i = 0; i < 2; i++) ledger.drafts.record([{ ...draft, events: ['e1', 'e2'] }]);
      expect(ledger.drafts.of('ncmec')).toMatchObject([{ ...draft, events: ['e1', 'e2'] }]);
      ledger.close();
    },
  );
});

describe('the place of the ledger', () => {
  it.each([
    ['linux', { HOME: '/home/a' }, '/home/a/.local/state/hashsieve/ledger.sqlite'],
    ['linux', { HOME: '/home/a', XDG_STATE_HOME: '/s' }, '/s/hashsieve/ledger.sqlite'],
    ['linux', { HOME: '/home/a', XDG_STATE_HOME: 's' }, '/home/a/.local/state/hashsieve/ledger.sqlite'],
    ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Application Support/hashsieve/ledger.sqlite'],
    ['win32', { LOCALAPPDATA: 'C:\\A' }, 'C:\\A\\hashsieve\\ledger.sqlite'],
    ['linux', {}, undefined],
  ] as const)('%s %j', (platform, environment, path) => {
    expect(defaultLedgerPath(platform, environment)).toBe(path);
  });
});
