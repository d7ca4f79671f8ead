import { describe, expect, it } from 'vitest';
import { Skip, StageError } from '../../src/core/errors.js';
import { decode, decoders, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { cut, encoded, flipped, gifOf, png } from '../decoders/broken.js';

type Ending = { readonly frames: number; readonly degraded: boolean } | { readonly code: string };

/** What one file ends as; anything but frames or an expected error is a defect and fails the test. */
async function ending(bytes: Uint8Array): Promise<Ending> {
  try {
    const decoded = await decode(bytes, sniff(bytes), { ...defaultDecodeLimits, timeoutSeconds: 10 });
    let frames = 0;
    for await (const { bitmap } of decoded.bitmaps) {
      expect(bitmap.data).toHaveLength(bitmap.width * bitmap.height * bitmap.channels);
      frames += 1;
    }
    expect(frames).toBeGreaterThan(0);
    return { frames, degraded: decoded.degraded() };
  } catch (error) {
    if (error instanceof StageError) return { code: `${error.stage}/${error.code}` };
    if (error instanceof Skip) return { code: error.reason };
    throw error;
  }
}

const random = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * i * 31 + i * 7 + 129) & 255));
const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;

const hostile: readonly (readonly [string, () => Promise<Buffer> | Buffer, Ending])[] = [
  ['an empty file', () => Buffer.alloc(0), { code: 'decode/empty-file' }],
  ['one byte', () => Buffer.from('\x89', 'latin1'), { code: 'unknown-format' }],
  ['random bytes', () => random, { code: 'unknown-format' }],
  ['text', () => Buffer.from('just words'), { code: 'not-an-image' }],
  ['a web page', () => Buffer.from('<!doctype html><img src="x.jpg">'), { code: 'not-an-image' }],
  [
    'a 2.5 gigapixel PNG',
    () => png(50_000, 50_000, new Uint8Array(99), 1, 0),
    { code: 'decode/pixel-limit' },
  ],
  ['a PNG of 2³¹ a side', () => png(2 ** 31, 2 ** 31, new Uint8Array(9)), { code: 'decode/undecodable' }],
  ['a PNG of no size', () => png(0, 0, new Uint8Array()), { code: 'decode/undecodable' }],
  ['a PNG with too few rows', () => png(400, 400, new Uint8Array(1201 * 4)), { frames: 1, degraded: true }],
  ['a 65535×65535 GIF of 40 bytes', () => gifOf(65535, 65535), { code: 'decode/pixel-limit' }],
  [
    'an SVG that reads files',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'),
    { code: 'unsupported-format' },
  ],
  [
    'a BMP of a header only',
    () => Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'latin1'),
    { code: 'decode/undecodable' },
  ],
  ['a PDF', () => Buffer.from('%PDF-1.7\n'), { code: 'unsupported-format' }],
  ['a JPEG of a header only', async () => cut(await encoded('jpeg'), 0.02), { code: 'decode/undecodable' }],
  [
    'a JPEG with a ZIP behind it',
    async () => Buffer.concat([await encoded('jpeg'), random]),
    { frames: 1, degraded: false },
  ],
  ['a sliver', () => png(8000, 1, new Uint8Array(24_001)), { frames: 1, degraded: false }],
  ['one pixel', () => png(1, 1, Uint8Array.of(0, 9, 9, 9)), { frames: 1, degraded: false }],
];

describe('hostile and broken files end in one result', () => {
  it.each(hostile)('%s', async (_what, make, expected) => {
    expect(await ending(await make())).toEqual(expected);
  });

  it.each(formats)(
    'a %s cut anywhere decodes as far as it goes, and says so, or is refused',
    async (format) => {
      const whole = await encoded(format);
      expect(await ending(whole)).toEqual({ frames: 1, degraded: false });
      for (const share of [0.01, 0.1, 0.3, 0.5, 0.7, 0.9]) {
        const end = await ending(cut(whole, share));
        if ('code' in end) expect(end.code).toMatch(/^(decode\/undecodable|not-an-image|unknown-format)$/);
        else expect(end).toEqual({ frames: 1, degraded: true });
      }
    },
  );

  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('half a %s still shows its first half', async (format) => {
    expect(await ending(cut(await encoded(format), 0.5))).toEqual({ frames: 1, degraded: true });
  });

  it.each(formats)('a %s with flipped bytes', async (format) => {
    const whole = await encoded(format);
    for (const count of [1, 20, 200]) {
      const end = await ending(flipped(whole, count));
      expect('code' in end ? end.code : 'decoded').toMatch(/^(decode\/undecodable|decoded)$/);
    }
  });
});

describe.each(Object.entries(decoders))('%s keeps the decoder contract', (_name, decoder) => {
  it('reads media types that sniff knows', () => {
    expect(decoder.mediaTypes.length).toBeGreaterThan(0);
    for (const type of decoder.mediaTypes) expect(type).toMatch(/^image\/[a-z0-9.+-]+$/);
  });

  it('refuses bytes that are no picture, without a frame', async () => {
    await expect(decoder.decode(random, defaultDecodeLimits)).rejects.toMatchObject({
      stage: 'decode',
      code: 'undecodable',
    });
  });
});
