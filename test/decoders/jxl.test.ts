import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import type { Bitmap } from '../../src/core/types.js';
import { decode, defaultDecodeLimits } from '../../src/decoders/index.js';
import { fingerprinters } from '../../src/fingerprints/index.js';
import { bitmapOf, bytesOf, framesOf } from '../fingerprints/pictures.js';
import { cut, flipped } from './broken.js';

const file = (name: string) =>
  readFileSync(new URL(`../../fixtures/formats/jxl/${name}.jxl`, import.meta.url));
const scene = file('scene-01');

async function ending(of: Uint8Array): Promise<string> {
  try {
    const decoded = await decode(of, 'image/jxl', defaultDecodeLimits);
    for await (const _ of decoded.bitmaps);
    return decoded.degraded() ? 'degraded' : 'whole';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function expectSame(own: Bitmap, same: Bitmap): void {
  for (const name of ['pdq', 'phash', 'dhash', 'blockhash'] as const) {
    const [a, b] = [own, same].map((of) => hexToBytes(fingerprinters[name].raw(of).hex));
    expect(hammingDistance(a!, b!), name).toBeLessThanOrEqual(4);
  }
}

describe('JPEG XL', () => {
  it.each([
    ['scene-01', 'scene-01-640x427.png'],
    ['scene-05-lossless', 'scene-05-300x200.png'],
    // A JPEG that says it lies on its side, made smaller without loss: upright, as its own orientation 1.
    ['orientation-6-recompressed', 'exif-orientation-1.jpg'],
  ])('%s has the fingerprints of the same picture elsewhere, within 4 bits', async (name, other) => {
    const [frame, ...more] = await framesOf(file(name));
    expect(more).toEqual([]);
    expect(frame!.orientation).toBe(1);
    expectSame(frame!.bitmap, await bitmapOf(other));
  });

  it('shows every frame of an animation', async () => {
    const own = await framesOf(file('animated-4-scenes'));
    const same = await framesOf(bytesOf('animated-4-scenes.gif'));
    expect(own.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const [i, { bitmap }] of own.entries()) expectSame(bitmap, same[i]!.bitmap);
  });

  it('is refused by its header when it has too many pixels', async () => {
    const limits = { ...defaultDecodeLimits, maxPixels: 640 * 427 - 1 };
    await expect(decode(scene, 'image/jxl', limits)).rejects.toMatchObject({ code: 'pixel-limit' });
  });

  it('shows what is there when it is cut, and says so', async () => {
    expect(await ending(scene)).toBe('whole');
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.99])
      expect(await ending(cut(scene, share))).toMatch(/^(undecodable|degraded)$/);
    expect(await ending(cut(scene, 0.5))).toBe('degraded');
  });

  it('ends in one result with flipped bytes, and the next file is read as ever', async () => {
    for (const whole of [scene, file('orientation-6-recompressed'), file('animated-4-scenes')])
      for (const count of [1, 3, 20, 200])
        expect(await ending(flipped(whole, count))).toMatch(/^(undecodable|degraded|whole)$/);
    expect(await ending(scene)).toBe('whole');
  });
});
