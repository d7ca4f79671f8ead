import { describe, expect, it } from 'vitest';
import type { StageError } from '../../src/core/errors.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { apng, cut, encoded, type PaintedFrame } from './broken.js';

/** The shown pictures of a 4×1 animation: the brightness of its pixels, `.` where one is transparent; then its problem. */
async function shown(frames: readonly PaintedFrame[], still?: number): Promise<string[]> {
  const bytes = apng(4, 1, frames, still);
  expect(sniff(bytes)).toBe('image/apng');
  const pictures: string[] = [];
  try {
    for await (const { bitmap } of (await decode(bytes, 'image/apng', defaultDecodeLimits)).bitmaps) {
      const { channels, data } = bitmap;
      const pixels = Array.from({ length: 4 }, (_, i) =>
        channels === 4 && data[i * 4 + 3] === 0 ? '.' : data[i * channels],
      );
      pictures.push(pixels.join(' '));
    }
  } catch (error) {
    pictures.push((error as StageError).message);
  }
  return pictures;
}

const whole = [0, 0, 4, 1] as const;

describe('an animated PNG', () => {
  it('shows every frame, those that cover a part on top of what was there', async () => {
    expect(
      await shown([
        { at: whole, grey: 10 },
        { at: [1, 0, 2, 1], grey: 90 },
        { at: [3, 0, 1, 1], grey: 70 },
      ]),
    ).toEqual(['10 10 10 10', '10 90 90 10', '10 90 90 70']);
  });

  it('clears or restores the area of a frame that asks for it', async () => {
    expect(
      await shown([
        { at: whole, grey: 10 },
        { at: [0, 0, 2, 1], grey: 90, dispose: 1 },
        { at: [3, 0, 1, 1], grey: 50, dispose: 2 },
        { at: [2, 0, 1, 1], grey: 60 },
      ]),
    ).toEqual(['10 10 10 10', '90 90 10 10', '. . 10 50', '. . 60 10']);
  });

  it('blends over, or replaces', async () => {
    const clear = { at: [0, 0, 2, 1] as const, grey: 200, alpha: 0 };
    const half = { at: [2, 0, 1, 1] as const, grey: 200, alpha: 127 };
    const first = { at: whole, grey: 100 };
    expect(
      await shown([first, { ...clear, blend: 1 }, { ...clear, blend: 0 }, { ...half, blend: 1 }]),
    ).toEqual(['100 100 100 100', '. . 100 100', '. . 150 100']);
  });

  it('counts a default image outside of the animation as its first frame', async () => {
    expect(await shown([{ at: whole, grey: 10 }], 77)).toEqual(['77 77 77 77', '10 10 10 10']);
  });

  it('is not whole where a frame lies outside, or the file is cut, but its other frames are seen', async () => {
    const outside: PaintedFrame[] = [
      { at: whole, grey: 10 },
      { at: [3, 0, 2, 1], grey: 90 },
      { at: whole, grey: 20 },
    ];
    expect(await shown(outside)).toEqual([
      '10 10 10 10',
      '20 20 20 20',
      expect.stringMatching(/^1 of 3 pictures in it do not decode/),
    ]);
    const bytes = cut(
      apng(
        40,
        30,
        Array.from({ length: 9 }, (_, i) => ({ at: [0, 0, 40, 30], grey: i * 9 })),
      ),
      0.6,
    );
    const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
    let frames = 0;
    for await (const frame of decoded.bitmaps) {
      expect(frame.bitmap.data[0]).toBe(frame.index * 9);
      frames += 1;
    }
    expect(frames).toBeGreaterThan(3);
    expect(decoded.degraded()).toBe(true);
  });

  it('is sampled when it is long, and refused when it is too large', async () => {
    const bytes = apng(
      4,
      1,
      Array.from({ length: 20 }, (_, i) => ({ at: whole, grey: i })),
    );
    const indices: number[] = [];
    const decoded = await decode(bytes, 'image/apng', { ...defaultDecodeLimits, maxFrames: 3 });
    for await (const frame of decoded.bitmaps) indices.push(frame.index);
    expect(decoded.frames).toBe(20);
    expect(indices).toEqual([0, 10, 19]);
    await expect(decode(bytes, 'image/apng', { ...defaultDecodeLimits, maxPixels: 3 })).rejects.toMatchObject(
      {
        code: 'pixel-limit',
      },
    );
  });

  it('is none when it does not say so', async () => {
    expect(sniff(await encoded('png'))).toBe('image/png');
  });
});
