import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import type { Bitmap, Fingerprint, Frame, Orientation } from '../../src/core/types.js';
import {
  type BuiltInAlgorithm,
  fingerprinters,
  type PixelFingerprinter,
} from '../../src/fingerprints/index.js';
import { lumaOf } from '../../src/fingerprints/luma.js';
import { frameFingerprinter } from '../../src/scanner/frame-fingerprinter.js';
import { type ViewSet, views, viewsOf } from '../../src/views/index.js';
import { formulaPicture } from '../fingerprints/pictures.js';
import { draw } from '../support/draw.js';

const perceptual = ['pdq', 'phash', 'phash256', 'dhash', 'blockhash'] as const;
const named = (names: readonly BuiltInAlgorithm[]) =>
  names.map((name) => ({ name, fingerprinter: fingerprinters[name] as PixelFingerprinter }));

const width = 480;
const height = 360;

async function frameOf(picture: Sharp, orientation: Orientation = 1): Promise<Frame> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { channels } = info as { channels: 1 | 3 };
  return { index: 0, orientation, bitmap: { width: info.width, height: info.height, channels, data } };
}

const look = (frame: Frame, set: ViewSet, names: readonly BuiltInAlgorithm[] = ['pdq']) =>
  frameFingerprinter(named(names), set)(frame).filter((one): one is Fingerprint => 'hex' in one);

/** The view of the altered picture that lies nearest to the original, and how near. */
async function nearest(original: Sharp, altered: Sharp, set: ViewSet, algorithm: BuiltInAlgorithm = 'pdq') {
  const [known] = look(await frameOf(original), 'none', [algorithm]);
  return look(await frameOf(altered), set, [algorithm])
    .map(({ view, hex }) => ({ view, distance: hammingDistance(hexToBytes(hex), hexToBytes(known!.hex)) }))
    .reduce((a, b) => (b.distance < a.distance ? b : a));
}

const scene = () => draw(7, width, height);
const altered = async (steps: (picture: Sharp) => Sharp) => sharp(await steps(scene()).png().toBuffer());
const inside = (left: number, top: number, w: number, h: number) =>
  altered((p) => p.extract({ left, top, width: w, height: h }));
const page = (bar: number) =>
  Buffer.from(
    `<svg width="${width}" height="${bar}"><rect width="100%" height="100%" fill="#fff"/>` +
      [0, 1, 2, 3, 4, 5]
        .map((k) => `<rect x="${20 + 60 * k}" y="20" width="44" height="${bar - 50}" fill="#111"/>`)
        .join('') +
      '</svg>',
  );

/** Tilted, and cut to the largest rectangle of the same shape without corners. */
async function tiltedBy(degrees: number): Promise<Sharp> {
  const angle = (Math.abs(degrees) * Math.PI) / 180;
  const share = 1 / (Math.cos(angle) + (Math.sin(angle) * width) / height);
  const whole = await altered((p) => p.rotate(degrees, { background: '#000' }));
  const { width: w = 0, height: h = 0 } = await whole.clone().metadata();
  const [wide, tall] = [Math.floor(width * share) - 2, Math.floor(height * share) - 2];
  return sharp(
    await whole
      .extract({ left: (w - wide) >> 1, top: (h - tall) >> 1, width: wide, height: tall })
      .png()
      .toBuffer(),
  );
}

/** With a white bar of text above it. */
async function captioned(picture: Sharp): Promise<Sharp> {
  const barred = await picture.extend({ top: 90, background: '#fff' }).png().toBuffer();
  const { width: wide = 0 } = await sharp(barred).metadata();
  const bar = await sharp(page(90)).resize(wide, 90, { fit: 'fill' }).png().toBuffer();
  return sharp(
    await sharp(barred)
      .composite([{ input: bar, left: 0, top: 0 }])
      .png()
      .toBuffer(),
  );
}

let other: Buffer;
beforeAll(async () => {
  other = await draw(8, width, height).png().toBuffer();
});

