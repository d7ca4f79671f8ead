import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/types.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { pngOf } from '../../src/decoders/png-of.js';
import { draw, drawPixels } from '../support/draw.js';
import { boxOf, heicBytes, heicWith } from '../support/heic.js';
import { profileOf } from '../support/icc.js';
import { endOf, listOf, resultsInside } from '../support/inside.js';
import { tiffOf } from '../support/tiff.js';

const [width, height] = [160, 120];
const picture = drawPixels(1, width, height).map((level) => level & 254);

type Chunk = { readonly type: string; readonly data: Uint8Array };

/** A PNG of these RGB pixels with chunks before them. */
function pngWith(data: Uint8Array, ...chunks: readonly Chunk[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([0, ...data.subarray(y * width * 3, (y + 1) * width * 3)]),
  );
  const pixels = { type: 'IDAT', data: deflateSync(Buffer.concat(rows)) };
  return Buffer.from(pngOf([{ type: 'IHDR', data: header }, ...chunks, pixels]));
}

const iccp = (profile: Uint8Array) => ({
  type: 'iCCP',
  data: Buffer.concat([Buffer.from('a\0\0'), deflateSync(profile)]),
});

const numbers = (type: string, ...values: readonly number[]): Chunk => {
  const data = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) data.writeUInt32BE(Math.round(value * 1e5), 4 * i);
  return { type, data };
};

async function frameOf(bytes: Uint8Array): Promise<Frame> {
  const { bitmaps } = await decode(bytes, sniff(bytes), defaultDecodeLimits);
  for await (const frame of bitmaps) return frame;
  throw new Error('no frame');
}

/** The largest difference of two pictures, in levels. */
function farthest(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, level, i) => Math.max(most, Math.abs(level - b[i]!)), 0);
}

describe('a colour profile', () => {
  // Of every level that is shown there are two that can be stored: by chance, as noise.
  const folded = profileOf((stored) => (stored < 128 ? 2 * stored : 2 * (255 - stored)));
  const noise = picture.map((level, i) =>
    (Math.imul(i, 2654435761) >>> 16) & 1 ? level / 2 : 255 - level / 2,
  );

  it.each([
    ['PNG', [iccp(folded)]],
    [
      'animated PNG',
      [
        numbers('acTL', 1e-5, 0),
        iccp(folded),
        {
          type: 'fcTL',
          data: Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, width, 0, 0, 0, height]), Buffer.alloc(14)]),
        },
      ],
    ],
  ])('that makes a known picture of noise: a view of the %s finds it', async (_, chunks) => {
    const bytes = pngWith(noise, ...chunks);
    const lists = [await listOf(pngWith(picture))];
    const [result] = await resultsInside('a.png', bytes, { lists, views: 'basic' });
    expect(endOf(result!)).toBe('matched');
    expect(result).toMatchObject({ matches: [{ view: 'managed' }] });
  });

  it('that makes another picture of what a HEIC file stores: a view finds it', async () => {
    const { bitmap } = await frameOf(heicBytes);
    const { width, height, channels } = bitmap;
    const shown = bitmap.data.map((level) => (level < 128 ? 2 * level : 2 * (255 - level)));
    const lists = [await listOf(await sharp(shown, { raw: { width, height, channels } }).png().toBuffer())];
    for (const kind of ['prof', 'rICC']) {
      const bytes = heicWith(boxOf('colr', Buffer.from(kind, 'latin1'), folded));
      const [result] = await resultsInside('a.heic', bytes, { lists, views: 'basic' });
      expect(endOf(result!)).toBe('matched');
      expect(result).toMatchObject({ matches: [{ view: 'managed' }] });
    }
    const lacking = heicWith(boxOf('colr', Buffer.from('prof', 'latin1'), folded.subarray(0, 20)));
    expect(await frameOf(lacking)).not.toHaveProperty('shown');
  });

  it('that shows nearly what is stored, or cannot be used, makes no further view', async () => {
    const same = profileOf((stored) => stored);
    const broken = Buffer.from(folded).fill(7, 132);
    for (const profile of [same, broken])
      expect(await frameOf(pngWith(picture, iccp(profile)))).not.toHaveProperty('shown');
    const p3 = await draw(1).withIccProfile('p3').jpeg().toBuffer();
    expect(await frameOf(p3)).not.toHaveProperty('shown');
    const inks = await draw(1).withIccProfile('cmyk').toColourspace('cmyk').jpeg().toBuffer();
    expect(await frameOf(inks)).toHaveProperty('shown');
  });

  it('is what the gamma and the primaries of a PNG say, unless it has a profile', async () => {
    const red = [0.64, 0.33];
    const [green, blue, white] = [
      [0.3, 0.6],
      [0.15, 0.06],
      [0.3127, 0.329],
    ] as const;
    const { shown } = await frameOf(pngWith(picture, numbers('gAMA', 1)));
    const encoded = picture.map((level) => Math.round(255 * (level / 255) ** (1 / 2.2)));
    expect(farthest(shown!.data, encoded)).toBeLessThanOrEqual(1);
    const swapped = numbers('cHRM', ...white, ...green, ...red, ...blue);
    const other = (await frameOf(pngWith(picture, swapped))).shown!;
    const turned = picture.map((_, i) => picture[i % 3 === 0 ? i + 1 : i % 3 === 1 ? i - 1 : i]!);
    expect(farthest(other.data, turned)).toBeLessThanOrEqual(8);
    const plain = numbers('gAMA', 0.45455);
    for (const chunks of [[plain], [{ type: 'sRGB', data: Buffer.from([0]) }, numbers('gAMA', 1)]])
      expect(await frameOf(pngWith(picture, ...chunks))).not.toHaveProperty('shown');
  });
});

