import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../src/containers/budget.js';
import { carve } from '../../src/containers/carve/carve.js';
import { insideDefaults, memoryStore } from '../../src/containers/index.js';
import type { ScanResult } from '../../src/core/types.js';
import { defaultDecodeLimits } from '../../src/decoders/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { describeWith, programPath } from '../support/programs.js';
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
/** Another scene than those. */
const other: Record<string, Buffer> = {};
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
  other.webp = await draw(2, 96, 64).webp().toBuffer();
  other.jpg = await draw(2, 96, 64).jpeg().toBuffer();
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

/** A chunk of a PNG, put before its pixels. */
function withChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  const all = pictures.png!;
  const at = all.indexOf('IDAT', 0, 'latin1') - 4;
  return Buffer.concat([all.subarray(0, at), length, body, sum, all.subarray(at)]);
}
/** A GIF with these bytes in sub-blocks behind its picture. */
function withBlocks(introducer: string, data: Uint8Array): Buffer {
  const parts = [pictures.gif!.subarray(0, -1), Buffer.from(introducer, 'latin1')];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Buffer.of(part.length), Buffer.from(part));
  }
  return Buffer.concat([...parts, Buffer.from('\0;', 'latin1')]);
}

describe('what a picture or program keeps packed, encoded or in pieces', () => {
  const base64 = () => Buffer.from(other.webp!.toString('base64'));
  const named = (...parts: (string | Uint8Array)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const withSegment = (marker: number, data: Uint8Array) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  };
  const jpegWith = (...segments: readonly Uint8Array[]) =>
    Buffer.concat([pictures.jpg!.subarray(0, 2), ...segments, pictures.jpg!.subarray(2)]);
  const carriers: Readonly<Record<string, () => Buffer>> = {
    'zTXt of a PNG': () => withChunk('zTXt', named('a\0\0', deflateSync(base64()))),
    'iTXt of a PNG': () => withChunk('iTXt', named('a\0\x01\0en\0\0', deflateSync(other.webp!))),
    'iCCP of a PNG': () => withChunk('iCCP', named('a\0\0', deflateSync(other.webp!))),
    'a private chunk of a PNG': () => withChunk('prVt', deflateSync(other.webp!)),
    'a profile in digits in a PNG': () =>
      withChunk(
        'tEXt',
        named(`Raw profile type x\0\nx\n  ${other.webp!.length}\n`, other.webp!.toString('hex'), '\n'),
      ),
    'pixels of a PNG': () => withChunk('IDAT', other.webp!),
    'a comment of a GIF': () => withBlocks('\x21\xfe', other.webp!),
    'a comment of a GIF, in base64': () => withBlocks('\x21\xfe', base64()),
    'an application of a GIF': () => withBlocks('\x21\xff\x0bAPPLICATION', other.webp!),
    'a JPEG, behind its end in base64': () => Buffer.concat([pictures.jpg!, base64()]),
    'extended XMP of a JPEG over several segments': () => {
      const text = `<x:xmpmeta><GImage:Data>${other.webp!.toString('base64')}</GImage:Data></x:xmpmeta>`;
      const pieces = [0, 1, 2].map((n) => {
        const from = Math.floor((n * text.length) / 3);
        const place = Buffer.alloc(8);
        place.writeUInt32BE(text.length);
        place.writeUInt32BE(from, 4);
        const own = text.slice(from, Math.floor(((n + 1) * text.length) / 3));
        return withSegment(0xe1, named(`http://ns.adobe.com/xmp/extension/\0${'A1'.repeat(16)}`, place, own));
      });
      // They may stand in any order.
      return jpegWith(pieces[2]!, pieces[0]!, pieces[1]!);
    },
    'a profile of a JPEG over two segments': () =>
      jpegWith(
        withSegment(0xe2, named('ICC_PROFILE\0\x01\x02', other.webp!.subarray(0, 300))),
        withSegment(0xe2, named('ICC_PROFILE\0\x02\x02', other.webp!.subarray(300))),
      ),
    'comments of a JPEG, a line of base64 in each': () =>
      jpegWith(
        ...(
          base64()
            .toString('latin1')
            .match(/.{1,76}/g) ?? []
        ).map((line) => withSegment(0xfe, named(line))),
      ),
    'a program, in base64': () => named('\0asm\x01\0\0\0', noise(99), '"', base64(), '"\0', noise(99)),
    'sound, in base64': () => named('fLaC', noise(99), ' ', base64(), '\0', noise(99)),
  };
  it.each(Object.keys(carriers))('%s', async (name) => {
    const lists = [await listOf(other.webp!)];
    const ends = await endsInside('a', carriers[name]!(), { lists });
    expect(Object.values(ends)).toContain('matched');
  });

  it('text that an unpacked chunk blows up beyond the limit is no reason to stop short in silence', async () => {
    const bomb = withChunk('zTXt', named('a\0\0', deflateSync(Buffer.alloc(3e6))));
    expect(await endsInside('a', bomb, { limits: { maxBytes: 1e6 } })).toEqual({
      a: 'failed decode/archive-limit',
    });
  });
});

