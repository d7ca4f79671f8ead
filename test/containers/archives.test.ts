import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import { archiveMakers, deb, pack, packers, rpm } from '../support/archives.js';
import { tempDir } from '../support/cli.js';
import { cpio } from '../support/cpio.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { lz4 } from '../support/lz4.js';
import { describeWith, itWith, programPath } from '../support/programs.js';
import { rar4, rar5 } from '../support/rar.js';
import { tar } from '../support/tar.js';

let jpg: Buffer;
let list: HashList;
/** Text of one line after the other, which packs well and is no picture. */
const text = Buffer.from(Array.from({ length: 3000 }, (_, i) => `line ${i}\n`).join(''));
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  list = await listOf(jpg);
});

/** How each asset ends that is no text and not clear. */
const telling = async (name: string, bytes: Uint8Array) =>
  Object.fromEntries(
    Object.entries(await endsInside(name, bytes, { lists: [list] })).filter(
      ([, end]) => end !== 'clear' && end !== 'skipped not-an-image',
    ),
  );

describe.each(Object.entries(archiveMakers))('%s', (_, { needs, make }) => {
  itWith([needs], 'a listed picture in it is found, under its path', async () => {
    const ends = await telling('a', make({ 'dir/photo.jpg': jpg, 'readme.txt': text }));
    expect(Object.values(ends)).toEqual(['matched']);
    // ar has no folders, and discs without extensions write names in capitals.
    expect(Object.keys(ends)[0]).toMatch(/^a!\/(.*\/)?photo\.jpg$/i);
  });

  itWith([needs], 'cut anywhere, it is not clear', async () => {
    const pictures = await Promise.all(
      [2, 3, 4, 5].map((n) => draw(n, 640, 480).jpeg({ quality: 100 }).toBuffer()),
    );
    const bytes = make(Object.fromEntries(pictures.map((picture, n) => [`${n}.jpg`, picture])));
    // Discs end with empty blocks.
    for (const share of [0.15, 0.4]) {
      const ends = await telling('a', bytes.subarray(0, bytes.length * share));
      expect(Object.values(ends).filter((end) => end.startsWith('failed'))).not.toEqual([]);
    }
  });
});

describe.each([
  ['RAR 5', rar5],
  ['RAR 4', rar4],
] as const)('%s', (_, make) => {
  const made = () =>
    make([
      { name: 'dir/photo.jpg', bytes: jpg },
      { name: 'b.txt', bytes: text },
    ]);
  it('a listed picture in it is found, under its path', async () => {
    expect(await telling('a.rar', made())).toEqual({ 'a.rar!/dir/photo.jpg': 'matched' });
  });

  it('cut, or changed in a member, it is not clear', async () => {
    const bytes = made();
    const cut = await telling('a.rar', bytes.subarray(0, bytes.length * 0.6));
    expect(Object.values(cut).filter((end) => end.startsWith('failed'))).not.toEqual([]);
    bytes[bytes.indexOf(text) + 10]! ^= 1;
    expect((await telling('a.rar', bytes))['a.rar!/b.txt']).toBe('failed decode/archive-damaged');
  });
});

describeWith(['genisoimage'], 'a disc', () => {
  const [, { make }] = Object.entries(archiveMakers).find(([name]) => name.includes('Joliet'))!;
  it('whose directories are not of the same files is read by each of them', async () => {
    const disc = make({ 'a.jpg': jpg, 'b.txt': text });
    // The first directory of Joliet, which 7-Zip prefers, names the text twice.
    const places = ['a.jpg', 'b.txt'].map((name) => disc.indexOf(Buffer.from(name, 'utf16le').swap16()) - 33);
    disc.copy(disc, places[0]! + 2, places[1]! + 2, places[1]! + 18);
    expect(Object.values(await telling('a.iso', disc))).toContain('matched');
  });
});

describe('packages', () => {
  describe.each(['-Zxz', '-Zgzip', '-Zzstd', '-Znone'])('of Debian, %s', (option) => {
    itWith(['dpkg-deb'], 'a listed picture in one is found', async () => {
      expect(Object.values(await telling('a.deb', deb({ 'usr/a.jpg': jpg }, option)))).toEqual(['matched']);
    });
  });
  describe.each(['w9.gzdio', 'w3.zstdio', 'w6.xzdio', 'w9.bzdio'])('of Red Hat, %s', (payload) => {
    itWith(['rpmbuild'], 'a listed picture in one is found', async () => {
      expect(Object.values(await telling('a.rpm', rpm(jpg, payload)))).toEqual(['matched']);
    });
  });
});

describe.each(Object.keys(packers) as (keyof typeof packers)[])('%s', (name) => {
  const { needs } = packers[name];
  itWith(
    [needs],
    'a listed picture that it packs is found, and one in a tar file that it packs',
    async () => {
      expect(await endsInside('a', pack(name, jpg), { lists: [list] })).toEqual({
        'a!/content': 'matched',
        a: 'clear',
      });
      const packed = pack(
        name,
        await tar([
          { name: 'd/a.jpg', bytes: jpg },
          { name: 'b.txt', bytes: text },
        ]),
      );
      expect(await endsInside('a', packed, { lists: [list] })).toEqual({
        'a!/d/a.jpg': 'matched',
        'a!/b.txt': 'skipped not-an-image',
        a: 'clear',
      });
    },
  );

  itWith([needs], 'two that stand one behind the other are both read', async () => {
    const half = jpg.length >> 1;
    const both = Buffer.concat([pack(name, jpg.subarray(0, half)), pack(name, jpg.subarray(half))]);
    const { a, ...rest } = await endsInside('a', both, { lists: [list] });
    // What compress packs has no end.
    if (name !== 'compress') expect({ ...rest, a }).toEqual({ 'a!/content': 'matched', a: 'clear' });
  });

  itWith([needs], 'cut, it is not clear', async () => {
    const packed = pack(
      name,
      await tar([
        { name: 'a.txt', bytes: text },
        { name: 'b.jpg', bytes: jpg },
      ]),
    );
    const ends = await telling('a', packed.subarray(0, packed.length * 0.5));
    expect(Object.values(ends).filter((end) => end.startsWith('failed'))).not.toEqual([]);
  });
});

