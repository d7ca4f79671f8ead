import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ScannerOptions } from '../../src/scanner/scanner.js';
import { below, jpeg2000, oldJpeg, packedAs } from '../decoders/broken.js';
import { bmp, ico, tga } from '../decoders/written.js';
import { bitmapOf } from '../fingerprints/pictures.js';
import { compound } from '../support/compound.js';
import { draw } from '../support/draw.js';
import { heicWithThumbnail, tiffWithThumbnail, withThumbnail } from '../support/exif.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { dct, password, pdf } from '../support/pdf.js';
import { describeWith, programPath } from '../support/programs.js';
import { tar } from '../support/tar.js';
import { ffmpeg, videoOf } from '../support/video.js';
import { type Member, zip } from '../support/zip.js';

/** Every kind of file that is looked at or into, each found, as a bomb, cut and encrypted, where it has such a form. */

const read = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
const heic = read('formats/heic/scene-01.heic');
const part = (bytes: Uint8Array, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
const noise = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i * 31 + i * 7 + 129) & 255));
const zeros = { name: 'z', bytes: Buffer.alloc(5e6) };

const pagesOf = (...pictures: readonly Buffer[]): Promise<Buffer> =>
  sharp([...pictures], { join: { animated: true } })
    .tiff({ compression: 'none' })
    .toBuffer();

/** The same icon without the beginning of its second picture. */
const overwritten = (icon: Buffer) =>
  icon.fill(0xff, icon.readUInt32LE(22 + 12), icon.readUInt32LE(22 + 12) + 40);

let options: ScannerOptions;
let known: Buffer;
let page: ReturnType<typeof dct>;
let small: Buffer;
let picture: Awaited<ReturnType<typeof bitmapOf>>;
let plain: { readonly jpg: Buffer; readonly tiff: Buffer };
beforeAll(async () => {
  known = await draw(1, 320, 240).png().toBuffer();
  page = dct(await draw(1, 320, 240).jpeg({ quality: 95 }).toBuffer(), 320, 240);
  small = await draw(1, 320, 240).resize(160, 120, { fit: 'fill' }).jpeg({ quality: 95 }).toBuffer();
  picture = await bitmapOf('scene-05-300x200.png');
  plain = { jpg: await draw(2).jpeg().toBuffer(), tiff: await draw(2).tiff().toBuffer() };
  options = { lists: [await listOf(known, heic, bmp(picture))] };
});

type Ends = Readonly<Record<string, string>>;
/** Kind, form, name of the file, its bytes, and what it and all inside it end as. */
type Row = readonly [
  kind: string,
  form: 'found' | 'bomb' | 'cut' | 'encrypted',
  name: string,
  make: () => Promise<Uint8Array> | Uint8Array,
  ends: Ends,
  limits?: ScannerOptions['limits'],
];
const few = { maxPixels: 1000 };
const tight = { freeBytes: 1e6, maxRatio: 10 };

/** A file of members: `packed` writes it. */
const archive = (
  name: string,
  packed: (members: readonly (Member & { name: string })[]) => Promise<Buffer> | Buffer,
  { place = 'd/a.png', first = 'x.txt', limits = tight as ScannerOptions['limits'], keeps = false } = {},
): Row[] => {
  const members = () => [
    { name: first, bytes: Buffer.from('text') },
    { name: place, bytes: known },
  ];
  const before = { [`${name}!/${first}`]: 'skipped not-an-image', [`${name}!/${place}`]: 'matched' };
  const damaged = {
    ...(keeps && { ...before, [`${name}!/${place}`]: 'failed decode/archive-damaged' }),
    [name]: 'failed decode/archive-damaged',
  };
  return [
    [name, 'found', name, () => packed(members()), { ...before, [name]: 'clear' }],
    [
      name,
      'bomb',
      name,
      () => packed([...members(), zeros]),
      { ...before, [name]: 'failed decode/archive-limit' },
      limits,
    ],
    [name, 'cut', name, async () => part(await packed(members()), 0.5), damaged],
  ];
};
const document = (name: string, place: string, first = '[Content_Types].xml') =>
  archive(name, zip, { place, first, keeps: true });
