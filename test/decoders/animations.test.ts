import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { Unlike } from '../../src/decoders/unlike.js';
import { tempDir } from '../support/cli.js';
import { draw, drawPixels } from '../support/draw.js';
import { endOf, listOf, resultsInside } from '../support/inside.js';
import { itWith } from '../support/programs.js';
import { ffmpeg } from '../support/video.js';

const [width, height] = [160, 120];
const side = width * height * 3;

/** An animation of one picture, with another one as one frame of it. */
async function animation(format: 'gif' | 'webp', frames: number, at: number): Promise<Buffer> {
  const data = new Uint8Array(side * frames);
  for (let i = 0; i < frames; i++) {
    data.set(drawPixels(i === at ? 2 : 1), i * side);
    // A dot that moves, because encoders leave out frames that do not differ at all.
    data.fill(128, i * side + (i % width) * 3, i * side + (i % width) * 3 + 3);
  }
  const raw = { width, height: height * frames, channels: 3, pageHeight: height } as const;
  const image = sharp(data, { raw, limitInputPixels: false });
  return format === 'gif'
    ? image.gif({ keepDuplicateFrames: true, dither: 0 }).toBuffer()
    : image.webp({ quality: 90, effort: 0, minSize: false }).toBuffer();
}

async function lookedAt(bytes: Uint8Array, limits = {}) {
  const decoded = await decode(bytes, sniff(bytes), { ...defaultDecodeLimits, ...limits });
  const indices: number[] = [];
  for await (const { index } of decoded.bitmaps) indices.push(index);
  return { indices, frames: decoded.frames, sampled: decoded.sampled?.() };
}

describe('one frame among many', () => {
  const isFound = async (name: string, bytes: Uint8Array) => {
    const lists = [await listOf(await draw(2).png().toBuffer())];
    const [result] = await resultsInside(name, bytes, { lists });
    expect(endOf(result!)).toBe('matched');
    expect(result).toMatchObject({ matches: [{ frame: 35 }], facts: { frames: 300, framesHashed: 3 } });
  };

  it.each(['gif', 'webp'] as const)(
    'of a %s is found, and what repeats is not hashed again',
    async (format) => {
      await isFound(`a.${format}`, await animation(format, 300, 35));
    },
  );

  itWith(['ffmpeg'], 'of an animated PNG is found', async () => {
    const frames = Array.from({ length: 300 }, (_, i) => drawPixels(i === 35 ? 2 : 1));
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', '25', '-i'];
    const raw = join(tempDir(), 'frames.rgb');
    writeFileSync(raw, Buffer.concat(frames));
    await isFound('a.png', ffmpeg('a.apng', [...input, raw, '-f', 'apng']));
  });

  it('counts as unseen where it may have been left out: of more frames than are looked at some are', async () => {
    const bytes = await animation('webp', 30, 29);
    expect(await lookedAt(bytes)).toEqual({ indices: [0, 29], frames: 30, sampled: false });
    expect(await lookedAt(bytes, { maxFrames: 7 })).toMatchObject({ sampled: true });
    const [result] = await resultsInside('a.webp', bytes, { limits: { maxFrames: 7 } });
    expect(result!.facts).toMatchObject({ sampled: true, frames: 30 });
  });

  it('is bounded by pixels, too: those of twenty pictures of the largest size, and 64 frames', async () => {
    const bytes = await animation('webp', 70, 69);
    expect(await lookedAt(bytes, { maxPixels: 2 * width * height })).toMatchObject({ sampled: true });
    expect(await lookedAt(bytes, { maxPixels: 4 * width * height })).toMatchObject({ sampled: false });
  });
});

describe('a frame that differs visibly from the last one that was hashed', () => {
  const bitmap = (data: Uint8Array) => ({ width, height, channels: 3 as const, data });
  const picture = drawPixels(1);

  it('is told from noise, and from a change that adds up', () => {
    const unlike = new Unlike();
    expect(unlike.isNew(bitmap(picture))).toBe(true);
    expect(
      unlike.isNew(
        bitmap(picture.map((level, i) => Math.max(0, Math.min(255, level + (i % 4 < 2 ? 6 : -6))))),
      ),
    ).toBe(false);
    const fading = (share: number) => bitmap(picture.map((level) => Math.round(level * (1 - share))));
    const news = Array.from({ length: 100 }, (_, i) => unlike.isNew(fading(i / 500)));
    expect(news[1]).toBe(false);
    expect(news.filter(Boolean).length).toBeGreaterThan(8);
  });

  it('is told by every pixel: nothing hides between samples', () => {
    const unlike = new Unlike();
    const other = drawPixels(2);
    unlike.isNew(bitmap(picture));
    expect(unlike.isNew(bitmap(picture.map((level, i) => (i % 5 === 0 ? other[i]! : level))))).toBe(true);
  });

  it('is told by what is transparent', () => {
    const unlike = new Unlike();
    const seeThrough = (opacity: (i: number) => number) => ({
      ...{ width, height, channels: 4 as const },
      data: Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? opacity(i) : 0)),
    });
    unlike.isNew(seeThrough(() => 255));
    expect(unlike.isNew(seeThrough((i) => (i > width * height * 2 ? 0 : 255)))).toBe(true);
  });
});
