import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import type { ScanResult } from '../../src/core/types.js';
import { decode, defaultDecodeLimits, sniff } from '../../src/decoders/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endOf, resultsInside } from '../support/inside.js';
import { itWith } from '../support/programs.js';
import { ffmpeg } from '../support/video.js';

type Magick = typeof import('@imagemagick/magick-wasm');
type Format = keyof Magick['MagickFormat'];

let magick: Magick;
let png: Buffer;
beforeAll(async () => {
  magick = await import('@imagemagick/magick-wasm');
  const code = createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm');
  await magick.initializeImageMagick(readFileSync(code));
  png = await draw(1, 320, 240).png().toBuffer();
});

/** The drawn picture in this format. */
const written = (format: Format): Buffer =>
  magick.ImageMagick.read(png, (image) =>
    image.write(magick.MagickFormat[format], (data) => Buffer.from(data)),
  );

const pdqOf = ({ fingerprints }: ScanResult) =>
  hexToBytes(fingerprints.find(({ algorithm }) => algorithm === 'pdq')!.hex);

async function distanceOf(bytes: Buffer): Promise<number> {
  const [known] = await resultsInside('a.png', png);
  const results = await resultsInside('a.bin', bytes);
  expect(results.map(endOf)).toEqual(['clear']);
  return hammingDistance(pdqOf(results[0]!), pdqOf(known!));
}

describe('a picture in a format that only ImageMagick reads', () => {
  it.each<[Format, string]>([
    ['Psd', 'image/vnd.adobe.photoshop'],
    ['Psb', 'image/vnd.adobe.photoshop'],
    ['Jp2', 'image/jp2'],
    ['J2k', 'image/jp2'],
    ['Pcx', 'image/x-pcx'],
    ['Dcx', 'image/x-dcx'],
    ['Sgi', 'image/x-sgi'],
    ['Sun', 'image/x-sun-raster'],
    ['Xpm', 'image/x-xpixmap'],
    ['Pict', 'image/x-pict'],
    ['Dpx', 'image/x-dpx'],
    ['Cin', 'image/x-cineon'],
    ['Dds', 'image/vnd.ms-dds'],
    ['Exr', 'image/x-exr'],
    ['Hdr', 'image/vnd.radiance'],
    ['Pfm', 'image/x-portable-floatmap'],
    ['Miff', 'image/x-miff'],
    ['Viff', 'image/x-viff'],
    ['Qoi', 'image/qoi'],
    ['Farbfeld', 'image/x-farbfeld'],
    ['Mng', 'image/x-mng'],
    ['Jng', 'image/x-jng'],
  ])('%s is hashed', async (format, mediaType) => {
    const bytes = written(format);
    expect(sniff(bytes)).toBe(mediaType);
    expect(await distanceOf(bytes)).toBeLessThanOrEqual(16);
  });

  it.each<[Format, string]>([
    ['Wbmp', 'image/vnd.wap.wbmp'],
    ['Xbm', 'image/x-xbitmap'],
    ['Fits', 'image/fits'],
    ['Vicar', 'image/x-vicar'],
    ['Pgx', 'image/x-pgx'],
  ])('%s is hashed as far as it has colours', async (format, mediaType) => {
    const bytes = written(format);
    expect(sniff(bytes)).toBe(mediaType);
    const [result] = await resultsInside('a.bin', bytes);
    expect(endOf(result!)).toBe('clear');
  });

  itWith(['ffmpeg'], 'is hashed where another program wrote it', async () => {
    const path = `${tempDir()}/a.png`;
    await draw(1, 320, 240).toFile(path);
    for (const name of ['a.pcx', 'a.sgi', 'a.dpx', 'a.jp2', 'a.qoi'])
      expect(await distanceOf(ffmpeg(name, ['-i', path, '-frames:v', '1']))).toBeLessThanOrEqual(24);
  });

  it('is looked at in each of its layers', async () => {
    const { frames, bitmaps } = await decode(
      written('Psd'),
      'image/vnd.adobe.photoshop',
      defaultDecodeLimits,
    );
    const seen: number[] = [];
    for await (const { index } of bitmaps) seen.push(index);
    expect([frames, seen]).toEqual([2, [0, 1]]);
  });

  it.each<Format>(['Psd', 'Jp2', 'Exr', 'Pcx'])('%s that is cut is not clear', async (format) => {
    const bytes = written(format);
    const [result] = await resultsInside('a.bin', bytes.subarray(0, Math.floor(bytes.length / 3)));
    expect(result!.outcome === 'failed' || result!.facts?.degraded).toBe(true);
  });

  it('of a few bytes that claim to be huge takes no memory', async () => {
    const psd = Buffer.alloc(60);
    psd.write('8BPS\0\x01', 'latin1');
    psd.writeUInt16BE(3, 12);
    psd.writeUInt32BE(30_000, 14);
    psd.writeUInt32BE(30_000, 18);
    psd.writeUInt16BE(8, 22);
    psd.writeUInt16BE(3, 24);
    const before = process.memoryUsage().rss;
    const [result] = await resultsInside('a.psd', psd);
    expect(endOf(result!)).toBe('failed decode/pixel-limit');
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
  });
});
