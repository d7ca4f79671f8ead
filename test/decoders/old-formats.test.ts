import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/core/errors.js';
import type { Bitmap, Frame } from '../../src/core/types.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { formulaPicture, paint } from '../fingerprints/pictures.js';
import { cut, flipped } from './broken.js';
import { bmp, ico, tga } from './written.js';

const scene = formulaPicture('blobs', 53, 37);
const few = paint(
  21,
  9,
  (x, y) =>
    [
      [200, 30, 40],
      [10, 120, 250],
      [255, 255, 0],
      [0, 0, 0],
    ][(x * y + x) % 4]!,
);
const two = paint(21, 9, (x, y) => ((x + y) % 3 ? [250, 10, 10] : [0, 90, 30]));
const grey = paint(20, 11, (x, y) => Array.from({ length: 3 }, () => (x * 11 + y * 3) & 255));
/** What is left of a picture in five bits a channel. */
const coarse: Bitmap = {
  ...scene,
  data: scene.data.map((v) => Math.floor((Math.round((v * 31) / 255) * 255) / 31)),
};

async function read(
  bytes: Uint8Array,
  maxPixels = defaultDecodeLimits.maxPixels,
): Promise<{ frames: Frame[]; degraded: boolean; count: number; problem?: StageError }> {
  const decoded = await decode(bytes, sniff(bytes), { ...defaultDecodeLimits, maxPixels });
  const frames: Frame[] = [];
  let problem: StageError | undefined;
  try {
    for await (const frame of decoded.bitmaps) frames.push(frame);
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    problem = error;
  }
  return { frames, degraded: decoded.degraded(), count: decoded.frames, ...(problem && { problem }) };
}

async function ending(bytes: Uint8Array, maxPixels?: number): Promise<string> {
  try {
    const { degraded, problem } = await read(bytes, maxPixels);
    return problem?.code ?? (degraded ? 'degraded' : 'whole');
  } catch (error) {
    if (error instanceof StageError) return error.code;
    throw error;
  }
}

/** RGB of a bitmap, however it is kept. */
const rgb = ({ channels, data }: Bitmap) =>
  Buffer.from(
    Array.from({ length: data.length / channels }, (_, i) =>
      [0, 1, 2].map((c) => data[i * channels + (channels === 1 ? 0 : c)]!),
    ).flat(),
  );

async function expectPicture(bytes: Uint8Array, picture: Bitmap): Promise<void> {
  const { frames, degraded } = await read(bytes);
  expect(frames).toHaveLength(1);
  expect(frames[0]!.bitmap).toMatchObject({ width: picture.width, height: picture.height });
  expect(rgb(frames[0]!.bitmap).equals(Buffer.from(picture.data))).toBe(true);
  expect(degraded).toBe(false);
}

const fiveBits = [0x7c00, 0x3e0, 0x1f];
const bitmaps = {
  '24 bits': [bmp(scene), scene],
  '24 bits, top row first': [bmp(scene, { isTopDown: true }), scene],
  '24 bits, header of OS/2': [bmp(scene, { headerSize: 12 }), scene],
  '32 bits': [bmp(scene, { bits: 32 }), scene],
  '32 bits, masks in another order': [bmp(scene, { bits: 32, masks: [0xff, 0xff00, 0xff0000] }), scene],
  '32 bits, masks with alpha, header 4': [
    bmp(scene, { bits: 32, masks: [0xff0000, 0xff00, 0xff, 0xff000000], headerSize: 108 }),
    scene,
  ],
  '32 bits, masks behind the header, alpha among them': [
    bmp(scene, { bits: 32, masks: [0xff000000, 0xff0000, 0xff00, 0xff] }),
    scene,
  ],
  '16 bits': [bmp(scene, { bits: 16 }), coarse],
  '16 bits, masks': [bmp(scene, { bits: 16, masks: [0x1f, 0x3e0, 0x7c00] }), coarse],
  '16 bits, masks, header 5': [bmp(scene, { bits: 16, masks: fiveBits, headerSize: 124 }), coarse],
  '8 bits': [bmp(few, { bits: 8 }), few],
  '8 bits, runs': [bmp(few, { bits: 8, isRunLength: true }), few],
  '4 bits': [bmp(few, { bits: 4, isTopDown: true }), few],
  '4 bits, runs': [bmp(few, { bits: 4, isRunLength: true }), few],
  '4 bits, header of OS/2': [bmp(few, { bits: 4, headerSize: 12 }), few],
  '1 bit': [bmp(two, { bits: 1 }), two],
} satisfies Record<string, readonly [Buffer, Bitmap]>;

const targas = {
  colour: [tga(scene), scene],
  'colour, top row first': [tga(scene, { isTopDown: true }), scene],
  '32 bits': [tga(scene, { bits: 32 }), scene],
  '16 bits': [tga(scene, { bits: 16 }), coarse],
  'colour, runs': [tga(few, { isPacked: true }), few],
  palette: [tga(few, { kind: 'palette' }), few],
  'palette, runs': [tga(few, { kind: 'palette', isPacked: true }), few],
  grey: [tga(grey, { kind: 'grey' }), grey],
  'grey, runs': [tga(grey, { kind: 'grey', isPacked: true }), grey],
} satisfies Record<string, readonly [Buffer, Bitmap]>;