describeWith(['genisoimage'], 'what lies between the members of an archive', () => {
  /** A disc with one file and room before its first descriptor. */
  const disc = (bytes: Uint8Array) => {
    const dir = tempDir();
    writeFileSync(join(dir, 'photo.png'), bytes);
    const files = [join(dir, 'a.iso'), join(dir, 'photo.png')];
    execFileSync(programPath('genisoimage'), ['-quiet', '-o', ...files]);
    return readFileSync(join(dir, 'a.iso'));
  };
  it('is searched, and a member that is stored as it is is told once', async () => {
    const bytes = disc(pictures.png!);
    const plain = await endsInside('a.iso', bytes);
    expect(Object.keys(plain)).toHaveLength(2);
    pictures.jpg!.copy(bytes, 5000);
    expect(Object.keys(await endsInside('a.iso', bytes)).sort()).toEqual(
      [...Object.keys(plain), 'a.iso!/at-5000'].sort(),
    );
  });

  it('is searched, and a picture within a member that nobody knows is told once', async () => {
    const within = [noise(3000), pictures.jpg!, noise(2000), pictures.png!, noise(500)];
    const ends = await endsInside('a.iso', disc(Buffer.concat(within)));
    expect(Object.keys(ends).filter((address) => address.includes('/at-'))).toEqual([
      expect.stringMatching(/PHOTO\.PNG.*!\/at-3000$/i),
      expect.stringMatching(/PHOTO\.PNG.*!\/at-\d+$/i),
    ]);
  });
});

describeWith(['bsdtar'], 'what lies between the members of a xar archive', () => {
  /** A xar archive of pictures; `gap` stands in front of its first member. */
  const xar = (packing: string, gap: Uint8Array) => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.png'), pictures.png!);
    writeFileSync(
      join(dir, 'b.bin'),
      Buffer.concat([noise(5000), pictures.webp!, Buffer.from('text '.repeat(999))]),
    );
    const options = ['--format', 'xar', '--options', `xar:compression=${packing}`];
    execFileSync(programPath('bsdtar'), ['-cf', 'x.xar', ...options, 'a.png', 'b.bin'], { cwd: dir });
    const made = readFileSync(join(dir, 'x.xar'));
    const heap = 28 + Number(made.readBigUInt64BE(8));
    const shifted = inflateSync(made.subarray(28, heap))
      .toString()
      .replace(/<offset>([1-9]\d*)</g, (_, at) => `<offset>${Number(at) + gap.length}<`);
    const list = deflateSync(shifted);
    const head = Buffer.from(made.subarray(0, 28));
    head.writeBigUInt64BE(BigInt(list.length), 8);
    head.writeBigUInt64BE(BigInt(shifted.length), 16);
    const checksum = createHash('sha1').update(list).digest();
    return Buffer.concat([head, list, checksum, gap, made.subarray(heap + checksum.length)]);
  };

  it.each(['none', 'gzip', 'bzip2'])('is searched, members packed by %s', async (packing) => {
    const plain = await endsInside('x.xar', xar(packing, Buffer.alloc(0)));
    expect(plain).toMatchObject({ 'x.xar': 'clear', 'x.xar!/a.png': 'clear' });
    expect(Object.keys(plain).filter((address) => address.startsWith('x.xar!/at-'))).toEqual([]);
    const found = Object.keys(await endsInside('x.xar', xar(packing, pictures.jpg!)));
    const more = found.filter((address) => !(address in plain));
    expect(more).toEqual([expect.stringMatching(/^x\.xar!\/at-\d+$/)]);
  });
});

describe('three answers and no fourth', () => {
  /** Whether a run over these results would end with 0. */
  const isClean = (ends: Record<string, string>) =>
    Object.values(ends).every((end) => end === 'clear' || end === 'skipped not-an-image');

  /** The same, where a picture that was seen in part counts as it does in a run. */
  const isSeen = (results: readonly ScanResult[]) =>
    results.every(
      (one) =>
        (one.outcome === 'clear' || (one.outcome === 'skipped' && one.reason === 'not-an-image')) &&
        !one.facts?.degraded &&
        !one.facts?.sampled,
    );

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

  it('a picture put in anywhere, in whatever it is, cut behind it or not: found, or not looked at whole', async () => {
    const wanted = other.jpg!;
    const lists = [await listOf(wanted)];
    const small = draw(3, 40, 30);
    const carriers: readonly Buffer[] = [
      ...kinds.map((kind) => pictures[kind]!),
      await small.clone().tiff({ compression: 'none' }).toBuffer(),
      await small.clone().gif().toBuffer(),
      gzipSync(noise(2000)),
      zip([{ name: 'a.bin', bytes: Buffer.from('text '.repeat(400)) }]),
      Buffer.concat([Buffer.from('wOF2\0\x01\0\0', 'latin1'), noise(900)]),
      Buffer.concat([Buffer.from('\0asm\x01\0\0\0', 'latin1'), noise(900)]),
      Buffer.concat([Buffer.from('fLaC', 'latin1'), noise(900)]),
      Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'),
      Buffer.from('From: a@b\nSubject: c\nMIME-Version: 1.0\n\nbody\n'),
      Buffer.from('line of text\n'.repeat(99)),
      Buffer.from(`{\\rtf1 ${'word '.repeat(99)}}`),
      Buffer.alloc(900),
      noise(900),
    ];
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(carriers.length - 1),
        place,
        place,
        fc.boolean(),
        async (which, where, cut, isCut) => {
          const carrier = carriers[which]!;
          const at = Math.round(where * carrier.length);
          const whole = Buffer.concat([carrier.subarray(0, at), wanted, carrier.subarray(at)]);
          const least = at + wanted.length;
          const bytes = isCut ? whole.subarray(0, least + Math.round(cut * (whole.length - least))) : whole;
          const results = await resultsInside('x.bin', bytes, { lists, algorithms: ['pdq'] });
          expect(isSeen(results)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  }, 240_000);

  it('a picture that is cut anywhere within its pixels is not clean', async () => {
    for (const kind of ['jpg', 'png', 'webp', 'avif'] as const)
      for (const part of [0.4, 0.6, 0.8]) {
        const bytes = pictures[kind]!;
        const results = await resultsInside('x', bytes.subarray(0, Math.round(part * bytes.length)));
        expect({ kind, part, isSeen: isSeen(results) }).toEqual({ kind, part, isSeen: false });
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
