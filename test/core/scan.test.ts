import { describe, expect, it } from 'vitest';
import { alarmTexts } from '../../src/app/summary-text.js';
import { Skip, StageError, UsageError } from '../../src/core/errors.js';
import { exitCodeOf, exitCodes } from '../../src/core/exit-codes.js';
import { type Judging, judge } from '../../src/core/judge.js';
import {
  type FingerprintPorts,
  fingerprintLine,
  type Opening,
  type ScanPorts,
  scanAsset,
} from '../../src/core/scan.js';
import { count, emptySummary, isComplete, whyIncomplete } from '../../src/core/summary.js';
import type { Asset, Fingerprint, Frame, Match, ScanResult } from '../../src/core/types.js';
import { only } from '../support/answers.js';

const ref = { uri: 'file:///a.jpg' };
const bitmap = { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3) };
const digest: Fingerprint = { algorithm: 'sha256', hex: 'aa', recipe: 'sha256/1' };
const frames = async function* (indices: readonly number[]): AsyncGenerator<Frame> {
  for (const index of indices) yield { index, bitmap, orientation: 1 };
};
const hit = (fingerprint: Fingerprint, distance: number, threshold = 31): Match => ({
  list: 'known',
  entryId: '1',
  algorithm: fingerprint.algorithm,
  distance,
  threshold,
  category: 'csam',
  ...(fingerprint.view ? { view: fingerprint.view } : {}),
  ...(fingerprint.frame === undefined ? {} : { frame: fingerprint.frame }),
});

type Line = FingerprintPorts & Judging;
const line = (changes: Partial<Line>): Line => ({
  fetch: async () => ({ ref, bytes: new Uint8Array(4) }),
  sniff: () => 'image/jpeg',
  digest: () => [digest],
  wantsPixels: true,
  decode: async () => ({ width: 8, height: 6, frames: 1, bitmaps: frames([0]), degraded: () => false }),
  fingerprint: (_frame, index) => [
    {
      algorithm: 'pdq',
      hex: 'ff',
      recipe: 'pdq/1',
      view: 'upright',
      ...(index === undefined ? {} : { frame: index }),
    },
  ],
  match: () => [],
  ...changes,
});
const ports = (changes: Partial<Line> = {}): ScanPorts => {
  const all = line(changes);
  return {
    fingerprint: (one, signal) => fingerprintLine(one, all, signal),
    judge: (asset) => judge(asset, all),
  };
};

const scanOne = (one: typeof ref, all: ScanPorts) => only(scanAsset(one, all));