const ascii = (kind: number, { width, height, data }: Bitmap, values: Iterable<number>) =>
  Buffer.from(
    `P${kind} # drawn\n${width} ${height}\n${kind === 1 ? '' : '255\n'}${[...values, data.length && ''].join(' ')}`,
  );
const greys = (picture: Bitmap) => picture.data.filter((_, i) => i % 3 === 0);
const binary = (head: string, data: Uint8Array) => Buffer.concat([Buffer.from(head), data]);
const bits = paint(11, 5, (x, y) => Array.from({ length: 3 }, () => ((x + y) % 3 === 0 ? 0 : 255)));
const packed = Buffer.from(
  Array.from({ length: 5 }, (_, y) =>
    [0, 8].map((from) =>
      Array.from({ length: 8 }, (_, i) => (from + i < 11 && (from + i + y) % 3 === 0 ? 128 >> i : 0)).reduce(
        (a, b) => a + b,
      ),
    ),
  ).flat(),
);
const ppm = binary('P6\n53 37\n255\n', scene.data);
const anymaps = {
  P1: [
    ascii(
      1,
      bits,
      greys(bits).map((v) => (v === 0 ? 1 : 0)),
    ),
    bits,
  ],
  P2: [ascii(2, grey, greys(grey)), grey],
  P3: [ascii(3, scene, scene.data), scene],
  P4: [binary('P4\n11 5\n', packed), bits],
  P5: [binary('P5 20 11 255\n', greys(grey)), grey],
  P6: [ppm, scene],
  'P6 of 16 bits': [
    binary('P6\n53 37\n65535\n', Buffer.from([...scene.data].flatMap((v) => [v, 77]))),
    scene,
  ],
  PAM: [binary('P7\nWIDTH 53\nHEIGHT 37\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n', scene.data), scene],
} satisfies Record<string, readonly [Buffer, Bitmap]>;

describe.each(Object.entries({ BMP: bitmaps, TGA: targas, 'portable anymap': anymaps }))(
  '%s',
  (_name, files) => {
    it.each(Object.entries(files))('%s gives the pixels that were drawn', (_what, [bytes, picture]) =>
      expectPicture(bytes, picture),
    );

    it('never counts as whole where it is cut, and is never a defect', async () => {
      for (const [bytes] of Object.values(files) as [Buffer, Bitmap][])
        for (let length = 30; length < bytes.length; length += Math.ceil(bytes.length / 40)) {
          const part = bytes.subarray(0, length);
          if (/bmp|tga|anymap/.test(sniff(part)))
            expect(await ending(part)).toMatch(/^(undecodable|degraded)$/);
        }
    });

    it('ends in one result whatever its bytes are', async () => {
      let state = 1;
      for (const [bytes] of Object.values(files) as [Buffer, Bitmap][])
        for (let round = 0; round < 60; round++) {
          const broken = flipped(bytes, round);
          for (let i = 0; i < round % 5; i++) {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            broken[2 + ((state >>> 8) % Math.min(70, bytes.length - 2))] = state & 255;
          }
          const type = sniff(broken);
          if (/bmp|tga|anymap/.test(type)) await ending(broken, 100_000);
        }
    });
  },
);

