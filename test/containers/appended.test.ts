import { beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../support/draw.js';
import { withThumbnail } from '../support/exif.js';
import { endsInside } from '../support/inside.js';
import { dct, pdf } from '../support/pdf.js';
import { zip } from '../support/zip.js';

let jpg: Buffer;
let png: Buffer;
let packed: Buffer;
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  png = await draw(2).png().toBuffer();
  packed = zip([{ name: 'b.png', bytes: png }]);
});
const noise = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(3000, 7)]);

/** The same zip file with offsets that count from the beginning of what is before it. */
function adjusted(before: number): Buffer {
  const bytes = Buffer.from(packed);
  const end = bytes.length - 22;
  bytes.writeUInt32LE(bytes.readUInt32LE(end + 16) + before, end + 16);
  const entry = bytes.indexOf('PK\x01\x02', 0, 'latin1');
  bytes.writeUInt32LE(bytes.readUInt32LE(entry + 42) + before, entry + 42);
  return bytes;
}

describe('a zip file behind something else', () => {
  it('is looked into besides a picture, which has its own result', async () => {
    const ends = { 'a.jpg!/b.png': 'clear', 'a.jpg': 'clear' };
    expect(await endsInside('a.jpg', Buffer.concat([jpg, packed]))).toEqual(ends);
    expect(await endsInside('a.jpg', Buffer.concat([jpg, adjusted(jpg.length)]))).toEqual(ends);
    expect(await endsInside('a.jpg', Buffer.concat([jpg, packed, Buffer.alloc(5000, '\n')]))).toEqual(ends);
    const small = await draw(3).jpeg().toBuffer();
    expect(await endsInside('a.jpg', Buffer.concat([withThumbnail(jpg, small), packed]))).toEqual({
      ...ends,
      'a.jpg#thumbnail': 'clear',
    });
  });

  it('is looked into in a program that unpacks itself, behind a document, and in an archive', async () => {
    expect(await endsInside('a.exe', Buffer.concat([noise, packed]))).toEqual({
      'a.exe!/b.png': 'clear',
      'a.exe': 'skipped unknown-format',
    });
    const document = pdf([dct(jpg, 160, 120)]);
    expect(await endsInside('a.pdf', Buffer.concat([document, packed]))).toEqual({
      'a.pdf!/b.png': 'clear',
      'a.pdf!/image-1': 'clear',
      'a.pdf': 'clear',
    });
    const same = zip([{ name: 'image-1', bytes: png }]);
    expect(await endsInside('a.pdf', Buffer.concat([document, same]))).toEqual({
      'a.pdf!/image-1': 'clear',
      'a.pdf!/image-1~2': 'clear',
      'a.pdf': 'clear',
    });
    const outer = zip([{ name: 'a.png', bytes: Buffer.concat([png, packed]) }]);
    expect(await endsInside('x.zip', outer)).toEqual({
      'x.zip!/a.png!/b.png': 'clear',
      'x.zip!/a.png': 'clear',
      'x.zip': 'clear',
    });
  });

  it('that is damaged, encrypted or a bomb makes the file one that was not read, a picture or not', async () => {
    const broken = zip([
      { name: 'a', bytes: png },
      { name: 'b', bytes: png },
    ]);
    broken.write('XX', broken.lastIndexOf('PK\x01\x02', undefined, 'latin1'));
    expect(await endsInside('a.jpg', Buffer.concat([jpg, broken]))).toEqual({
      'a.jpg!/a': 'clear',
      'a.jpg!/b': 'clear',
      'a.jpg': 'failed decode/archive-damaged',
    });
    expect(await endsInside('a.exe', Buffer.concat([noise, broken]))).toEqual({
      'a.exe!/a': 'clear',
      'a.exe!/b': 'clear',
      'a.exe': 'failed decode/archive-damaged',
    });
    const manifest = Buffer.from('<manifest:encryption-data >');
    const locked = zip([{ name: 'META-INF/manifest.xml', bytes: manifest }]);
    expect(await endsInside('a.exe', Buffer.concat([noise, locked]))).toMatchObject({
      'a.exe': 'skipped encrypted',
    });
    const bomb = zip([{ name: 'z', bytes: Buffer.alloc(5e6) }]);
    const limits = { freeBytes: 1e6, maxRatio: 10 };
    for (const [name, before] of [
      ['a.jpg', jpg],
      ['a.exe', noise],
    ] as const)
      expect(await endsInside(name, Buffer.concat([before, bomb]), { limits })).toEqual({
        [name]: 'failed decode/archive-limit',
      });
  });

  it.each([
    ['says that its directory is empty', { size: 0, count: 0, countHere: 0 }],
    ['says that its directory has one byte', { size: 1 }],
    ['says that its directory begins elsewhere', { offset: 7 }],
    ['says that it has no member', { count: 0, countHere: 0 }],
    ['speaks of another disk', { disk: 1 }],
  ])('is looked into, and damaged, where its end record %s', async (_, end) => {
    const bytes = Buffer.concat([jpg, zip([{ name: 'b.png', bytes: png }], { end })]);
    expect(await endsInside('a.jpg', bytes)).toEqual({
      'a.jpg!/b.png': 'clear',
      'a.jpg': 'failed decode/archive-damaged',
    });
  });

  it('is looked into, and damaged, where another member or another end record stands around it', async () => {
    const hidden = zip([{ name: 'b.png', bytes: png, isHidden: true }]).subarray(0, -22);
    const other = zip([{ name: 'c.png', bytes: png }]);
    const ends = {
      'a.jpg!/b.png': 'clear',
      'a.jpg!/c.png': 'clear',
      'a.jpg': 'failed decode/archive-damaged',
    };
    expect(await endsInside('a.jpg', Buffer.concat([jpg, hidden, other]))).toEqual(ends);
    expect(await endsInside('a.jpg', Buffer.concat([jpg, packed, zip([])]))).toEqual({
      'a.jpg!/b.png': 'clear',
      'a.jpg': 'failed decode/archive-damaged',
    });
  });

  it('is left alone where archives are switched off, and what only looks like one always', async () => {
    const bytes = Buffer.concat([jpg, packed]);
    expect(await endsInside('a.jpg', bytes, { inside: ['thumbnails'] })).toEqual({ 'a.jpg': 'clear' });
    for (const end of ['PK\x05\x06', `PK\x05\x06${'\0'.repeat(18)}`, `PK\x05\x06${'\xff'.repeat(18)}`])
      expect(await endsInside('a.jpg', Buffer.concat([jpg, Buffer.from(end, 'latin1')]))).toEqual({
        'a.jpg': 'clear',
      });
  });
});
