import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';
import type { ScanResult } from '../../src/core/types.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endsInside, resultsInside } from '../support/inside.js';
import { dct, fax, flate, jbig2, type PdfImage, password, pdf } from '../support/pdf.js';
import { itWith } from '../support/programs.js';
import { ffmpeg } from '../support/video.js';
import { zip } from '../support/zip.js';

const [width, height] = [320, 240];
let jpg: Buffer;
let images: Record<string, PdfImage>;
beforeAll(async () => {
  jpg = await draw(1, width, height).jpeg({ quality: 95 }).toBuffer();
  const rgb = await draw(1, width, height).removeAlpha().raw().toBuffer();
  const luma = (i: number) => 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
  const grey = Buffer.from(Array.from({ length: width * height }, (_, i) => Math.round(luma(i))));
  const ramp = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0').repeat(3)).join('');
  images = {
    dct: dct(jpg, width, height),
    rgb: flate(rgb, width, height),
    grey: flate(grey, width, height, '/DeviceGray'),
    indexed: flate(grey, width, height, `[/Indexed /DeviceRGB 255 <${ramp}>]`),
  };
});
const pdqOf = ({ fingerprints }: ScanResult) =>
  hexToBytes(fingerprints.find(({ algorithm }) => algorithm === 'pdq')!.hex);