describe('Brotli', () => {
  it('is told by its name, and read', async () => {
    const ends = await endsInside('a.jpg.br', brotliCompressSync(jpg), { lists: [list] });
    expect(ends).toEqual({ 'a.jpg.br!/content': 'matched', 'a.jpg.br': 'clear' });
    const cut = brotliCompressSync(text).subarray(0, 50);
    expect((await endsInside('a.txt.br', cut))['a.txt.br!/content']).toBe('failed decode/archive-damaged');
  });
});

describe('a zstd or lz4 file that begins with a frame to be passed over', () => {
  const skipped = Buffer.from('\x50\x2a\x4d\x18\x04\0\0\0abcd', 'latin1');
  itWith(['zstd'], 'is told and read', async () => {
    for (const packed of [pack('zstd', jpg), lz4(jpg)])
      expect(await endsInside('a', Buffer.concat([skipped, packed]), { lists: [list] })).toEqual({
        'a!/content': 'matched',
        a: 'clear',
      });
  });
});

describeWith(['7z'], 'an encrypted archive', () => {
  const encrypted = (...options: string[]) => {
    const folder = tempDir();
    writeFileSync(join(folder, 'a.jpg'), jpg);
    execFileSync(programPath('7z'), ['a', '-psecret', ...options, 'out.7z', 'a.jpg'], { cwd: folder });
    return readFileSync(join(folder, 'out.7z'));
  };
  it('names the members that need a password', async () => {
    expect(await endsInside('a.7z', encrypted())).toEqual({
      'a.7z!/a.jpg': 'skipped encrypted',
      'a.7z': 'clear',
    });
  });
  it('is itself skipped where its names are encrypted, too', async () => {
    expect(await endsInside('a.7z', encrypted('-mhe=on'))).toEqual({ 'a.7z': 'skipped encrypted' });
  });
});

describe('an archive that 7-Zip reads', () => {
  it('may name its members as it likes: up, absolute, twice, as a link, with lines in them', async () => {
    const bytes = cpio([
      { name: '../../up.jpg', bytes: jpg },
      { name: '/etc/absolute.jpg', bytes: jpg },
      { name: 'C:\\drive.jpg', bytes: jpg },
      { name: 'twice.jpg', bytes: jpg },
      { name: 'twice.jpg', bytes: jpg },
      { name: 'line\n- other.jpg', bytes: jpg },
      { name: 'link', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'bad\xff\xfe.jpg', bytes: jpg },
      { name: '', bytes: jpg },
      { name: 'empty.jpg' },
      { name: 'folder', mode: 0o40755 },
    ]);
    const results = await resultsInside('a.cpio', bytes, { lists: [list] });
    expect(results.filter(({ outcome }) => outcome === 'matched')).toHaveLength(8);
    const members = results.map(({ ref }) => ref.member);
    expect(new Set(members).size).toBe(members.length);
    expect(members).toEqual(expect.arrayContaining(['twice.jpg', 'twice.jpg~2', 'empty.jpg']));
    expect(results.find(({ ref }) => ref.member === 'empty.jpg')).toMatchObject({ code: 'empty-file' });
  });

  it('gives what stands behind its end', async () => {
    const bytes = Buffer.concat([cpio([{ name: 'a.txt', bytes: text }]), jpg]);
    const ends = await telling('a.cpio', bytes);
    expect(Object.values(ends)).toContain('matched');
  });

  itWith(['7z'], 'and unpacks to far more than it is ends at the limit, in little memory', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'zeros'), Buffer.alloc(400e6));
    execFileSync(programPath('7z'), ['a', '-mx=1', 'out.7z', 'zeros'], { cwd: folder });
    const bomb = readFileSync(join(folder, 'out.7z'));
    rmSync(join(folder, 'zeros'));
    const before = process.resourceUsage().maxRSS;
    expect(await endsInside('a.7z', bomb, { limits: { maxBytes: 20e6 } })).toEqual({
      'a.7z': 'failed decode/archive-limit',
    });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200_000); // kB
  });

  it('and takes longer than it may ends at the limit', async () => {
    const bytes = cpio(Array.from({ length: 500 }, (_, i) => ({ name: `${i}`, bytes: text })));
    const ends = await endsInside('a.cpio', bytes, { limits: { seconds: 0.01 } });
    expect(ends['a.cpio']).toBe('failed decode/archive-limit');
  });

  itWith(['xz'], 'and needs more memory than it may have ends at the limit', async () => {
    const bytes = pack('lzma', jpg);
    bytes.writeUInt32LE(2 ** 31, 1); // the length of its dictionary
    expect(Object.values(await endsInside('a.lzma', bytes))).toContain('failed decode/archive-limit');
  });

  it('is not opened where archives are switched off', async () => {
    const bytes = cpio([{ name: 'a.jpg', bytes: jpg }]);
    expect(await endsInside('a.cpio', bytes, { inside: ['pdf'] })).toEqual({
      'a.cpio': 'skipped switched-off',
    });
  });
});
