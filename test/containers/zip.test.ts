import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../support/draw.js';
import { endsInside, resultsInside } from '../support/inside.js';
import { zip } from '../support/zip.js';

let jpg: Buffer;
let png: Buffer;
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  png = await draw(2).png().toBuffer();
});
const text = Buffer.from('no picture');

describe('a zip file', () => {
  it('gives a result for every file in it, and one for itself, with its digests', async () => {
    const bytes = zip([
      { name: '2024/' },
      { name: '2024/a.jpg', bytes: jpg },
      { name: 'b.png', bytes: png, method: 0 },
      { name: 'read me.txt', bytes: text },
    ]);
    expect(await endsInside('backup.zip', bytes)).toEqual({
      'backup.zip!/2024/a.jpg': 'clear',
      'backup.zip!/b.png': 'clear',
      'backup.zip!/read me.txt': 'skipped not-an-image',
      'backup.zip': 'clear',
    });
    const results = await resultsInside('backup.zip', bytes);
    const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    const digests = results.map(
      ({ fingerprints }) => fingerprints.find((f) => f.algorithm === 'sha256')?.hex,
    );
    expect(digests).toEqual([jpg, png, text, bytes].map(sha256));
    expect(results[0]!.fingerprints.some(({ algorithm }) => algorithm === 'pdq')).toBe(true);
  });

  it('inside another is looked into, down to the fifth', async () => {
    let bytes = jpg;
    for (let level = 7; level >= 1; level--)
      bytes = zip([{ name: level === 7 ? 'a.jpg' : `${level + 1}.zip`, bytes }]);
    expect(await endsInside('1.zip', bytes)).toEqual({
      '1.zip!/2.zip!/3.zip!/4.zip!/5.zip!/6.zip': 'failed decode/archive-limit',
      '1.zip!/2.zip!/3.zip!/4.zip!/5.zip': 'clear',
      '1.zip!/2.zip!/3.zip!/4.zip': 'clear',
      '1.zip!/2.zip!/3.zip': 'clear',
      '1.zip!/2.zip': 'clear',
      '1.zip': 'clear',
    });
  });

  it('that is encrypted says so, of every member', async () => {
    const bytes = zip([
      { name: 'a.jpg', bytes: jpg, flags: 0x801 },
      { name: 'aes.jpg', bytes: jpg, method: 99 },
      { name: 'b.png', bytes: png },
    ]);
    expect(await endsInside('x.zip', bytes)).toEqual({
      'x.zip!/a.jpg': 'skipped encrypted',
      'x.zip!/aes.jpg': 'skipped encrypted',
      'x.zip!/b.png': 'clear',
      'x.zip': 'clear',
    });
  });

  it('that is cut ends as damaged, at every length, and keeps the members that are whole', async () => {
    const whole = zip([
      { name: 'b.png', bytes: png },
      { name: 'a.jpg', bytes: jpg },
    ]);
    const second = whole.lastIndexOf('PK\x03\x04', undefined, 'latin1');
    for (let share = 5; share < 100; share += 5) {
      const length = Math.floor((whole.length * share) / 100);
      const ends = await endsInside('x.zip', whole.subarray(0, length));
      expect(ends['x.zip']).toBe('failed decode/archive-damaged');
      if (length > second) expect(ends['x.zip!/b.png']).toBe('clear');
      if (length < second) expect(ends['x.zip!/b.png'] ?? 'failed').toMatch(/^failed/);
    }
  });

  it('whose directory breaks off keeps everything', async () => {
    const whole = zip([
      { name: 'a.jpg', bytes: jpg },
      { name: 'b.png', bytes: png },
    ]);
    whole.write('XX', whole.lastIndexOf('PK\x01\x02', undefined, 'latin1'));
    expect(await endsInside('x.zip', whole)).toEqual({
      'x.zip!/a.jpg': 'clear',
      'x.zip!/b.png': 'clear',
      'x.zip': 'failed decode/archive-damaged',
    });
  });

  it('with wrong checksums and sizes: what it is is looked at, and the member is called damaged', async () => {
    const bytes = zip([
      { name: 'crc.jpg', bytes: jpg, crc: 1 },
      { name: 'small.jpg', bytes: jpg, size: 3 },
      { name: 'huge.jpg', bytes: jpg, size: 0xfffffff0 },
      { name: 'stored.jpg', bytes: jpg, size: 3, method: 0 },
      { name: 'no-picture-any-more.jpg', bytes: Buffer.alloc(300, 'A'), crc: 1 },
    ]);
    expect(await endsInside('x.zip', bytes)).toEqual({
      'x.zip!/crc.jpg': 'failed decode/archive-damaged',
      'x.zip!/small.jpg': 'failed decode/archive-damaged',
      'x.zip!/huge.jpg': 'failed decode/archive-damaged',
      'x.zip!/stored.jpg': 'failed decode/archive-damaged',
      'x.zip!/no-picture-any-more.jpg': 'failed decode/archive-damaged',
      'x.zip': 'clear',
    });
    for (const result of (await resultsInside('x.zip', bytes)).slice(0, 4))
      expect(result.fingerprints.some(({ algorithm }) => algorithm === 'pdq')).toBe(true);
  });

  it('with a stream that breaks off: what it gave is looked at', async () => {
    const packed = deflateRawSync(jpg);
    packed.fill(0xff, packed.length - 40);
    const bytes = zip([{ name: 'a.jpg', bytes: jpg, packedAs: packed }]);
    expect(await endsInside('x.zip', bytes)).toEqual({
      'x.zip!/a.jpg': 'failed decode/archive-damaged',
      'x.zip': 'clear',
    });
  });

  it('packed in a way that is not read names that', async () => {
    expect(await endsInside('x.zip', zip([{ name: 'a.jpg', bytes: jpg, method: 14 }]))).toEqual({
      'x.zip!/a.jpg': 'skipped unsupported-format',
      'x.zip': 'clear',
    });
  });

  it('with strange names and the same name twice: each is one asset, and nothing is written', async () => {
    const names = [
      '../../etc/a.jpg',
      '/abs.jpg',
      'C:\\x.jpg',
      'new\nline.jpg',
      'a.jpg',
      'a.jpg',
      'a.jpg~2',
      '',
    ];
    const bytes = zip([
      ...names.map((name) => ({ name, bytes: jpg, method: 0 })),
      { name: Buffer.from('\x82.jpg', 'latin1'), bytes: jpg, flags: 0 },
    ]);
    const ends = await endsInside('x.zip', bytes);
    expect(Object.keys(ends)).toEqual([
      'x.zip!/../../etc/a.jpg',
      'x.zip!//abs.jpg',
      'x.zip!/C:\\x.jpg',
      'x.zip!/new\nline.jpg',
      'x.zip!/a.jpg',
      'x.zip!/a.jpg~2',
      'x.zip!/a.jpg~2~2',
      'x.zip!/~',
      'x.zip!/é.jpg',
      'x.zip',
    ]);
    expect(new Set(Object.values(ends))).toEqual(new Set(['clear']));
  });
});