describe('a known picture that was altered is found, and the view is named', () => {
  const cases: [string, string, ViewSet, number, () => Promise<Sharp>][] = [
    ['mirrored', 'flipY', 'basic', 31, () => altered((p) => p.flop())],
    ['upside down', 'rotated180', 'basic', 31, () => altered((p) => p.rotate(180))],
    ['turned by a quarter', 'rotated90', 'basic', 31, () => altered((p) => p.rotate(90))],
    ['inverted', 'negative', 'basic', 31, () => altered((p) => p.negate({ alpha: false }))],
    [
      'with a border',
      'trimmed',
      'basic',
      31,
      () => altered((p) => p.extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#2a4d8f' })),
    ],
    [
      'mirrored, with a border',
      'trimmed+flipY',
      'basic',
      31,
      () => altered((p) => p.flop().extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#000' })),
    ],
    [
      'padded to a square',
      'trimmed',
      'basic',
      31,
      () => altered((p) => p.extend({ top: 60, bottom: 60, background: '#fff' })),
    ],
    [
      'with a caption',
      'trimmed',
      'basic',
      31,
      async () =>
        sharp(
          await (await altered((p) => p.extend({ top: 90, background: '#fff' })))
            .composite([{ input: page(90), left: 0, top: 0 }])
            .png()
            .toBuffer(),
        ),
    ],
    [
      'with a white frame in a black one',
      'trimmed-bars',
      'basic',
      31,
      () =>
        altered((p) => p.extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#fff' })).then(
          async (framed) =>
            sharp(await framed.png().toBuffer()).extend({
              top: 30,
              bottom: 30,
              left: 30,
              right: 30,
              background: '#000',
            }),
        ),
    ],
    [
      'with a border that compression has roughened',
      'trimmed-bars',
      'basic',
      31,
      async () => {
        const framed = await altered((p) =>
          p.extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#2a4d8f' }),
        );
        const { data, info } = await framed.raw().toBuffer({ resolveWithObject: true });
        for (let i = 0; i < data.length; i += 1)
          data[i] = Math.min(255, Math.max(0, data[i]! + ((i * 7919) % 31) - 15));
        const { width, height, channels } = info;
        return sharp(data, { raw: { width, height, channels } });
      },
    ],
    ['cropped by 10 %', 'padded-5', 'all', 48, () => inside(24, 18, 432, 324)],
    ['cropped by 20 %', 'padded-11', 'all', 71, () => inside(48, 36, 384, 288)],
    ['cropped at the top left', 'padded-top-left', 'all', 71, () => inside(48, 36, 432, 324)],
    [
      'tilted by 5 degrees',
      'tilted-left-5',
      'all',
      71,
      async () =>
        sharp(
          await (await altered((p) => p.rotate(5, { background: '#000' })))
            .extract({ left: 46, top: 46, width: 416, height: 312 })
            .png()
            .toBuffer(),
        ),
    ],
    ['cropped by 5 %', 'padded-2.5', 'basic', 31, () => inside(12, 9, 456, 342)],
    [
      'tilted in black corners',
      'straightened',
      'basic',
      20,
      () => altered((p) => p.rotate(8, { background: '#000' })),
    ],
    [
      'tilted in white corners',
      'straightened',
      'basic',
      20,
      () => altered((p) => p.rotate(-21, { background: '#fff' })),
    ],
    [
      'tilted by a quarter and a bit',
      'straightened+rotated90',
      'basic',
      20,
      () => altered((p) => p.rotate(86, { background: '#fff' })),
    ],
    ['cropped at the left', 'padded-left-11', 'all', 48, () => inside(48, 0, 432, 360)],
    ['cropped at the bottom', 'padded-bottom-20', 'all', 71, () => inside(0, 0, 480, 300)],
    ['cut to a square', 'widened-square-17', 'all', 71, () => inside(60, 0, 360, 360)],
    ['cut to 4:5', 'widened-portrait-33', 'all', 80, () => inside(96, 0, 288, 360)],
    ['tilted by 10 degrees', 'tilted-left-10', 'all', 71, () => tiltedBy(10)],
    ['tilted by 15 degrees', 'tilted-right-15', 'all', 80, () => tiltedBy(-15)],
    [
      'mirrored, cropped and with a caption',
      'trimmed-padded-5+flipY',
      'all',
      48,
      async () =>
        captioned(await altered((p) => p.flop().extract({ left: 24, top: 18, width: 432, height: 324 }))),
    ],
    [
      'beside another one',
      'panel-2',
      'basic',
      31,
      () =>
        altered((p) =>
          p.extend({ left: width, background: '#000' }).composite([{ input: other, left: 0, top: 0 }]),
        ),
    ],
    [
      'on top of another one',
      'panel-1',
      'basic',
      31,
      async () =>
        sharp(other).composite([
          { input: await scene().resize(260, 200, { fit: 'fill' }).png().toBuffer(), left: 150, top: 110 },
        ]),
    ],
  ];
  it.each(cases)('%s: %s', async (_what, view, set, most, make) => {
    const picture = await make();
    const found = await nearest(scene(), picture.clone(), set);
    expect(found.view).toBe(view);
    expect(found.distance).toBeLessThanOrEqual(most);
    const without = await nearest(scene(), picture.clone(), 'none');
    expect(without.distance).toBeGreaterThan(most);
  });

  it.each(perceptual)('mirrored and inverted ones under %s as well', async (algorithm) => {
    const { threshold } = fingerprinters[algorithm];
    for (const [view, steps] of [
      ['flipY', (p: Sharp) => p.flop()],
      ['rotated270', (p: Sharp) => p.rotate(270)],
      ['negative', (p: Sharp) => p.negate({ alpha: false })],
    ] as const) {
      const found = await nearest(scene(), await altered(steps), 'basic', algorithm);
      expect(found.distance, view).toBeLessThanOrEqual(threshold);
      expect(found.view).toBe(view);
    }
  });

  it('as stored, where EXIF turns it: exactly what tools that ignore EXIF hash', async () => {
    const stored = await frameOf(await altered((p) => p.rotate(90)), 8);
    const [ignoring] = look({ ...stored, orientation: 1 }, 'none');
    const found = look(stored, 'basic').find(({ view }) => view === 'as-stored');
    expect(found).toMatchObject({ hex: ignoring!.hex, recipe: ignoring!.recipe });
    expect(look({ ...stored, orientation: 1 }, 'basic').some(({ view }) => view === 'as-stored')).toBe(false);
  });
});

describe('a picture with transparent pixels', () => {
  /** The scene in the alpha channel, with one colour in all pixels or another picture under it. */
  async function hidden(under: number | Uint8Array, alphaOf: (grey: number) => number): Promise<Frame> {
    const { bitmap } = await frameOf(scene());
    const data = new Uint8Array(width * height * 4);
    lumaOf(bitmap).data.forEach((level, i) => {
      const pixel = typeof under === 'number' ? [under, under, under] : under.subarray(i * 3, i * 3 + 3);
      data.set([...pixel, alphaOf(level)], i * 4);
    });
    return { index: 0, orientation: 1, bitmap: { width, height, channels: 4, data } };
  }
  const best = (frame: Frame, set: ViewSet, algorithm: BuiltInAlgorithm, known: Fingerprint) =>
    look(frame, set, [algorithm])
      .map(({ view, hex }) => ({ view, distance: hammingDistance(hexToBytes(hex), hexToBytes(known.hex)) }))
      .sort((a, b) => a.distance - b.distance)[0];

  it.each(perceptual)('is found as viewers show it, on white and on black, under %s', async (algorithm) => {
    const { threshold } = fingerprinters[algorithm];
    const { bitmap } = await frameOf(scene());
    const grey: Bitmap = { ...lumaOf(bitmap), channels: 1 };
    const [known] = look({ index: 0, orientation: 1, bitmap: grey }, 'none', [algorithm]);
    const onWhite = await hidden(0, (grey) => 255 - grey);
    const onBlack = await hidden(255, (grey) => grey);
    for (const [frame, view] of [
      [onWhite, 'on-white'],
      [onBlack, 'on-black'],
      [{ ...onWhite, orientation: 2 as const }, 'on-white+flipY'],
    ] as const) {
      const found = best(frame, 'basic', algorithm, known!);
      expect(found?.view).toBe(view);
      expect(found!.distance).toBeLessThanOrEqual(threshold);
      expect(look(frame, 'none', [algorithm]).map((one) => one.view)).toEqual([view.split('+')[0]]);
    }
  });

  it('is found where another picture is under the transparent pixels, which is looked at, too', async () => {
    const [known] = look(await frameOf(scene()), 'none');
    const other = draw(8, width, height);
    const dim = (await other.clone().raw().toBuffer()).map((level) => 0.6 * level);
    const frame = await hidden(dim, (grey) => 255 - grey);
    expect(best(frame, 'basic', 'pdq', known!)!.distance).toBeLessThanOrEqual(31);
    const [under] = look({ ...frame, bitmap: { width, height, channels: 3, data: dim } }, 'none');
    expect(look(frame, 'none')).toEqual([under]);
  });

  it('is put on a list of one’s own as it is shown, too; an opaque one in the same views as ever', async () => {
    const listed = (frame: Frame) =>
      frameFingerprinter(named(['pdq']), 'basic', 'list')(frame).map(({ view }) => view);
    expect(listed(await hidden(0, (grey) => 255 - grey))).toContain('on-white');
    const { bitmap } = await frameOf(scene());
    const rgba = await scene().ensureAlpha().raw().toBuffer();
    const opaque: Frame = { index: 0, orientation: 1, bitmap: { width, height, channels: 4, data: rgba } };
    expect(look(opaque, 'all')).toEqual(look({ ...opaque, bitmap }, 'all'));
  });
});

describe('an own list', () => {
  it.each<[string, string, () => Promise<Sharp>]>([
    ['a square', 'middle-square', () => inside(60, 0, 360, 360)],
    ['4:5', 'middle-portrait', () => inside(96, 0, 288, 360)],
  ])('holds the middle of a picture in the shape that networks cut to: %s', async (_what, view, cut) => {
    const entries = frameFingerprinter(named(['pdq']), 'all', 'list')(await frameOf(scene()));
    const entry = entries.find((one) => one.view === view) as Fingerprint;
    const found = look(await frameOf(await cut()), 'none');
    expect(hammingDistance(hexToBytes(found[0]!.hex), hexToBytes(entry.hex))).toBeLessThanOrEqual(20);
  });

  it('does not hold what a square picture has in it already', async () => {
    const square = await frameOf(draw(7, 400, 400));
    const entries = frameFingerprinter(named(['pdq']), 'all', 'list')(square);
    expect(entries.map(({ view }) => view)).not.toContain('middle-square');
    expect(entries.map(({ view }) => view)).toContain('middle-portrait');
  });
});

describe('the sets', () => {
  let frame: Frame;
  beforeAll(async () => {
    frame = await frameOf(await altered((p) => p.extend({ top: 40, background: '#fff' })));
  });

  it('none is the upright picture alone, to the bit what the algorithm says of it', () => {
    const found = look(frame, 'none', perceptual);
    expect(found.map(({ algorithm, view }) => [algorithm, view])).toEqual(
      perceptual.map((name) => [name, 'upright']),
    );
    for (const { algorithm, hex, recipe } of found) {
      const fingerprinter = fingerprinters[algorithm as 'pdq'];
      expect(fingerprinter.compute({ ...frame.bitmap })).toMatchObject({ ok: true, hex });
      expect(recipe).toBe(fingerprinter.recipe);
    }
  });

  it('none looks at what is shown, too, where the colours under the alpha channel say nothing', async () => {
    const grey = await scene().greyscale().toColourspace('b-w').raw().toBuffer();
    const data = new Uint8Array(grey.length * 4);
    grey.forEach((level, i) => {
      data[i * 4 + 3] = 255 - level;
    });
    const hidden: Frame = { index: 0, orientation: 1, bitmap: { width, height, channels: 4, data } };
    const answers = frameFingerprinter(named(['pdq']), 'none')(hidden);
    expect(answers.map((one) => ('hex' in one ? one.view : one.reason))).toEqual(['on-white', 'low-quality']);
  });

  it('each holds what the one before it holds, unchanged', () => {
    const of = (set: ViewSet) => look(frame, set, perceptual).map((one) => JSON.stringify(one));
    const [none, basic, all] = [of('none'), of('basic'), of('all')];
    expect(basic).toEqual(expect.arrayContaining(none));
    expect(all).toEqual(expect.arrayContaining(basic));
    expect(basic.length).toBeGreaterThan(none.length);
    expect(all.length).toBeGreaterThan(basic.length);
    expect([...viewsOf('all'), ...viewsOf('all', 'list')].map(({ name }) => name)).toEqual(
      expect.arrayContaining(Object.keys(views)),
    );
  });

  it('name every view once', () => {
    const names = look(frame, 'all').map(({ view }) => view);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('pictures that say too little', () => {
  const poor: [string, ReturnType<typeof formulaPicture>][] = [
    ['flat', formulaPicture('flat', 300, 200)],
    ['ramp', formulaPicture('ramp', 300, 200)],
    ['split', formulaPicture('split', 300, 200)],
    ['tiny', formulaPicture('tex', 15, 15)],
    ['one pixel', formulaPicture('flat', 1, 1)],
  ];
  it.each(poor)('%s: no view of it is fingerprinted', (_name, bitmap) => {
    const answers = frameFingerprinter(named(perceptual), 'all')({ index: 0, orientation: 1, bitmap });
    expect(answers.filter((one) => 'hex' in one)).toEqual([]);
    expect(answers.map(({ view }) => view)).toEqual(perceptual.map(() => 'upright'));
  });

  it('inside a wide border are still found by what the border encloses', async () => {
    const framed = await altered((p) =>
      p.resize(160, 120).extend({ top: 90, bottom: 90, left: 120, right: 120, background: '#fff' }),
    );
    const found = await nearest(scene(), framed, 'basic');
    expect(found).toMatchObject({ view: 'trimmed' });
    expect(found.distance).toBeLessThanOrEqual(31);
  });

  it.each(['top', 'bottom', 'left', 'right'])(
    'beside a plain bar over most of the %s are found, as if it were halved on both sides',
    async (side) => {
      const bar = side === 'top' || side === 'bottom' ? 400 : 500;
      const barred = await altered((p) => p.extend({ [side]: bar, background: '#fff' }));
      const found = await nearest(scene(), barred, 'basic');
      expect(found).toMatchObject({ view: expect.stringMatching(/^trimmed/) });
      expect(found.distance).toBeLessThanOrEqual(31);
    },
  );

  it('below a white caption are found although their own sky is nearly white', async () => {
    const sky = { create: { width, height: 120, channels: 3, background: '#f4f4f4' } } as const;
    const bright = await scene()
      .composite([{ input: sky, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const captioned = sharp(bright).extend({ top: 90, background: '#fff' });
    const picture = await captioned
      .composite([{ input: page(90), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const found = await nearest(sharp(bright), sharp(picture), 'basic');
    expect(found).toMatchObject({ view: 'trimmed' });
    expect(found.distance).toBeLessThanOrEqual(31);
  });

  it('a very long strip is looked at without turning it', () => {
    const strip = formulaPicture('tex', 900, 40);
    const names = look({ index: 0, orientation: 1, bitmap: strip }, 'all').map(({ view }) => view);
    expect(names).toContain('padded-5');
    expect(names.filter((name) => name?.startsWith('tilted'))).toEqual([]);
  });
});