/** A document that says in a member of it that others are encrypted. */
const lockedBy = (name: string, place: string, member: string, text: string): Row => [
  name,
  'encrypted',
  name,
  () =>
    zip([
      { name: place, bytes: noise },
      { name: member, bytes: Buffer.from(text) },
    ]),
  {
    [`${name}!/${place}`]: 'failed decode/undecodable',
    [`${name}!/${member}`]: 'skipped not-an-image',
    [name]: 'skipped encrypted',
  },
];
/** With a password these are no zip file, but a compound file like those of old Office. */
const lockedOffice = (name: string): Row => [
  name,
  'encrypted',
  name,
  () => compound({ EncryptionInfo: noise.subarray(0, 200), EncryptedPackage: noise }),
  { [name]: 'skipped encrypted' },
];

const thumbnail = (name: string, around: (jpeg: Buffer) => Buffer): Row[] => {
  const place = `${name}#thumbnail`;
  const huge = () => {
    const bytes = Buffer.from(small);
    const size = bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    return bytes.fill(0xfd, size, size + 4);
  };
  const ends = (end: string) => ({ [place]: end, [name]: 'clear' });
  const kind = `thumbnail of ${name}`;
  return [
    [kind, 'found', name, () => around(small), ends('matched')],
    [kind, 'bomb', name, () => around(huge()), ends('failed decode/pixel-limit')],
    [kind, 'cut', name, () => around(Buffer.from(part(small, 0.1))), ends('failed decode/undecodable')],
  ];
};

/** A picture of more pixels than `few`, and cut within its header. */
const still = (name: string, make: () => Buffer, length: number): Row[] => [
  [name, 'found', name, make, { [name]: 'matched' }],
  [name, 'bomb', name, make, { [name]: 'failed decode/pixel-limit' }, few],
  [name, 'cut', name, () => make().subarray(0, length), { [name]: 'failed decode/undecodable' }],
];

