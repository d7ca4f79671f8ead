import { describe, expect, it } from 'vitest';
import type { Bitmap } from '../../src/core/types.js';
import {
  type ByteFingerprinter,
  fingerprinters,
  type PixelFingerprinter,
  resolveFingerprinters,
} from '../../src/fingerprints/index.js';
import { formulaPicture, paint } from '../fingerprints/pictures.js';

const all = Object.entries({
  ...fingerprinters,
  'pdq (512)': resolveFingerprinters({ pdqVariant: '512' }).pdq,
});
const ofBytes = all.filter((entry): entry is [string, ByteFingerprinter] => entry[1].kind === 'bytes');
const ofPixels = all.filter((entry): entry is [string, PixelFingerprinter] => entry[1].kind === 'pixels');

const picture = formulaPicture('blobs', 300, 200);
const plain: Record<string, Bitmap> = {
  'one pixel': paint(1, 1, () => [9, 200, 77]),
  'two pixels': paint(2, 1, (x) => [x * 200, 3, 3]),
  'a sliver': paint(8000, 1, (x) => [x & 255, (x >> 3) & 255, 0]),
  'an icon of 15 pixels': paint(15, 15, (x, y) => [(x * 71 + y * 37) & 255, (x ^ y) * 16, (x * y) & 255]),
  black: paint(64, 64, () => [0, 0, 0]),
  white: paint(300, 200, () => [255, 255, 255]),
  'flat colour': paint(200, 300, () => [12, 200, 90]),
  'a gradient to the right': formulaPicture('ramp', 256, 256),
  'a gradient down': paint(256, 200, (_x, y) => [y, y, y]),
  'a diagonal gradient': paint(256, 256, (x, y) => [(x + y) >> 1, (x + y) >> 1, (x + y) >> 1]),
  'half black, half white': formulaPicture('split', 512, 300),
  'two noisy halves': paint(512, 300, (x, y) => {
    const value = (x < 256 ? 250 : 5) + (((x * 7919 + y * 104729) ^ (x * y)) % 5);
    return [value, value, value];
  }),
  'half black below white': paint(300, 500, (_x, y) => (y < 250 ? [255, 255, 255] : [0, 0, 0])),
  stripes: paint(320, 240, (x) => (x % 20 < 10 ? [255, 0, 0] : [0, 0, 255])),
  'a tricolour': paint(300, 200, (x) => (x < 100 ? [0, 0, 200] : x < 200 ? [255, 255, 255] : [200, 0, 0])),
  'four squares': paint(500, 300, (x, y) => (x < 250 === y < 150 ? [0, 0, 0] : [255, 255, 255])),
};

describe.each(all)('%s keeps the fingerprinter contract', (_name, fingerprinter) => {
  it('has a length of whole words, a threshold inside it and a versioned recipe', () => {
    expect(fingerprinter.bits % 16).toBe(0);
    expect(fingerprinter.threshold).toBeGreaterThanOrEqual(0);
    expect(fingerprinter.threshold).toBeLessThan(fingerprinter.bits / 4);
    expect(fingerprinter.recipe).toMatch(/^[a-z0-9-]+\/\d+$/);
    expect(fingerprinter.about).toMatch(/^.{10,100}$/);
  });
});

describe.each(ofBytes)('%s keeps the contract of digests', (_name, { compute, bits, threshold }) => {
  it('answers with exactly `bits` bits of lower-case hex, for no bytes too', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3)]) {
      expect(compute(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bits / 4}}$`));
    }
    expect(threshold).toBe(0);
  });
});

describe.each(ofPixels)('%s keeps the contract of pixels', (_name, { compute, raw, bits }) => {
  const hex = new RegExp(`^[0-9a-f]{${bits / 4}}$`);

  it('answers with exactly `bits` bits of lower-case hex, the same each time', () => {
    const answer = compute(picture);
    expect(answer.ok && answer.hex).toMatch(hex);
    expect(compute({ ...picture, data: picture.data.slice() })).toEqual(answer);
    expect(compute(picture)).toMatchObject(raw(picture));
  });

  it('does not change the picture', () => {
    const before = picture.data.slice();
    compute(picture);
    expect(picture.data).toEqual(before);
  });

  it('sees the same in one channel, in three and in four', () => {
    const grey = (channels: 1 | 3 | 4): Bitmap => {
      const data = new Uint8Array(300 * 200 * channels).fill(255);
      for (let i = 0; i < 300 * 200; i++) {
        for (let c = 0; c < Math.min(3, channels); c++) data[i * channels + c] = picture.data[i * 3]!;
      }
      return { width: 300, height: 200, channels, data };
    };
    expect(compute(grey(3))).toEqual(compute(grey(1)));
    expect(compute(grey(4))).toEqual(compute(grey(1)));
  });

  it.each(Object.entries(plain))(
    'withholds %s, whose raw hash is still there for conformance',
    (_what, bitmap) => {
      const answer = compute(bitmap);
      expect(answer).toMatchObject({ ok: false, reason: 'low-quality' });
      expect(!answer.ok && answer.quality).toBeGreaterThanOrEqual(0);
      expect(!answer.ok && answer.quality).toBeLessThan(50);
      expect(raw(bitmap).hex).toMatch(hex);
    },
  );
});
