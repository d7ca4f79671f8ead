import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/types.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { bytesOf, formulaPicture } from '../fingerprints/pictures.js';
import { below, encoded, gifOf, oldJpeg, packedAs, tiff } from './broken.js';

const limited = (bytes: Uint8Array, limits: Partial<typeof defaultDecodeLimits> = {}) =>
  decode(bytes, sniff(bytes), { ...defaultDecodeLimits, ...limits });

async function framesOf(
  bytes: Uint8Array,
  limits: Partial<typeof defaultDecodeLimits> = {},
): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of (await limited(bytes, limits)).bitmaps) frames.push(frame);
  return frames;
}

const brightness = (i: number) => (i * 53) % 256;

/** An animation whose frame i is of that brightness. */
async function animation(format: 'gif' | 'webp', count: number, side = 20): Promise<Buffer> {
  const data = new Uint8Array(side * side * 3 * count);
  for (let i = 0; i < count; i++) data.fill(brightness(i), i * side * side * 3, (i + 1) * side * side * 3);
  const image = sharp(data, { raw: { width: side, height: side * count, channels: 3, pageHeight: side } });
  return format === 'gif'
    ? image.gif({ keepDuplicateFrames: true }).toBuffer()
    : image.webp({ lossless: true }).toBuffer();
}