const key = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', '7'.repeat(32)];
const encrypted = () =>
  ffmpeg('a.mp4', [
    ...['-f', 'lavfi', '-t', '2', '-i', 'testsrc=s=320x240:r=10', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    ...[...key, '-encryption_kid', '8'.repeat(32)],
  ]);

const rows: readonly Row[] = [
  ...archive('a.zip', zip, { keeps: true }),
  [
    'a.zip',
    'encrypted',
    'a.zip',
    () =>
      zip([
        { name: 'zipcrypto.png', bytes: known, flags: 0x801 },
        { name: 'aes.png', bytes: known, method: 99, flags: 0x801 },
      ]),
    {
      'a.zip!/zipcrypto.png': 'skipped encrypted',
      'a.zip!/aes.png': 'skipped encrypted',
      'a.zip': 'clear',
    },
  ],
  ...document('a.docx', 'word/media/image1.png'),
  lockedOffice('a.docx'),
  ...document('a.xlsx', 'xl/media/image1.png'),
  lockedOffice('a.xlsx'),
  ...document('a.pptx', 'ppt/media/image1.png'),
  lockedOffice('a.pptx'),
  ...document('a.odt', 'Pictures/1.png', 'mimetype'),
  lockedBy('a.odt', 'Pictures/1.png', 'META-INF/manifest.xml', '<manifest:encryption-data >'),
  ...document('a.epub', 'OEBPS/a.png', 'mimetype'),
  lockedBy(
    'a.epub',
    'OEBPS/a.png',
    'META-INF/encryption.xml',
    '<enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>',
  ),
  ...document('a.cbz', '001.png'),
  ...archive('a.tar', (members) => tar(members), { keeps: true, limits: { maxTotalBytes: 1e6 } }),
  ...archive('a.tgz', async (members) => gzipSync(await tar(members)), { keeps: true }),
  ['a.gz', 'found', 'a.gz', () => gzipSync(known), { 'a.gz!/content': 'matched', 'a.gz': 'clear' }],
  ['a.gz', 'bomb', 'a.gz', () => gzipSync(zeros.bytes), { 'a.gz': 'failed decode/archive-limit' }, tight],
  [
    'a.gz',
    'cut',
    'a.gz',
    () => part(gzipSync(known), 0.1),
    { 'a.gz!/content': 'failed decode/archive-damaged', 'a.gz': 'clear' },
  ],
  ['a.pdf', 'found', 'a.pdf', () => pdf([page]), { 'a.pdf!/image-1': 'matched', 'a.pdf': 'clear' }],
  [
    'a.pdf',
    'bomb',
    'a.pdf',
    () => pdf([page, page]),
    { 'a.pdf!/image-1': 'matched', 'a.pdf': 'failed decode/archive-limit' },
    { maxMembers: 1 },
  ],
  ['a.pdf', 'cut', 'a.pdf', () => pdf([page]).subarray(0, 20), { 'a.pdf': 'failed decode/archive-damaged' }],
  ['a.pdf', 'encrypted', 'a.pdf', () => pdf([page], password), { 'a.pdf': 'skipped encrypted' }],
  ...thumbnail('a.jpg', (jpeg) => withThumbnail(plain.jpg, jpeg)),
  ...thumbnail('a.tiff', (jpeg) => tiffWithThumbnail(plain.tiff, jpeg)),
  ...still('a.heic', () => heic, 2000),
  ...still('a.jxl', () => read('formats/jxl/scene-01.jxl'), 100),
  ...still('a.bmp', () => bmp(picture), 60),
  ...still('a.ico', () => ico(bmp(picture)), 100),
  ...still('a.tga', () => tga(picture), 30),
  ...still('a.ppm', () => Buffer.concat([Buffer.from('P6 300 200 255\n'), picture.data]), 15),
];

const video = () => videoOf(known, 'a.mp4');
const videoRows: readonly Row[] = [
  ['a.mp4', 'found', 'a.mp4', video, { 'a.mp4': 'matched' }],
  ['a.mp4', 'bomb', 'a.mp4', video, { 'a.mp4': 'failed decode/undecodable' }, few],
  ['a.mp4', 'cut', 'a.mp4', () => part(video(), 0.5), { 'a.mp4': 'failed decode/undecodable' }],
  ['a.mp4', 'encrypted', 'a.mp4', encrypted, { 'a.mp4': 'skipped encrypted' }],
];
const titled = (some: readonly Row[]) => some.map((row) => ({ title: `${row[0]}, ${row[1]}`, row }));

describeWith(['ffmpeg'], 'every form of a video ends in one named result', () => {
  it.each(titled(videoRows))('$title', async ({ row: [, , name, make, ends, limits] }) => {
    const all = { ...options, ffmpeg: programPath('ffmpeg'), ...(limits && { limits }) };
    expect(await endsInside(name, await make(), all)).toEqual(ends);
  });
});

describe('every kind ends in one named result for each asset', () => {
  it.each(titled(rows))('$title', async ({ row }) => {
    const [, , name, make, ends, limits] = row;
    expect(await endsInside(name, await make(), { ...options, ...(limits && { limits }) })).toEqual(ends);
  });

  it.each([
    ['after the usual mark', false],
    ['without a mark', true],
  ])('thumbnail in an EXIF item of a HEIC file, %s', async (_how, isBare) => {
    const lists = [await listOf(known)];
    expect(await endsInside('a.heic', heicWithThumbnail(heic, small, isBare), { ...options, lists })).toEqual(
      {
        'a.heic#thumbnail': 'matched',
        'a.heic': 'clear',
      },
    );
  });

  const pages = (compression: number) => async (first: Buffer) =>
    packedAs(compression, await pagesOf(first, await draw(3, 320, 240).png().toBuffer()));
  it.each([
    ['TIFF page', 'a.tiff', pages(oldJpeg), { framesHashed: 1 }],
    ['TIFF page, of which libvips makes an empty one,', 'a.tiff', pages(jpeg2000), {}],
    [
      'picture of an icon',
      'a.ico',
      async (first: Buffer) => overwritten(ico(first, known)),
      { framesHashed: 1 },
    ],
  ])(
    'a file with a %s that does not decode is failed unless another matched',
    async (_what, name, make, facts) => {
      const cover = await draw(2, 320, 240).png().toBuffer();
      expect(await endsInside(name, await make(cover), options)).toEqual({
        [name]: 'failed decode/undecodable',
      });
      const [result] = await resultsInside(name, await make(known), options);
      expect(result).toMatchObject({
        outcome: 'matched',
        facts: { frames: 2, degraded: true, ...facts },
        matches: [{ frame: 0 }],
      });
    },
  );

  it('a TIFF with a known picture below its page, as camera raw files keep it, is found', async () => {
    const cover = await draw(2, 320, 240).png().toBuffer();
    const [result] = await resultsInside('a.tiff', below(await pagesOf(cover, known)), options);
    expect(result).toMatchObject({ outcome: 'matched', facts: { frames: 2 }, matches: [{ frame: 1 }] });
  });

  it('an EPUB whose fonts alone are scrambled is read as ever', async () => {
    const text = '<EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>';
    const bytes = zip([{ name: 'META-INF/encryption.xml', bytes: Buffer.from(text) }]);
    expect(await endsInside('a.epub', bytes)).toMatchObject({ 'a.epub': 'clear' });
  });
});