describe('scanAsset ends in exactly one result', () => {
  it('clear', async () => {
    const result = await scanOne(ref, ports());
    expect(result).toMatchObject({ outcome: 'clear', facts: { width: 8, height: 6, frames: 1, size: 4 } });
  });

  it('matched, the exact digest before a perceptual match at distance 0, then the smallest share of the threshold', async () => {
    const match = (one: Fingerprint) =>
      one.algorithm === 'sha256'
        ? [hit(one, 0, 0)]
        : [hit(one, 9, 10), { ...hit(one, 12, 31), entryId: '2' }, hit(one, 0)];
    const result = await scanOne(ref, ports({ match }));
    expect(result.outcome === 'matched' && result.matches.map((m) => [m.algorithm, m.distance])).toEqual([
      ['sha256', 0],
      ['pdq', 0],
      ['pdq', 12],
      ['pdq', 9],
    ]);
  });

  it('at equal nearness the longer hash comes first', async () => {
    const fingerprint = () => [
      { algorithm: 'phash', hex: 'ff', recipe: 'phash/1', view: 'upright' },
      { algorithm: 'pdq', hex: 'ff', recipe: 'pdq/1', view: 'upright' },
    ];
    const match = (one: Fingerprint) => (one.view ? [hit(one, 0, one.algorithm === 'pdq' ? 31 : 6)] : []);
    const result = await scanOne(ref, ports({ fingerprint, match }));
    expect(result.outcome === 'matched' && result.matches.map((m) => m.algorithm)).toEqual(['pdq', 'phash']);
  });

  it('every frame is compared, and the match names the one that hit', async () => {
    const decode = async () => ({
      width: 8,
      height: 6,
      frames: 9,
      bitmaps: frames([0, 4, 8]),
      degraded: () => false,
    });
    const match = (one: Fingerprint) => (one.frame === 8 ? [hit(one, 3)] : []);
    const result = await scanOne(ref, ports({ decode, match }));
    expect(result).toMatchObject({
      outcome: 'matched',
      facts: { frames: 9, framesHashed: 3 },
      matches: [{ frame: 8 }],
    });
  });

  it('failed, when the bytes cannot be had or do not decode', async () => {
    const fetch = () => Promise.reject(new StageError('fetch', 'not-found', 'gone'));
    expect(await scanOne(ref, ports({ fetch }))).toMatchObject({
      outcome: 'failed',
      stage: 'fetch',
      code: 'not-found',
    });
    const decode = () => Promise.reject(new StageError('decode', 'undecodable', 'no'));
    expect(await scanOne(ref, ports({ decode }))).toMatchObject({
      outcome: 'failed',
      stage: 'decode',
      facts: { size: 4 },
    });
  });

  it('matched all the same, when a digest is listed and the pixels cannot be read', async () => {
    const decode = () => Promise.reject(new StageError('decode', 'undecodable', 'no'));
    const result = await scanOne(ref, ports({ decode, match: (one) => [hit(one, 0, 0)] }));
    expect(result).toMatchObject({ outcome: 'matched', problem: { code: 'undecodable' } });
  });

  it('matched, when a frame before the damage is listed', async () => {
    const bitmaps = (async function* () {
      yield* frames([0]);
      throw new StageError('decode', 'time-out', 'slow');
    })();
    const decode = async () => ({ width: 8, height: 6, frames: 2, bitmaps, degraded: () => false });
    const match = (one: Fingerprint) => (one.algorithm === 'pdq' ? [hit(one, 1)] : []);
    expect(await scanOne(ref, ports({ decode, match }))).toMatchObject({
      outcome: 'matched',
      problem: { code: 'time-out' },
    });
    const { bitmaps: again, ...rest } = await decode();
    expect(again).toBeDefined();
    const cut = async () => ({ ...rest, bitmaps: frames([0]) });
    expect((await scanOne(ref, ports({ decode: cut }))).outcome).toBe('clear');
  });

  it('matched or failed, when a list turns out to be damaged: what else was found is kept', async () => {
    const damage = new StageError('match', 'list-damaged', 'known.hsx: page 7 is damaged');
    const problem = { stage: 'match', code: 'list-damaged', message: 'known.hsx: page 7 is damaged' };
    const match = (listed: boolean) => (one: Fingerprint) => {
      if (one.algorithm === 'pdq') throw damage;
      return listed ? [hit(one, 0, 0)] : [];
    };
    const found = await scanOne(ref, ports({ match: match(true) }));
    expect(found).toMatchObject({ outcome: 'matched', matches: [{ algorithm: 'sha256' }], problem });
    expect(await scanOne(ref, ports({ match: match(false) }))).toMatchObject({
      outcome: 'failed',
      ...problem,
    });
  });

  it('skipped, for what is no picture or holds too little information', async () => {
    const decode = () => Promise.reject(new Skip('not-an-image', 'text'));
    expect(await scanOne(ref, ports({ decode }))).toMatchObject({
      outcome: 'skipped',
      reason: 'not-an-image',
    });
    const fingerprint = () => [
      { algorithm: 'pdq', reason: 'low-quality' as const, quality: 3, view: 'upright' },
    ];
    expect(await scanOne(ref, ports({ fingerprint }))).toMatchObject({
      outcome: 'skipped',
      reason: 'low-quality',
    });
  });

  it('skipped, a video of which no frame was worth a look', async () => {
    const decode = async () => ({ times: () => [0, 1], bitmaps: frames([]), degraded: () => false });
    expect(await scanOne(ref, ports({ decode }))).toMatchObject({
      outcome: 'skipped',
      reason: 'low-quality',
      facts: { frames: 2, framesHashed: 0 },
    });
  });

  it('failed, where what is left of a damaged picture holds too little: the rest was never seen', async () => {
    const fingerprint = () => [
      { algorithm: 'pdq', reason: 'low-quality' as const, quality: 3, view: 'upright' },
    ];
    const decode = async () => ({
      width: 8,
      height: 6,
      frames: 1,
      bitmaps: frames([0]),
      degraded: () => true,
    });
    expect(await scanOne(ref, ports({ fingerprint, decode }))).toMatchObject({
      outcome: 'failed',
      stage: 'decode',
      code: 'undecodable',
    });
  });

  const secret = 'what the file holds\n    at secret (file:///x.js:1:1)';
  const defect = () => Promise.reject(new RangeError(secret));
  const isDefect = { outcome: 'failed', stage: 'decode', code: 'defect' };

  it('failed, when an error shows in decoding that nobody expected: told where, never what the file holds', async () => {
    const result = await scanOne(ref, ports({ decode: defect }));
    expect(result).toMatchObject({ ...isDefect, facts: { size: 4 }, fingerprints: [digest] });
    const { message } = result as { message: string };
    expect(message).toMatch(
      /^a defect of hashsieve, please report it: RangeError at (\S+\.)?defect \(scan\.test\.ts:\d+:\d+\)/,
    );
    expect(message).not.toMatch(/holds|secret|\//);
    const listed = (one: Fingerprint) => [hit(one, 0, 0)];
    expect(await scanOne(ref, ports({ decode: defect, match: listed }))).toMatchObject({
      outcome: 'matched',
      problem: { code: 'defect' },
    });
  });

  it.each([
    new RangeError('WebAssembly.Memory(): could not allocate memory'),
    new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance'),
    new RangeError('Array buffer allocation failed'),
    Object.assign(new Error('Failed to allocate memory'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' }),
  ])('failed, when the system gives no memory, which is no defect: %s', async (error) => {
    const refused = () => Promise.reject(error);
    const asDecoded = await scanOne(ref, ports({ decode: refused }));
    expect(asDecoded).toMatchObject({ outcome: 'failed', stage: 'decode', code: 'out-of-memory' });
    expect(asDecoded).toMatchObject({ message: expect.stringMatching(/ulimit -v/), fingerprints: [digest] });
    expect(await scanOne(ref, ports({ fetch: refused }))).toMatchObject({
      outcome: 'failed',
      stage: 'fetch',
      code: 'out-of-memory',
    });
    const summary = { ...emptySummary(), found: 1 };
    count(summary, asDecoded);
    expect(summary.defects).toBe(0);
    expect(exitCodeOf(summary, {})).toBe(exitCodes.incomplete);
  });

  it('not at all, when no picture can be decoded on this machine: that ends the run', async () => {
    const decode = () => Promise.reject(new UsageError('no decoder'));
    await expect(scanOne(ref, ports({ decode }))).rejects.toThrow('no decoder');
  });

  it('what was found before such an error counts, and all others are looked at', async () => {
    const bitmaps = (async function* () {
      yield* frames([0]);
      throw new TypeError(secret);
    })();
    const decode = async () => ({ width: 8, height: 6, frames: 2, bitmaps, degraded: () => false });
    const match = (one: Fingerprint) => (one.algorithm === 'pdq' ? [hit(one, 1)] : []);
    expect((await scanOne(ref, ports({ decode, match }))).outcome).toBe('matched');
    const contents = (async function* () {
      yield { member: 'a.jpg', bytes: new Uint8Array(3) };
      throw new TypeError(secret);
    })();
    const openAll = async (outermost: () => Opening) => {
      const open = (asset: Asset) => (asset.ref === ref ? outermost() : undefined);
      const results: ScanResult[] = [];
      for await (const result of scanAsset(ref, ports({ open }))) results.push(result);
      return results;
    };
    expect(await openAll(() => ({ how: '', isPicture: false, contents }))).toMatchObject([
      { ref: { member: 'a.jpg' }, outcome: 'clear' },
      isDefect,
    ]);
    const broken = () => {
      throw new TypeError(secret);
    };
    expect(await openAll(broken)).toMatchObject([isDefect]);
  });

  it('and an abort is no such error', async () => {
    const stop = new AbortController();
    const decode = () => {
      stop.abort();
      return Promise.reject(stop.signal.reason);
    };
    await expect(only(scanAsset(ref, ports({ decode }), stop.signal))).rejects.toThrow('aborted');
  });

  it('and a defect elsewhere is thrown, not hidden', async () => {
    const sniff = () => {
      throw new TypeError('ours');
    };
    await expect(scanOne(ref, ports({ sniff }))).rejects.toThrow('ours');
  });
});

describe('a run', () => {
  it('with a defect of ours is not complete, whatever else it found, and says so at its end', async () => {
    const decode = () => Promise.reject(new RangeError('ours'));
    for (const [match, code] of [
      [() => [], exitCodes.incomplete],
      [(one: Fingerprint) => [hit(one, 0, 0)], exitCodes.matchIncomplete],
    ] as const) {
      const summary = { ...emptySummary(), found: 1 };
      count(summary, await scanOne(ref, ports({ decode, match })));
      expect(exitCodeOf(summary, {})).toBe(code);
      expect(alarmTexts(summary).join('\n')).toContain('DEFECT OF HASHSIEVE over 1 ');
    }
  });

  it('is complete only when every asset that was found has an answer', async () => {
    const summary = emptySummary();
    expect(isComplete(summary)).toBe(false);
    expect(isComplete(summary, { empty: true })).toBe(true);
    summary.found = 2;
    count(summary, await scanOne(ref, ports()));
    expect(isComplete(summary)).toBe(false);
    count(summary, await scanOne(ref, ports({ decode: () => Promise.reject(new Skip('not-an-image', '')) })));
    expect(isComplete(summary)).toBe(true);
    summary.found = 3;
    count(
      summary,
      await scanOne(ref, ports({ decode: () => Promise.reject(new Skip('unsupported-format', '')) })),
    );
    expect(isComplete(summary)).toBe(false);
    expect(isComplete(summary, { unsupported: true })).toBe(true);
  });

  it('is not complete where of what did not match only a part was seen, and --allow-… forgives by reason', () => {
    const base = { ref, facts: { mediaType: 'image/gif', size: 1 }, fingerprints: [], withheld: [] };
    const why = (facts: object, conduct = {}) => {
      const summary = { ...emptySummary(), found: 1 };
      count(summary, { outcome: 'clear', ...base, facts: { ...base.facts, ...facts } });
      return whyIncomplete(summary, conduct);
    };
    for (const facts of [{ degraded: true }, { frames: 300, framesHashed: 64, sampled: true }]) {
      expect(why(facts)).toEqual(['partly-seen']);
      expect(why(facts, { allowDegraded: true })).toEqual([]);
    }
    // Frames that look like others are passed over.
    expect(why({ frames: 300, framesHashed: 64 })).toEqual([]);
    const skipped = (reason: string, allowUnsupported: boolean | string[]) => {
      const summary = { ...emptySummary(), found: 1 };
      count(summary, { outcome: 'skipped', ...base, reason, message: '' });
      return whyIncomplete(summary, { allowUnsupported });
    };
    for (const reason of ['unsupported-format', 'unknown-format', 'decoder-missing'])
      expect([skipped(reason, true), skipped(reason, [reason])]).toEqual([[], []]);
    expect(skipped('unknown-format', ['unsupported-format'])).toEqual(['unseen']);
    for (const reason of ['encrypted', 'robots', 'outside-folder', 'not-computed'])
      expect([skipped(reason, true), skipped(reason, [reason])]).toEqual([['unseen'], ['unseen']]);
  });

  it('is not complete where an asset matched that could not be read whole, whatever the match', async () => {
    const ended = async (error: Error) => {
      const decode = () => Promise.reject(error);
      const summary = { ...emptySummary(), found: 1 };
      count(summary, await scanOne(ref, ports({ decode, match: (one) => [hit(one, 0, 0)] })));
      return [isComplete(summary), isComplete(summary, { unsupported: true })];
    };
    expect(await ended(new StageError('decode', 'undecodable', 'no'))).toEqual([false, false]);
    expect(await ended(new Skip('unsupported-format', ''))).toEqual([false, true]);
    expect(await ended(new Skip('not-an-image', ''))).toEqual([true, true]);
  });
});