describe('pixels', () => {
  it('are those of the file: no ICC conversion', async () => {
    const { width, height, data } = formulaPicture('tex', 64, 48);
    const raw = { width, height, channels: 3 as const };
    const png = await sharp(data, { raw }).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    const [frame] = await framesOf(png);
    expect(Buffer.from(frame!.bitmap.data)).toEqual(stored);
  });

  it('of 16 bits are scaled, not clipped', async () => {
    const data = Uint16Array.from({ length: 64 * 64 }, (_, i) => i * 16);
    const png = await sharp(data, { raw: { width: 64, height: 64, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const [frame] = await framesOf(png);
    expect(frame!.bitmap.channels).toBe(1);
    expect(frame!.bitmap.data).toEqual(Uint8Array.from(data, (v) => v >> 8));
  });

  it('keep their alpha and the colour under it', async () => {
    const data = Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 0 : (i * 7) & 255));
    const png = await sharp(data, { raw: { width: 32, height: 32, channels: 4 } })
      .png()
      .toBuffer();
    const [frame] = await framesOf(png);
    expect(frame!.bitmap.channels).toBe(4);
    expect(Buffer.from(frame!.bitmap.data)).toEqual(Buffer.from(data));
  });
});

describe('frames', () => {
  it.each(['animated-4-scenes.gif', 'animated-4-scenes.webp'])(
    'of %s come all, in order, unlike',
    async (file) => {
      const frames = await framesOf(bytesOf(file));
      expect(frames.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
      expect(new Set(frames.map(({ bitmap }) => Buffer.from(bitmap.data).toString('base64'))).size).toBe(4);
    },
  );

  it.each(['gif', 'webp'] as const)(
    'of a long %s come all, or are sampled evenly, first and last included, and it says so',
    async (format) => {
      const bytes = await animation(format, 100);
      const decoded = await limited(bytes, { maxFrames: 5 });
      for await (const _ of decoded.bitmaps);
      expect([decoded.frames, decoded.sampled?.()]).toEqual([100, true]);
      const frames = await framesOf(bytes, { maxFrames: 5 });
      expect(frames.map(({ index }) => index)).toEqual([0, 25, 50, 74, 99]);
      for (const { index, bitmap } of frames)
        expect(Math.abs(bitmap.data[0]! - brightness(index))).toBeLessThanOrEqual(6);
      expect(await framesOf(bytes)).toHaveLength(100);
    },
  );

  it('of a TIFF come with sizes of their own, and a broken page hides no other', async () => {
    const frames = await framesOf(tiff([30, 20], [8, 40], [5, 6]));
    expect(frames.map(({ bitmap }) => [bitmap.width, bitmap.height])).toEqual([
      [30, 20],
      [8, 40],
      [5, 6],
    ]);
    const decoded = await limited(tiff([30, 20], [8, 40, 0x7fffffff], [5, 6]));
    const seen: number[] = [];
    for await (const frame of decoded.bitmaps) seen.push(frame.index);
    expect(seen).toEqual(expect.arrayContaining([0, 2]));
    expect(decoded.degraded()).toBe(true);
  });

  it('of a TIFF that do not decode are named after those that do', async () => {
    const decoded = await limited(packedAs(oldJpeg, tiff([30, 20], [8, 40], [5, 6])));
    const seen: number[] = [];
    const all = async () => {
      for await (const frame of decoded.bitmaps) seen.push(frame.index);
    };
    await expect(all()).rejects.toMatchObject({
      code: 'undecodable',
      message: expect.stringMatching(/^1 of 3 pictures in it do not decode/),
    });
    expect(seen).toEqual([0, 2]);
  });

  it('of a TIFF come from below its pages, too', async () => {
    const bytes = below(tiff([30, 20], [8, 40]));
    const frames = await framesOf(bytes);
    expect(frames.map(({ index, bitmap }) => [index, bitmap.width, bitmap.height])).toEqual([
      [0, 30, 20],
      [1, 8, 40],
    ]);
    expect((await limited(bytes)).frames).toBe(2);
  });

  it('of a TIFF come from below what is below a page, and from behind it', async () => {
    const sizes = async (bytes: Buffer) =>
      (await framesOf(bytes)).map(({ index, bitmap }) => [index, bitmap.width, bitmap.height]);
    // The second page goes on with the third, and is below the first: libvips sees no third.
    const chained = below(tiff([30, 20], [8, 40], [12, 34]));
    expect(await sizes(chained)).toEqual([
      [0, 30, 20],
      [1, 8, 40],
      [2, 12, 34],
    ]);
    // A directory that is below itself, and one that goes on with itself.
    const own = below(tiff([30, 20], [8, 40]));
    own.writeUInt32LE(own.readUInt32LE(4), own.lastIndexOf(Buffer.from([0x4a, 1, 4, 0])) + 8);
    expect((await sizes(own)).length).toBeGreaterThan(0);
    // Where what goes on does not decode, it is a loss.
    const broken = packedAs(oldJpeg, tiff([30, 20], [8, 40], [12, 34]));
    const first = broken.readUInt32LE(4);
    const second = broken.readUInt32LE(first + 2 + 12 * broken.readUInt16LE(first));
    const third = broken.readUInt32LE(second + 2 + 12 * broken.readUInt16LE(second));
    for (let at = third + 2; at < third + 2 + 12 * broken.readUInt16LE(third); at += 12)
      if (broken.readUInt16LE(at) === 259) broken.writeUInt32LE(oldJpeg, at + 8);
    await expect(framesOf(below(broken))).rejects.toMatchObject({ code: 'undecodable' });
  });

  it('may be left early without a later picture waiting for ever', async () => {
    const bytes = await animation('gif', 10, 100);
    for (let i = 0; i < 20; i++) {
      const decoded = await limited(bytes);
      for await (const frame of decoded.bitmaps) if (frame.index === 1) break;
    }
    expect(await framesOf(bytes)).toHaveLength(10);
  });
});

describe('limits', () => {
  it('refuse too many pixels by the header, naming both numbers', async () => {
    await expect(limited(await encoded('jpeg'), { maxPixels: 63_999 })).rejects.toMatchObject({
      code: 'pixel-limit',
      message: expect.stringMatching(/320×200.*63999/),
    });
    await expect(limited(await encoded('jpeg'), { maxPixels: 64_000 })).resolves.toBeDefined();
    await expect(limited(gifOf(40_000, 3000))).rejects.toMatchObject({ code: 'pixel-limit' });
  });

  it('may be longer than the hour that sharp takes, and than a timer', async () => {
    for (const timeoutSeconds of [7200, 1e8])
      await expect(framesOf(await encoded('png'), { timeoutSeconds })).resolves.toBeDefined();
  });

  it('stop a picture whose time is up', async () => {
    const bytes = await encoded('avif');
    await expect(framesOf(bytes, { timeoutSeconds: 0.0001 })).rejects.toMatchObject({
      stage: 'decode',
      code: 'time-out',
    });
  });
});
