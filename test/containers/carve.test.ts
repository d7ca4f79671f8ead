import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../src/containers/budget.js';
import { carve } from '../../src/containers/carve/carve.js';
import { insideDefaults, memoryStore } from '../../src/containers/index.js';
import { defaultDecodeLimits } from '../../src/decoders/index.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf } from '../support/inside.js';
import { random, seed } from '../support/seed.js';
import { zip } from '../support/zip.js';

const limits = { ...defaultDecodeLimits, ...insideDefaults, maxBytes: 100e6, seconds: 600 };

/** What begins in these bytes: its place and its length. */
async function carved(bytes: Uint8Array, isLimited = false): Promise<[string, number | undefined][]> {
  const found: [string, number | undefined][] = [];
  const budget = Budget.of(limits, bytes.length);
  const work = async () => {
    for await (const { inside } of carve(memoryStore(bytes), { from: 0, to: bytes.length }, budget))
      found.push([inside.member!, inside.bytes?.length]);
  };
  if (isLimited) await expect(work()).rejects.toMatchObject({ code: 'archive-limit' });
  else await work();
  return found;
}

const pictures: Record<string, Buffer> = {};
let noise: (length: number) => Buffer;
beforeAll(async () => {
  const next = random(seed);
  noise = (length) => Buffer.from(Uint8Array.from({ length }, () => next() * 256));
  const picture = () => draw(1, 96, 64);
  pictures.jpg = await picture().jpeg().toBuffer();
  pictures.png = await picture().png().toBuffer();
  pictures.gif = await picture().gif().toBuffer();
  pictures.webp = await picture().webp().toBuffer();
  pictures.avif = await picture().avif().toBuffer();
  pictures.tif = await picture().tiff().toBuffer();
  pictures.zip = zip([{ name: 'a.jpg', bytes: pictures.jpg }]);
  pictures.gz = gzipSync(pictures.jpg);
});
const kinds = ['jpg', 'png', 'gif', 'webp', 'avif', 'tif', 'zip', 'gz'] as const;

describe('what begins within other bytes', () => {
  it.each(kinds)('%s is found at odd and even places, to its end where it says that', async (kind) => {
    const bytes = pictures[kind]!;
    for (const before of [0, 1, 3, 1000, 1001]) {
      const found = await carved(Buffer.concat([Buffer.alloc(before, 1), bytes, Buffer.alloc(333, 1)]));
      const isOpen = kind === 'tif' || kind === 'gz';
      expect(found[0]).toEqual([`at-${before}`, bytes.length + (isOpen ? 333 : 0)]);
    }
  });

  it('is found across the windows of a large file, and by a reader that has no alignment', async () => {
    for (const before of [(1 << 22) - 1, (1 << 22) - 300, (1 << 22) + 5]) {
      const all = Buffer.concat([Buffer.alloc(before), pictures.jpg!, Buffer.alloc(before), pictures.png!]);
      for (const skipped of [0, 1])
        expect(await carved(all.subarray(skipped))).toEqual([
          [`at-${before - skipped}`, pictures.jpg!.length],
          [`at-${2 * before + pictures.jpg!.length - skipped}`, pictures.png!.length],
        ]);
    }
  });

  it('is nothing where the words of a format stand without the rest', async () => {
    const words = [
      '\xff\xd8\xff\xe0',
      'GIF89a',
      'RIFF1234WEBP',
      'II*\0',
      'BM',
      'PK\x03\x04',
      'ftyp',
      '\x1f\x8b\x08',
    ];
    expect(await carved(Buffer.from(words.join('    '.repeat(9)), 'latin1'))).toEqual([]);
  });

  it('is bounded where pieces share their bytes, and where markers make chains', async () => {
    const head = pictures.jpg!.subarray(0, pictures.jpg!.indexOf('\xff\xda', 0, 'latin1') + 20);
    const heads = Buffer.concat(Array.from({ length: 20_000 }, () => head));
    expect((await carved(heads, true)).length).toBeLessThan(1000);
    const jumps = Buffer.alloc(6 << 20);
    for (let at = 0; at + 6 <= jumps.length; at += 6) jumps.write('\xff\xd8\xff\xe0\0\x04', at, 'latin1');
    expect(await carved(jumps, true)).toEqual([]);
  });
});