describe('an icon', () => {
  const png = () =>
    sharp(scene.data, { raw: { width: scene.width, height: scene.height, channels: 3 } })
      .png()
      .toBuffer();

  it('shows every picture in it, BMP and PNG', async () => {
    const { frames, count } = await read(
      ico(bmp(few), await png(), bmp(scene, { bits: 32 }), bmp(two, { bits: 1 })),
    );
    expect(count).toBe(4);
    for (const [i, picture] of [few, scene, scene, two].entries())
      expect(rgb(frames[i]!.bitmap).equals(Buffer.from(picture.data))).toBe(true);
  });

  it.each([
    ['a header of version 4', { bits: 24, headerSize: 108 }],
    ['a header of version 5', { bits: 24, headerSize: 124 }],
    [
      'masks in a header of version 5',
      { bits: 32, headerSize: 124, masks: [0xff, 0xff00, 0xff0000, 0xff000000] },
    ],
    ['a palette behind a header of version 5', { bits: 8, headerSize: 124 }],
  ] as const)('shows a picture with %s', async (_, options) => {
    const picture = options.bits === 8 ? few : scene;
    const { frames } = await read(ico(bmp(picture, options)));
    expect(rgb(frames[0]!.bitmap).equals(Buffer.from(picture.data))).toBe(true);
  });

  it('shows every picture of an animated cursor', async () => {
    const chunk = (type: string, data: Buffer) => {
      const head = Buffer.alloc(8);
      head.write(type, 'latin1');
      head.writeUInt32LE(data.length, 4);
      return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
    };
    const icons = [few, scene].map((picture) => chunk('icon', ico(bmp(picture))));
    const list = chunk('LIST', Buffer.concat([Buffer.from('fram'), ...icons]));
    const ani = chunk('RIFF', Buffer.concat([Buffer.from('ACON'), chunk('anih', Buffer.alloc(36)), list]));
    const { frames, count } = await read(ani);
    expect(count).toBe(2);
    for (const [i, picture] of [few, scene].entries())
      expect(rgb(frames[i]!.bitmap).equals(Buffer.from(picture.data))).toBe(true);
  });

  it('shows what is left where one of its pictures is damaged or missing, and does not count as seen', async () => {
    const whole = ico(bmp(few), await png());
    expect((await read(cut(whole, 0.9))).frames.length).toBeGreaterThanOrEqual(1);
    expect(await ending(cut(whole, 0.9))).toBe('degraded');
    whole.writeUInt32LE(0xffff_fff0, 6 + 12);
    const { frames, degraded, count, problem } = await read(whole);
    expect([frames.length, degraded, count]).toEqual([1, true, 2]);
    expect(problem).toMatchObject({
      code: 'undecodable',
      message: expect.stringMatching(/^1 of 2 pictures in it do not decode/),
    });
  });

  it('shows a picture once, however many entries point at it, and holds no copy for each', async () => {
    const wide = paint(700, 500, (x, y) => [x & 255, y & 255, (x * y) & 255]);
    const one = ico(bmp(wide, { bits: 32 }));
    const entries = 200;
    const many = Buffer.concat([one.subarray(0, 6), Buffer.alloc(16 * entries), one.subarray(22)]);
    many.writeUInt16LE(entries, 4);
    for (let i = 0; i < entries; i++) {
      many.writeUInt32LE(one.length - 22, 6 + i * 16 + 8);
      many.writeUInt32LE(6 + 16 * entries, 6 + i * 16 + 12);
    }
    expect((await read(many)).count).toBe(1);
    const most = Buffer.from(many);
    most.writeUInt16LE(0x101, 4);
    expect((await read(most)).frames).toHaveLength(1);
    // Each a byte shorter than the one before.
    for (let i = 0; i < entries; i++) many.writeUInt32LE(one.length - 22 - i, 6 + i * 16 + 8);
    const before = process.memoryUsage().arrayBuffers;
    const decoded = await decode(many, sniff(many), defaultDecodeLimits);
    expect(decoded.frames).toBe(entries);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * many.length);
    for await (const { bitmap } of decoded.bitmaps) {
      expect(rgb(bitmap).equals(Buffer.from(wide.data))).toBe(true);
      break;
    }
  });

  it('is refused where none of them is there', async () => {
    expect(await ending(Buffer.concat([ico(bmp(few)).subarray(0, 22)]))).toBe('undecodable');
    expect(await ending(Buffer.from('\0\0\x01\0\xff\0', 'latin1'))).toBe('undecodable');
  });
});

describe('a bitmap with something where zeros belong', () => {
  it.each([12, 40, 108, 124] as const)('is read, header of %i bytes', async (headerSize) => {
    const bytes = bmp(scene, { headerSize });
    bytes.write('made', 6, 'latin1');
    await expectPicture(bytes, scene);
  });
});

describe('several portable anymaps in one file', () => {
  it('are all looked at', async () => {
    const { frames } = await read(Buffer.concat([ppm, binary('P5 20 11 255\n', greys(grey)), ppm]));
    expect(frames.map(({ bitmap }) => bitmap.width)).toEqual([53, 20, 53]);
  });
});

describe('a picture that claims to be huge', () => {
  const hugeBmp = bmp(few, { bits: 8, isRunLength: true });
  hugeBmp.writeInt32LE(60_000, 18);
  hugeBmp.writeInt32LE(-60_000, 22);
  const hugeTga = tga(few);
  hugeTga.writeUInt16LE(65_535, 12);
  hugeTga.writeUInt16LE(65_535, 14);
  const hugeIcon = ico(bmp(few));
  hugeIcon.writeInt32LE(60_000, 22 + 4);
  hugeIcon.writeInt32LE(120_000, 22 + 8);
  it.each([
    ['BMP', hugeBmp],
    ['TGA', hugeTga],
    ['PPM', Buffer.from('P6 100000 100000 255\n')],
    ['PAM', Buffer.from('P7\nWIDTH 999999999\nHEIGHT 999999999\nDEPTH 4\nMAXVAL 255\nENDHDR\n')],
    ['icon', hugeIcon],
  ])('%s is refused by its header', async (_name, bytes) => {
    expect(await ending(bytes)).toBe('pixel-limit');
  });

  it('is refused by its header when it is the second of a file', async () => {
    expect(await ending(Buffer.concat([ppm, Buffer.from('P6 100000 100000 255\n')]))).toBe('pixel-limit');
  });
});