describe('a TIFF', () => {
  const bytesOf = (values: ArrayLike<number> & { readonly buffer: ArrayBufferLike }) =>
    new Uint8Array(values.buffer);
  const grey = picture.filter((_, i) => i % 3 === 0);
  const float = (photometric: number, count: number, values: readonly number[]) =>
    tiffOf(width, height, bytesOf(Float32Array.from(values)), { photometric, bits: 32, format: 3, count });
  const whole = (
    bits: number,
    format: number,
    values: ArrayLike<number> & { readonly buffer: ArrayBufferLike },
  ) => tiffOf(width, height, bytesOf(values), { photometric: 2, bits, format, count: 3 });

  it.each([
    [
      'floats of 0 to 1, grey',
      float(
        1,
        1,
        Array.from(grey, (v) => v / 255),
      ),
      grey,
    ],
    [
      'floats of 0 to 1, white is 0',
      float(
        0,
        1,
        Array.from(grey, (v) => 1 - v / 255),
      ),
      grey,
    ],
    [
      'floats of 0 to 1',
      float(
        2,
        3,
        Array.from(picture, (v) => v / 255),
      ),
      picture,
    ],
    ['floats of 0 to 255', float(2, 3, Array.from(picture)), picture],
    [
      'floats of 0 to 65535',
      float(
        2,
        3,
        Array.from(picture, (v) => v * 257),
      ),
      picture,
    ],
    [
      '32 bits',
      whole(
        32,
        1,
        Uint32Array.from(picture, (v) => v * 16_843_009),
      ),
      picture,
    ],
  ])('of %s is scaled as viewers do', async (_, bytes, expected) => {
    const { bitmap } = await frameOf(bytes);
    expect(farthest(bitmap.data, expected)).toBeLessThanOrEqual(1);
  });

  it('of floats below 0 is scaled from the least to the greatest', async () => {
    const { bitmap } = await frameOf(
      float(
        1,
        1,
        Array.from(grey, (v) => v * 7 - 900),
      ),
    );
    const [least, greatest] = [Math.min(...grey), Math.max(...grey)];
    const spread = grey.map((v) => Math.round(((v - least) * 255) / (greatest - least)));
    expect(farthest(bitmap.data, spread)).toBeLessThanOrEqual(1);
  });

  it('of floats in colour is looked at as linear light, too', async () => {
    const { shown } = await frameOf(
      float(
        2,
        3,
        Array.from(picture, (v) => v / 255),
      ),
    );
    const middle = picture.findIndex((level) => level > 60 && level < 120);
    expect(shown!.data[middle]).toBeGreaterThan(picture[middle]! + 30);
  });

  it.each([
    ['CIELAB', 8, 0],
    ['ICCLAB', 9, 128],
  ])('of %s is shown in its colours', async (_, photometric, zero) => {
    // L*, a*, b* of D50, and the sRGB of them, from the tables of Lindbloom.
    const colours = [
      [53, 80, 67, 254, 0, 0],
      [88, -79, 81, 5, 255, 0],
      [54, 0, 0, 129, 129, 129],
    ];
    const stored = Buffer.from(colours.flatMap(([l, a, b]) => [(l! * 255) / 100, a! + zero, b! + zero]));
    const bytes = tiffOf(3, 1, stored, { photometric, bits: 8, count: 3 });
    const { bitmap } = await frameOf(bytes);
    const expected = Uint8Array.from(colours.flatMap(([, , , ...rgb]) => rgb));
    expect(farthest(bitmap.data, expected)).toBeLessThanOrEqual(12);
  });
});

describe('a GIF with a transparent colour', () => {
  it('has that colour under its transparent pixels, as references read it', async () => {
    const rgba = Buffer.alloc(width * height * 4, 255);
    for (let i = 0; i < width * height; i++) {
      const level = (i % width) + (i >> 8) > 100 ? 200 : 30;
      rgba.set(i % 7 === 0 ? [0, 0, 0, 0] : [level, level, level, 255], i * 4);
    }
    const gif = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .gif()
      .toBuffer();
    const { data, channels } = (await frameOf(gif)).bitmap;
    expect(channels).toBe(4);
    // libvips writes black there: another colour is put into the palette in its place.
    const painted = Buffer.from(gif);
    const control = painted.indexOf(Buffer.from([0x21, 0xf9, 4]));
    const index = painted[control + 6]!;
    painted.set([255, 0, 255], 13 + 3 * index);
    const keyed = (await frameOf(painted)).bitmap.data;
    expect([...keyed.subarray(0, 4)]).toEqual([255, 0, 255, 0]);
    expect([...keyed.subarray(4, 8)]).toEqual([...data.subarray(4, 8)]);
  });
});