describe('three answers and no fourth', () => {
  /** Whether a run over these results would end with 0. */
  const isClean = (ends: Record<string, string>) =>
    Object.values(ends).every((end) => end === 'clear' || end === 'skipped not-an-image');

  it('random bytes with a picture at a random place: found, or not looked at whole', async () => {
    const lists = [await listOf(pictures.jpg!)];
    for (const kind of kinds) {
      const at = Math.floor(random(seed + kind.length)() * 5000);
      for (const carrier of [
        ...kinds.map((one) => pictures[one]!),
        noise(3000),
        Buffer.from('text '.repeat(99)),
      ]) {
        const bytes = Buffer.concat([carrier, noise(at), pictures[kind]!, noise(500)]);
        const ends = await endsInside('x.bin', bytes, { lists, algorithms: ['pdq'] });
        expect({ kind, isClean: isClean(ends) }).toEqual({ kind, isClean: false });
      }
    }
  });

  it.each(kinds)('noise behind %s, and before it, is not looked at', async (kind) => {
    const junk = Buffer.concat([Buffer.of(0), noise(300)]);
    expect(isClean(await endsInside('x', Buffer.concat([pictures[kind]!, junk])))).toBe(false);
    expect(isClean(await endsInside('x', Buffer.concat([junk, pictures[kind]!])))).toBe(false);
    expect(isClean(await endsInside('x', pictures[kind]!))).toBe(true);
  });

  it('text, filling, fonts and sound are known to hold no picture; one in them is found all the same', async () => {
    const font = Buffer.concat([Buffer.from('wOF2\0\x01\0\0', 'latin1'), noise(500)]);
    const sound = Buffer.concat([Buffer.from('fLaC', 'latin1'), noise(500)]);
    const wide = Buffer.from('\ufeffEin Satz, und noch einer.\r\n', 'utf16le');
    const latin = Buffer.from('Gr\xfc\xdfe aus K\xf6ln, '.repeat(400), 'latin1');
    for (const bytes of [font, sound, wide, latin, Buffer.alloc(5000), Buffer.from('word\n')]) {
      expect(await endsInside('x', bytes)).toEqual({ x: 'skipped not-an-image' });
      const carrying = Buffer.concat([bytes, pictures.png!]);
      expect(await endsInside('x', carrying)).toEqual({ [`x!/at-${bytes.length}`]: 'clear', x: 'clear' });
    }
    expect(await endsInside('x', noise(50))).toEqual({ x: 'skipped unknown-format' });
  });

  it('what is named like a picture and is none failed', async () => {
    for (const name of ['a.jpg', 'b.PNG', 'c.svg'])
      expect(await endsInside(name, Buffer.from('no picture'))).toEqual({
        [name]: 'failed decode/undecodable',
      });
    expect(await endsInside('a.jpg', Buffer.from('x'), { algorithms: ['sha256'] })).toEqual({
      'a.jpg': 'clear',
    });
  });

  it('records of a picture, comments and extra fields of archives, and digits of RTF are searched', async () => {
    const { jpg, png } = pictures as Record<'jpg' | 'png', Buffer>;
    const segment = Buffer.concat([Buffer.from([0xff, 0xed, 0, 0]), Buffer.from('Photoshop 3.0\0'), png]);
    segment.writeUInt16BE(segment.length - 2, 2);
    const shop = Buffer.concat([jpg.subarray(0, 2), segment, jpg.subarray(2)]);
    expect(Object.keys(await endsInside('a.jpg', shop))).toEqual(['a.jpg!/at-20', 'a.jpg']);
    const rtf = Buffer.from(`{\\rtf1 {\\pict\\pich512 ${png.toString('hex').replace(/(.{64})/g, '$1\n')}}}`);
    expect(Object.values(await endsInside('a.rtf', rtf))).toEqual(['clear', 'clear']);
    const plain = zip([{ name: 'a.txt', bytes: Buffer.from('text') }]);
    const entry = plain.indexOf('PK\x01\x02', 0, 'latin1');
    const name = entry + 46 + 5;
    const commented = Buffer.concat([plain.subarray(0, name), png, plain.subarray(name)]);
    commented.writeUInt16LE(png.length, entry + 32);
    const end = commented.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    commented.writeUInt32LE(commented.readUInt32LE(end + 12) + png.length, end + 12);
    expect(await endsInside('a.zip', commented)).toEqual({
      'a.zip!/a.txt': 'skipped not-an-image',
      [`a.zip!/at-${name}`]: 'clear',
      'a.zip': 'failed decode/archive-damaged',
    });
  });
});