describe('bombs end as failed: archive-limit, and keep what was found before', () => {
  const limits = { freeBytes: 1e6, maxRatio: 10 };

  it('a member that unpacks to much more than the archive holds', async () => {
    const bytes = zip([
      { name: 'a.jpg', bytes: jpg },
      { name: 'bomb', bytes: Buffer.alloc(5e6) },
      { name: 'b.png', bytes: png },
    ]);
    expect(await endsInside('x.zip', bytes, { limits })).toEqual({
      'x.zip!/a.jpg': 'clear',
      'x.zip': 'failed decode/archive-limit',
    });
  });

  it('many names for the same bytes', async () => {
    const bytes = zip([
      { name: '0', bytes: Buffer.alloc(500_000) },
      ...Array.from({ length: 50 }, (_, i) => ({ name: `${i + 1}`, bytes: Buffer.alloc(500_000), same: 0 })),
    ]);
    const ends = await endsInside('x.zip', bytes, { limits });
    expect(ends['x.zip']).toBe('failed decode/archive-limit');
    expect(Object.keys(ends).length).toBeLessThan(5);
  });

  it('bombs inside one another spend one budget', async () => {
    const inner = zip([{ name: 'zeros', bytes: Buffer.alloc(400_000) }]);
    const bytes = zip(Array.from({ length: 20 }, (_, i) => ({ name: `${i}.zip`, bytes: inner, method: 0 })));
    const ends = await endsInside('x.zip', bytes, { limits });
    expect(ends['x.zip']).toBe('failed decode/archive-limit');
    expect(Object.values(ends).filter((end) => end.endsWith('limit')).length).toBeLessThanOrEqual(2);
  });

  it('too many members', async () => {
    const bytes = zip(Array.from({ length: 30 }, (_, i) => ({ name: `${i}.txt`, bytes: text })));
    const ends = await endsInside('x.zip', bytes, { limits: { maxMembers: 10 } });
    expect(ends['x.zip']).toBe('failed decode/archive-limit');
    expect(Object.keys(ends)).toHaveLength(11);
  });

  it('a member larger than an asset may be is named, the others are looked at', async () => {
    const bytes = zip([
      { name: 'large', bytes: Buffer.alloc(200_000), method: 0 },
      { name: 'a.jpg', bytes: jpg },
    ]);
    expect(
      await endsInside('x.zip', bytes, { limits: { maxBytes: 100_000, maxContainerBytes: 1e6 } }),
    ).toEqual({
      'x.zip!/large': 'failed fetch/too-large',
      'x.zip!/a.jpg': 'clear',
      'x.zip': 'clear',
    });
  });
});

describe('switched off', () => {
  it('an archive is not looked into, and that is said', async () => {
    expect(await endsInside('x.zip', zip([{ name: 'a.jpg', bytes: jpg }]), { inside: [] })).toEqual({
      'x.zip': 'skipped switched-off',
    });
  });
});