describe('a PDF document', () => {
  it('gives a result for every picture on its pages: JPEG, RGB, grey, indexed', async () => {
    const results = await resultsInside('album.pdf', pdf(Object.values(images)));
    expect(results.map(({ ref, outcome }) => [ref.member, outcome])).toEqual([
      ['image-1', 'clear'],
      ['image-2', 'clear'],
      ['image-3', 'clear'],
      ['image-4', 'clear'],
      [undefined, 'clear'],
    ]);
    const [expected] = await resultsInside('a.jpg', jpg);
    for (const result of results.slice(0, 4)) {
      expect(result.facts).toMatchObject({ width, height });
      expect(hammingDistance(pdqOf(result), pdqOf(expected!))).toBeLessThanOrEqual(16);
    }
    expect(hammingDistance(pdqOf(results[1]!), pdqOf(expected!))).toBeLessThanOrEqual(4);
  });

  it.each(['\r\n', '\ufeff', 'x'.repeat(1000)])('is one behind %j, too', async (before) => {
    const document = Buffer.concat([Buffer.from(before), pdf([images.dct!], '', { isShown: false })]);
    expect(await endsInside('a.pdf', document)).toEqual({ 'a.pdf!/image-1': 'clear', 'a.pdf': 'clear' });
  });

  it('shows its fax pictures, in either coding', async () => {
    const bw = draw(1, width, height).greyscale().threshold(128).toColourspace('b-w');
    const tiff = await bw.clone().negate().tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer();
    const [same] = await resultsInside('a.png', await bw.png().toBuffer());
    const results = await resultsInside('a.pdf', pdf([fax(tiff, width, height), jbig2(tiff, width, height)]));
    expect(results.map(({ outcome }) => outcome)).toEqual(['clear', 'clear', 'clear']);
    for (const result of results.slice(0, 2))
      expect(hammingDistance(pdqOf(result), pdqOf(same!))).toBeLessThanOrEqual(4);
  });

  itWith(['ffmpeg'], 'whose JPEG 2000 pictures cannot be decoded says so', async () => {
    const path = join(tempDir(), 'a.png');
    await draw(1, width, height).toFile(path);
    const bytes = ffmpeg('a.jp2', ['-i', path, '-c:v', 'jpeg2000', '-pix_fmt', 'rgb24', '-f', 'image2pipe']);
    const jpx = { width, height, bytes, entries: '/ColorSpace /DeviceRGB /Filter /JPXDecode' };
    expect(await endsInside('a.pdf', pdf([jpx]))).toEqual({
      'a.pdf!/image-1': 'failed decode/undecodable',
      'a.pdf': 'clear',
    });
  });

  it('gives its attached files, and what is inside them', async () => {
    const attached = { name: 'x.zip', bytes: zip([{ name: 'a.jpg', bytes: jpg }]) };
    expect(await endsInside('a.pdf', pdf([images.rgb!], '', { attached }))).toEqual({
      'a.pdf!/image-1': 'clear',
      'a.pdf!/x.zip!/a.jpg': 'clear',
      'a.pdf!/x.zip': 'clear',
      'a.pdf': 'clear',
    });
  });

  it('gives the pictures that no page shows, too', async () => {
    const hidden = pdf([images.dct!, images.rgb!], '', { isShown: false });
    const both = { 'a.pdf!/image-1': 'clear', 'a.pdf!/image-2': 'clear', 'a.pdf': 'clear' };
    expect(await endsInside('a.pdf', hidden)).toEqual(both);
    // Names in other words; something behind its end.
    const renamed = hidden
      .toString('latin1')
      .replaceAll('/XObject /Subtype /Image', '/XObject/Subtype/#49mage');
    const other = Buffer.from(renamed, 'latin1');
    expect(await endsInside('a.pdf', other)).toEqual(both);
    expect(await endsInside('a.pdf', Buffer.concat([hidden, Buffer.alloc(300, 'x')]))).toEqual(both);
    const [first] = await resultsInside('a.pdf', hidden);
    const [expected] = await resultsInside('a.jpg', jpg);
    expect(hammingDistance(pdqOf(first!), pdqOf(expected!))).toBeLessThanOrEqual(4);
  });

  it('with a picture that is there no more is not called clear', async () => {
    const bytes = pdf([images.rgb!, images.dct!]).toString('latin1');
    // The name leads elsewhere, and the object that was a picture is none in a later version.
    const later = bytes.replace('/I 5 0 R', '/I 2 0 R').replace(/startxref\n(\d+)\n%%EOF\n/, (end, at) => {
      const start = bytes.length;
      return `${end}5 0 obj\n(none)\nendobj\nxref\n5 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer << /Size 9 /Root 1 0 R /Prev ${at} >>\nstartxref\n${start + 22}\n%%EOF\n`;
    });
    expect(await endsInside('a.pdf', Buffer.from(later, 'latin1'))).toEqual({
      'a.pdf!/image-1': 'clear',
      'a.pdf!/image-2': 'failed decode/undecodable',
      'a.pdf': 'clear',
    });
  });

  it('shows a picture that an update replaced, and is not called clear where it cannot', async () => {
    const bytes = pdf([images.dct!]).toString('latin1');
    const later = await draw(2, width, height).jpeg({ quality: 95 }).toBuffer();
    const object = `5 0 obj\n<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${later.length} >>\nstream\n${later.toString('latin1')}\nendstream\nendobj\n`;
    const at = /startxref\n(\d+)/.exec(bytes)![1];
    const place = String(bytes.length).padStart(10, '0');
    const updated = `${bytes}${object}xref\n5 1\n${place} 00000 n \ntrailer << /Size 6 /Root 1 0 R /Prev ${at} >>\nstartxref\n${bytes.length + object.length}\n%%EOF\n`;
    const results = await resultsInside('a.pdf', Buffer.from(updated, 'latin1'));
    expect(results.map(({ ref, outcome }) => [ref.member, outcome])).toEqual([
      ['image-1', 'clear'],
      ['image-2', 'clear'],
      [undefined, 'clear'],
    ]);
    for (const [i, jpeg] of [later, jpg].entries()) {
      const [expected] = await resultsInside('a.jpg', jpeg);
      expect(hammingDistance(pdqOf(results[i]!), pdqOf(expected!))).toBeLessThanOrEqual(4);
    }
    // Two pictures of one name in the same version: which of them is shown, only the reader knows.
    const twice = Buffer.from(updated.replace('%%EOF', '%%EOP'), 'latin1');
    expect((await endsInside('a.pdf', twice))['a.pdf']).toBe('failed decode/undecodable');
  });

  it('is looked into inside an archive', async () => {
    const bytes = zip([{ name: 'a.pdf', bytes: pdf([images.dct!]) }]);
    expect(await endsInside('x.zip', bytes)).toEqual({
      'x.zip!/a.pdf!/image-1': 'clear',
      'x.zip!/a.pdf': 'clear',
      'x.zip': 'clear',
    });
  });

  it('that needs a password says so', async () => {
    expect(await endsInside('a.pdf', pdf([images.dct!], password))).toEqual({ 'a.pdf': 'skipped encrypted' });
  });

  it('that is cut keeps what came before, and ends in a result of its own at every length', async () => {
    const whole = pdf([images.dct!, images.rgb!]);
    for (const share of [2, 20, 50, 80, 99]) {
      const ends = await endsInside('a.pdf', whole.subarray(0, (whole.length * share) / 100));
      expect(['clear', 'failed decode/archive-damaged']).toContain(ends['a.pdf']);
    }
    const cut = await endsInside('a.pdf', whole.subarray(0, 20));
    expect(cut).toEqual({ 'a.pdf': 'failed decode/archive-damaged' });
  });

  it('with a picture that is no picture, or of a billion pixels, is not called clear', async () => {
    const broken = { ...images.dct!, bytes: Buffer.from('no JPEG') };
    const huge = { ...images.rgb!, width: 40_000, height: 40_000 };
    expect(await endsInside('a.pdf', pdf([broken, huge, images.rgb!]))).toEqual({
      'a.pdf!/image-1': 'failed decode/undecodable',
      'a.pdf!/image-2': 'clear',
      // The large one is left out: the document says that something is missing.
      'a.pdf': 'failed decode/pixel-limit',
    });
  });

  it('with a picture that hides its size is not called clear either', async () => {
    const bytes = pdf([images.rgb!]);
    const hidden = Buffer.from(bytes.toString('latin1').replace('/Width 320', '/Width 1 0 R'), 'latin1');
    expect((await endsInside('a.pdf', hidden))['a.pdf']).toBe('failed decode/pixel-limit');
  });

  it.each([
    ['once', (bytes: Uint8Array) => deflateSync(bytes), '/FlateDecode'],
    ['twice', (bytes: Uint8Array) => deflateSync(deflateSync(bytes)), '[/FlateDecode /#46lateDecode]'],
  ])(
    'with a stream that is packed %s and unpacks to much more than its picture has is not unpacked',
    async (_, packed, filter) => {
      const entries = `/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter ${filter}`;
      const bomb = (size: number) => pdf([{ width, height, bytes: packed(Buffer.alloc(size)), entries }]);
      const limits = { freeBytes: 2e6, maxPixels: 100_000 };
      expect(await endsInside('a.pdf', bomb(3e6), { limits })).toEqual({
        'a.pdf': 'failed decode/archive-limit',
      });
      expect(await endsInside('a.pdf', bomb(1.9e6), { limits })).toMatchObject({ 'a.pdf': 'clear' });
    },
  );

  it('with too many pictures ends as archive-limit, and is left alone where that is wanted', async () => {
    const many = pdf(Array.from({ length: 5 }, () => images.dct!));
    const ends = await endsInside('a.pdf', many, { limits: { maxMembers: 2 } });
    expect(ends).toEqual({
      'a.pdf!/image-1': 'clear',
      'a.pdf!/image-2': 'clear',
      'a.pdf': 'failed decode/archive-limit',
    });
    expect(await endsInside('a.pdf', many, { inside: ['archives'] })).toEqual({
      'a.pdf': 'skipped switched-off',
    });
  });
});
