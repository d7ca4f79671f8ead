import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import { decode, defaultDecodeLimits } from '../../src/decoders/index.js';
import { fingerprinters } from '../../src/fingerprints/index.js';
import { bitmapOf, framesOf } from '../fingerprints/pictures.js';
import { boxOf, heicBytes, heicWith } from '../support/heic.js';
import { cut, flipped } from './broken.js';

const bytes = heicBytes;

async function ending(of: Uint8Array): Promise<string> {
  try {
    const decoded = await decode(of, 'image/heic', defaultDecodeLimits);
    for await (const _ of decoded.bitmaps);
    return decoded.degraded() ? 'degraded' : 'whole';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('HEIC', () => {
  it('has the fingerprints of the same picture as PNG, within 4 bits', async () => {
    const [frame, ...more] = await framesOf(bytes);
    expect(more).toEqual([]);
    const png = await bitmapOf('scene-01-640x427.png');
    expect(frame).toMatchObject({ orientation: 1, bitmap: { width: png.width, height: png.height } });
    for (const name of ['pdq', 'phash', 'dhash', 'blockhash'] as const) {
      const [own, same] = [frame!.bitmap, png].map((of) => hexToBytes(fingerprinters[name].raw(of).hex));
      expect(hammingDistance(own!, same!), name).toBeLessThanOrEqual(4);
    }
  });

  it('is turned once, as its own property says, and as nothing else does', async () => {
    // A quarter turn in place of the list of channel depths, which has as many bytes; ISO/IEC 23008-12, 6.5.10.
    const turned = Buffer.from(bytes);
    const at = turned.indexOf('pixi', 0, 'latin1');
    turned.write('irot\x01', at, 'latin1');
    const [frame] = await framesOf(turned);
    expect(frame).toMatchObject({ orientation: 1, bitmap: { width: 427, height: 640 } });
    const png = readFileSync(new URL('../../fixtures/vectors/images/scene-01-640x427.png', import.meta.url));
    const upright = await sharp(png).rotate(270).raw().toBuffer({ resolveWithObject: true });
    const same = { width: 427, height: 640, channels: 3 as const, data: upright.data };
    const [a, b] = [frame!.bitmap, same].map((of) => hexToBytes(fingerprinters.pdq.raw(of).hex));
    expect(hammingDistance(a!, b!)).toBeLessThanOrEqual(4);
  });

  it('is cropped as its clean aperture says', async () => {
    // 320×200 pixels whose centre lies 60 right of the centre of the picture and 40 below; ISO/IEC 14496-12, 12.1.4.
    const numbers = Buffer.alloc(32);
    for (const [i, value] of [320, 1, 200, 1, 60, 1, 40, 1].entries()) numbers.writeUInt32BE(value, 4 * i);
    const [frame] = await framesOf(heicWith(boxOf('clap', numbers)));
    expect(frame).toMatchObject({ bitmap: { width: 320, height: 200 } });
    const png = readFileSync(new URL('../../fixtures/vectors/images/scene-01-640x427.png', import.meta.url));
    const crop = { left: 220, top: 153, width: 320, height: 200 };
    const data = await sharp(png).extract(crop).raw().toBuffer();
    const same = { width: 320, height: 200, channels: 3 as const, data };
    const [a, b] = [frame!.bitmap, same].map((of) => hexToBytes(fingerprinters.pdq.raw(of).hex));
    expect(hammingDistance(a!, b!)).toBeLessThanOrEqual(8);
  });

  it('is refused by its header when it has too many pixels', async () => {
    const limits = { ...defaultDecodeLimits, maxPixels: 640 * 427 - 1 };
    await expect(decode(bytes, 'image/heic', limits)).rejects.toMatchObject({ code: 'pixel-limit' });
  });

  it('never counts as whole when it is cut', async () => {
    expect(await ending(bytes)).toBe('whole');
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.99]) {
      expect(await ending(cut(bytes, share))).toMatch(/^(undecodable|degraded)$/);
    }
  });

  it('ends in one result with flipped bytes, and the next file is read as ever', async () => {
    for (const count of [1, 20, 200]) {
      expect(await ending(flipped(bytes, count))).toMatch(/^(undecodable|degraded|whole)$/);
    }
    expect(await ending(bytes)).toBe('whole');
  });
});
