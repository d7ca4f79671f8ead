import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../support/draw.js';
import { tiffOf, withThumbnail } from '../support/exif.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { zip } from '../support/zip.js';

let jpg: Buffer;
let thumbnail: Buffer;
let flat: Buffer;
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  thumbnail = await draw(2, 160, 120).jpeg().toBuffer();
  flat = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
});
const both = { 'a.jpg#thumbnail': 'clear', 'a.jpg': 'clear' };
const one = { 'a.jpg': 'clear' };

describe('the thumbnail of a picture', () => {
  it.each([true, false])(
    'is an asset of its own (little-endian: %s), with its own pixels',
    async (little) => {
      const bytes = withThumbnail(jpg, thumbnail, little);
      expect(await endsInside('a.jpg', bytes)).toEqual(both);
      const [inside, itself] = await resultsInside('a.jpg', bytes);
      expect(inside).toMatchObject({ ref: { part: 'thumbnail' }, facts: { width: 160, height: 120 } });
      const [expected] = await resultsInside('t.jpg', thumbnail);
      expect(inside!.fingerprints).toEqual(expected!.fingerprints);
      expect(itself!.facts!.size).toBe(bytes.length);
    },
  );

  it('is found in an archive, and in the item of another format', async () => {
    const bytes = zip([{ name: 'p.jpg', bytes: withThumbnail(jpg, thumbnail) }]);
    expect(await endsInside('x.zip', bytes)).toEqual({
      'x.zip!/p.jpg#thumbnail': 'clear',
      'x.zip!/p.jpg': 'clear',
      'x.zip': 'clear',
    });
    const avif = await draw(3, 64, 64).avif().toBuffer();
    const item = Buffer.concat([avif, Buffer.from('Exif\0\0', 'latin1'), tiffOf(thumbnail)]);
    expect(await endsInside('a.avif', item)).toEqual({ 'a.avif#thumbnail': 'clear', 'a.avif': 'clear' });
  });

  it('that is too plain, makes no noise, but for digests', async () => {
    const bytes = withThumbnail(jpg, flat);
    expect(await endsInside('a.jpg', bytes)).toEqual(one);
    expect(await endsInside('a.jpg', bytes, { algorithms: ['sha256'] })).toEqual(both);
  });

  it('that does not decode is named', async () => {
    const broken = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xdb]), Buffer.alloc(200, 1)]);
    expect(await endsInside('a.jpg', withThumbnail(jpg, broken))).toEqual({
      'a.jpg#thumbnail': 'failed decode/undecodable',
      'a.jpg': 'clear',
    });
  });

  it('has no thumbnail of its own, and directories that point anywhere do no harm', async () => {
    expect(await endsInside('a.jpg', withThumbnail(jpg, withThumbnail(thumbnail, flat)))).toEqual(both);
    for (let at = 12; at < 56; at++)
      for (const value of [0, 0xff]) {
        const bytes = withThumbnail(jpg, thumbnail);
        bytes.fill(value, at, at + 4);
        expect((await endsInside('a.jpg', bytes, { algorithms: ['sha256'] }))['a.jpg']).toBe('clear');
      }
  });

  it('is found behind a few structures that hold none; thousands of them are a bomb', async () => {
    // Each begins a structure whose first directory, of 65,535 entries, lies at the end.
    const many = (count: number) => {
      const heads = Buffer.alloc(8 * count);
      for (let i = 0; i < count; i++) {
        heads.write('II*\0', 8 * i, 'latin1');
        heads.writeUInt32LE(heads.length - 8 * i, 8 * i + 4);
      }
      return Buffer.concat([heads, Buffer.alloc(2, 0xff), Buffer.alloc(12 * 0xffff + 4)]);
    };
    const item = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiffOf(thumbnail)]);
    const avif = await draw(3, 64, 64).avif().toBuffer();
    const few = Buffer.concat([avif, many(60), item]);
    expect(await endsInside('a.avif', few)).toEqual({
      'a.avif#thumbnail': 'clear',
      'a.avif': 'skipped unknown-format',
    });
    const bomb = Buffer.concat([avif, many(2000), item]);
    expect(await endsInside('a.avif', bomb)).toEqual({ 'a.avif': 'failed decode/archive-limit' });
    const lists = [await listOf(avif)];
    expect(await endsInside('a.avif', bomb, { lists })).toEqual({ 'a.avif': 'matched' });
  });

  it('whose directory has entries as no camera writes them is found by its beginning', async () => {
    const tiff = tiffOf(thumbnail);
    const padded = (entries: number) => {
      const more = entries - tiff.readUInt16LE(14);
      const bytes = Buffer.concat([tiff.subarray(0, 16), Buffer.alloc(12 * more), tiff.subarray(16)]);
      bytes.writeUInt16LE(entries, 14);
      bytes.writeUInt32LE(tiff.readUInt32LE(24) + 12 * more, 24 + 12 * more);
      return bytes;
    };
    const avif = await draw(3, 64, 64).avif().toBuffer();
    const names = async (entries: number) =>
      Object.keys(await endsInside('a.avif', Buffer.concat([avif, padded(entries)])));
    expect(await names(512)).toEqual(['a.avif#thumbnail', 'a.avif']);
    expect(await names(513)).toEqual([expect.stringMatching(/^a\.avif!\/at-\d+$/), 'a.avif']);
  });

  it('is not looked at where that is switched off', async () => {
    expect(await endsInside('a.jpg', withThumbnail(jpg, thumbnail), { inside: ['archives'] })).toEqual(one);
  });
});
