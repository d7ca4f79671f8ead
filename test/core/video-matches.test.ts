import { describe, expect, it } from 'vitest';
import type { FingerprintedAsset, Match, ScanResult } from '../../src/core/types.js';
import { loadList } from '../../src/lists/load.js';
import { createJudge } from '../../src/scanner/index.js';
import { algorithms, bytesOf } from '../lists/made.js';

/** Hashes far from each other: each byte is made from the number. */
const pdq = (n: number) =>
  Array.from({ length: 32 }, (_, k) => ((n * 2654435761 + k * 40503 * (n + 1)) >>> 7) & 255)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

const listed = async (...videos: readonly (readonly number[])[]) =>
  (
    await loadList({
      path: 'videos.jsonl',
      stream: bytesOf(
        videos
          .map((hashes, v) =>
            JSON.stringify({ id: `v${v}`, vpdq: hashes.map((n, t) => `${pdq(n)},100,${t}.0`) }),
          )
          .join('\n'),
        1 << 16,
      ),
      algorithms,
    })
  ).list;

const asset = (hashes: readonly number[], isVideo = true): FingerprintedAsset => ({
  ref: { uri: 'file:///a.mp4' },
  facts: {
    mediaType: isVideo ? 'video/mp4' : 'image/png',
    size: 1,
    frames: hashes.length,
    ...(isVideo && { times: hashes.map((_, at) => at) }),
  },
  fingerprints: hashes.map((n, frame) => ({
    algorithm: 'pdq',
    hex: pdq(n),
    recipe: 'pdq-full/1',
    view: 'upright',
    frame,
  })),
  withheld: [],
});

async function videosOf(query: readonly number[], videos: readonly (readonly number[])[], percent?: number) {
  const judge = createJudge(
    { lists: [await listed(...videos)] },
    { views: 'none', ...(percent && { videoPercent: percent }) },
  );
  const result = judge.judge(asset(query)) as Extract<ScanResult, { outcome: 'matched' }>;
  const event = judge.event(result, 'x', new Date(0));
  expect(event.videos).toEqual(result.videos);
  return result.videos?.map(({ id, frames, queryPercent, listedPercent, isSame }) =>
    [id, frames, queryPercent, listedPercent, isSame].join(' '),
  );
}

describe('a video that is compared with listed videos', () => {
  it('is the same where most of the listed one is in it, however long it is', async () => {
    expect(await videosOf([90, 1, 2, 3, 4, 91, 92, 93], [[1, 2, 3, 4, 5]])).toEqual(['v0 4 50 80 true']);
  });

  it('is the same where most of it is in the listed one, however long that is', async () => {
    expect(await videosOf([1, 2], [[1, 2, 3, 4, 5, 6, 7, 8]])).toEqual(['v0 2 100 25 true']);
  });

  it('has single frames of it where less matches, or one frame alone', async () => {
    expect(await videosOf([1, 2, 91, 92], [[1, 2, 3, 4], [92]])).toEqual([
      'v1 1 25 100 false',
      'v0 2 50 50 false',
    ]);
    expect(await videosOf([1, 2, 91, 92], [[1, 2, 3, 4]], 50)).toEqual(['v0 2 50 50 true']);
  });

  it('counts equal frames once', async () => {
    expect(await videosOf([1, 1, 1, 1, 2, 91], [[1, 2, 3, 4]])).toEqual(['v0 2 66.6 50 false']);
  });

  it('names the listed video at each match, of pictures too', async () => {
    const judge = createJudge({ lists: [await listed([1, 2])] }, { views: 'none' });
    const result = judge.judge(asset([2], false)) as { matches: readonly Match[]; videos?: unknown };
    expect(result.matches).toMatchObject([{ entryId: 'v0#1', listedVideo: { id: 'v0', frames: 2 } }]);
    expect(result).not.toHaveProperty('videos');
  });

  it('needs a share that is a number of percent', () => {
    for (const videoPercent of [0, 101, Number.NaN])
      expect(() => createJudge({ lists: [] }, { videoPercent })).toThrow(/percent/);
  });
});
