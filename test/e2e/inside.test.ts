import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { withThumbnail } from '../support/exif.js';
import { dct, password, pdf } from '../support/pdf.js';
import { settled } from '../support/settled.js';
import { tar } from '../support/tar.js';
import { videoOf } from '../support/video.js';
import { zip } from '../support/zip.js';

let known: Buffer;
let other: Buffer;
beforeAll(async () => {
  known = await draw(1).jpeg().toBuffer();
  other = await draw(2).png().toBuffer();
});

/** A folder, a list of the known picture, a ledger. */
async function site() {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  writeFileSync(join(dir, 'known.jpg'), known);
  const list = join(dir, 'known.txt');
  const hashOf = async (file: string) =>
    writeFileSync(
      list,
      (await hashsieve(['hash', file, '-a', 'pdq', '-f', 'jsonl', '--no-archives'])).stdout,
    );
  await hashOf(join(dir, 'known.jpg'));
  const summary = join(dir, 'summary.json');
  const scan = async (...more: string[]) => {
    const args = [
      'scan',
      uploads,
      '-l',
      list,
      '--ledger',
      join(dir, 'ledger'),
      '--all',
      '--summary',
      summary,
    ];
    const ran = await hashsieve([...args, ...more]);
    const told = JSON.parse(readFileSync(summary, 'utf8')) as {
      found: number;
      outcomes: Record<string, number>;
      cache: Record<string, number>;
    };
    const records = lines(ran.stdout);
    expect(told.found).toBe(records.length);
    expect(Object.values(told.outcomes).reduce((sum, n) => sum + n, 0)).toBe(told.found);
    const ends = records.map(({ uri, outcome, code }) => [
      String(uri).split('/uploads/')[1],
      code === undefined ? outcome : `${outcome} ${code}`,
    ]);
    return { ...ran, told, records, ends };
  };
  const put = async (name: string, bytes: Uint8Array) => {
    writeFileSync(join(uploads, name), bytes);
    await settled(join(uploads, name));
  };
  return { dir, uploads, list, scan, put, hashOf };
}

const untimed = (text: string) =>
  text.replaceAll(/"detectedAt":"[^"]*"/g, '').replaceAll(/"scanId":"[^"]*"/g, '');

describe('what is inside an archive', () => {
  it('is found, named by its place, and counted', async () => {
    const { scan, put } = await site();
    const inner = zip([{ name: 'deep/c.jpg', bytes: known }]);
    await put(
      'a.zip',
      zip([
        { name: 'x.png', bytes: other },
        { name: 'b.zip', bytes: inner },
      ]),
    );
    const { ends, code, records } = await scan();
    expect(ends).toEqual([
      ['a.zip!/x.png', 'clear'],
      ['a.zip!/b.zip!/deep/c.jpg', 'matched'],
      ['a.zip!/b.zip', 'clear'],
      ['a.zip', 'clear'],
    ]);
    expect(records[1]).toMatchObject({ member: 'b.zip!/deep/c.jpg' });
    expect(code).toBe(10);
  });

  it('is not looked at with --no-archives', async () => {
    const { scan, put } = await site();
    await put('a.zip', zip([{ name: 'a.jpg', bytes: known }]));
    const { ends, code } = await scan('--no-archives');
    expect(ends).toEqual([['a.zip', 'skipped switched-off']]);
    expect(code).toBe(0);
    expect((await scan()).ends).toContainEqual(['a.zip!/a.jpg', 'matched']);
  });

  it('behind a picture is found by the next run that looks for it', async () => {
    const { scan, put } = await site();
    await put('a.png', Buffer.concat([other, zip([{ name: 'b.jpg', bytes: known }])]));
    expect((await scan('--no-archives')).ends).toEqual([['a.png', 'clear']]);
    const both = [
      ['a.png!/b.jpg', 'matched'],
      ['a.png', 'clear'],
    ];
    for (let i = 0; i < 2; i++) expect((await scan()).ends).toEqual(both);
  });

  it('leaves the run incomplete where it is encrypted', async () => {
    const { scan, put } = await site();
    await put('a.zip', zip([{ name: 'a.jpg', bytes: known, flags: 0x801 }]));
    const { ends, code, stderr } = await scan();
    expect(ends).toEqual([
      ['a.zip!/a.jpg', 'skipped encrypted'],
      ['a.zip', 'clear'],
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('encrypted 1');
  });

  it('leaves the run incomplete where it cannot be read, also behind a picture that matches', async () => {
    const { scan, put, list, dir, uploads } = await site();
    const [{ hex }] = lines(readFileSync(list, 'utf8')) as unknown as [{ hex: string }];
    const damaged = zip(['a', 'b'].map((name) => ({ name, bytes: other })));
    damaged.write('XX', damaged.lastIndexOf('PK\x01\x02', undefined, 'latin1'));
    const manifest = Buffer.from('<manifest:encryption-data >');
    const locked = zip([{ name: 'META-INF/manifest.xml', bytes: manifest }]);
    const allow = join(dir, 'allow.jsonl');
    writeFileSync(allow, `${JSON.stringify({ id: 'harmless', pdq: hex })}\n`);
    const far = join(dir, 'far.txt');
    writeFileSync(far, `pdq:${(BigInt(`0x${hex}`) ^ ((1n << 100n) - 1n)).toString(16).padStart(64, '0')}\n`);
    const possible = ['--list', far, '--threshold', 'pdq=110'];

    await put('a.jpg', Buffer.concat([known, damaged]));
    const { code, records, stderr, told } = await scan();
    expect(code).toBe(11);
    expect(told).toMatchObject({ problems: { 'decode/archive-damaged': 1 } });
    expect(records.at(-1)).toMatchObject({ outcome: 'matched', problem: { code: 'archive-damaged' } });
    expect(stderr).toContain('could not be read whole (decode/archive-damaged 1)');
    const { stdout } = await hashsieve(['scan', uploads, '-l', list, '-f', 'text', '--no-ledger']);
    expect(stdout).toMatch(/^MATCH .*a\.jpg .*not read whole: decode\/archive-damaged$/m);
    expect((await scan('--allow', allow)).code).toBe(3);
    writeFileSync(list, readFileSync(far));
    expect(await scan(...possible)).toMatchObject({ code: 3, told: { possible: 1 } });

    await put('a.jpg', Buffer.concat([known, locked]));
    expect(await scan(...possible)).toMatchObject({ code: 3, told: { problems: { 'decode/encrypted': 1 } } });
    // What is encrypted could be had: nothing forgives that.
    expect((await scan(...possible, '--allow-unsupported')).code).toBe(3);
  });
});

describe('a folder that mixes all kinds', () => {
  it('ends each asset in one result, in one summary whose sums are right, and says the same again', async () => {
    const { scan, put } = await site();
    const small = await draw(1).resize(320, 240, { fit: 'fill' }).jpeg().toBuffer();
    const thumbnail = await draw(1).resize(160, 120, { fit: 'fill' }).jpeg({ quality: 95 }).toBuffer();
    await put('album.pdf', pdf([dct(small, 320, 240)]));
    await put(
      'backup.tgz',
      gzipSync(
        await tar([
          { name: '2024/a.jpg', bytes: known },
          { name: 'b.png', bytes: other },
        ]),
      ),
    );
    await put('clip.mp4', videoOf(known, 'a.mp4'));
    await put('cut.mp4', videoOf(known, 'a.mp4').subarray(0, 3000));
    await put('cut.zip', zip([{ name: 'a.jpg', bytes: known }]).subarray(0, 300));
    await put('image.heic', readFileSync(join(root, 'fixtures/formats/heic/scene-01.heic')));
    await put(
      'letter.docx',
      zip([
        { name: 'word/document.xml', bytes: Buffer.from('<?xml version="1.0"?><w/>') },
        { name: 'word/media/image1.jpg', bytes: known },
      ]),
    );
    await put('locked.pdf', pdf([dct(small, 320, 240)], password));
    await put('locked.zip', zip([{ name: 'a.jpg', bytes: known, flags: 0x801 }]));
    await put('notes.txt', Buffer.from('text'));
    await put('photo.jpg', withThumbnail(await draw(2).jpeg().toBuffer(), thumbnail));
    await put('plain.png', other);
    const first = await scan();
    expect(first.ends).toEqual([
      ['album.pdf!/image-1', 'matched'],
      ['album.pdf', 'clear'],
      ['backup.tgz!/2024/a.jpg', 'matched'],
      ['backup.tgz!/b.png', 'clear'],
      ['backup.tgz', 'clear'],
      [expect.stringMatching(/^clip\.mp4#t=[34]\.\d$/), 'matched'],
      ['cut.mp4', 'failed undecodable'],
      ['cut.zip!/a.jpg', 'failed undecodable'],
      ['cut.zip', 'failed archive-damaged'],
      ['image.heic', 'clear'],
      ['letter.docx!/word/document.xml', 'skipped not-an-image'],
      ['letter.docx!/word/media/image1.jpg', 'matched'],
      ['letter.docx', 'clear'],
      ['locked.pdf', 'skipped encrypted'],
      ['locked.zip!/a.jpg', 'skipped encrypted'],
      ['locked.zip', 'clear'],
      ['notes.txt', 'skipped not-an-image'],
      ['photo.jpg#thumbnail', 'matched'],
      ['photo.jpg', 'clear'],
      ['plain.png', 'clear'],
    ]);
    expect(first.code).toBe(11);
    const again = await scan();
    expect(again.told.cache.reused).toBe(17);
    expect(untimed(again.stdout)).toBe(untimed(first.stdout));
  });
});

describe('a second scan', () => {
  it('opens no archive that did not change, matches what is inside it all the same and says the same', async () => {
    const { scan, put, hashOf, dir } = await site();
    await put(
      'z.zip',
      zip([
        { name: 'b.jpg', bytes: known },
        { name: 'a.png', bytes: other },
        { name: 'locked.jpg', bytes: other, flags: 0x801 },
        { name: 'note.txt', bytes: Buffer.from('text') },
      ]),
    );
    const first = await scan();
    const second = await scan();
    expect(second.told.cache.reused).toBe(5);
    expect(untimed(second.stdout)).toBe(untimed(first.stdout));
    expect(second.code).toBe(11);
    writeFileSync(join(dir, 'other.png'), other);
    await hashOf(join(dir, 'other.png'));
    const third = await scan();
    expect(third.told.cache.reused).toBe(5);
    expect(third.ends).toContainEqual(['z.zip!/a.png', 'matched']);
    expect(third.ends).toContainEqual(['z.zip!/b.jpg', 'clear']);
    const fourth = await scan('--verify-cache', '1');
    expect(fourth.ends).toEqual(third.ends);
    expect(fourth.told.cache).toMatchObject({ verified: 1, differed: 0 });
  });

  it('forgets what is no longer in the archive', async () => {
    const { scan, put } = await site();
    await put(
      'z.zip',
      zip([
        { name: 'a.jpg', bytes: known },
        { name: 'b.png', bytes: other },
      ]),
    );
    await scan();
    await put(
      'z.zip',
      zip([
        { name: 'b.png', bytes: other },
        { name: 'c.jpg', bytes: known },
      ]),
    );
    for (let i = 0; i < 2; i++)
      expect((await scan()).ends).toEqual([
        ['z.zip!/b.png', 'clear'],
        ['z.zip!/c.jpg', 'matched'],
        ['z.zip', 'clear'],
      ]);
  });

  it('opens it again where something inside failed, or an algorithm is missing', async () => {
    const { scan, put, dir, list } = await site();
    await put(
      'z.zip',
      zip([
        { name: 'a.jpg', bytes: known },
        { name: 'b.png', bytes: other, crc: 1 },
      ]),
    );
    await scan();
    expect((await scan()).told.cache.reused).toBe(0);
    await put('z.zip', zip([{ name: 'a.jpg', bytes: known }]));
    await scan();
    expect((await scan()).told.cache.reused).toBe(2);
    const { stdout } = await hashsieve(['hash', join(dir, 'known.jpg'), '-a', 'phash', '-f', 'jsonl']);
    writeFileSync(list, stdout);
    const again = await scan();
    expect(again.told.cache.reused).toBe(0);
    expect(again.ends).toContainEqual(['z.zip!/a.jpg', 'matched']);
    expect((await scan()).told.cache.reused).toBe(2);
  });
});

describe('a run that was killed inside an archive', () => {
  it('is taken up with the archive as a whole, each asset once', async () => {
    const { scan, put, uploads, dir, list } = await site();
    await put('a.jpg', known);
    const members = Array.from({ length: 400 }, (_, i) => ({
      name: `${i}.jpg`,
      bytes: i % 50 ? other : known,
    }));
    await put('b.zip', zip(members));
    await put('c.png', other);
    const args = ['scan', uploads, '-l', list, '--ledger', join(dir, 'ledger'), '--all'];
    await hashsieve(args, {
      during: (child) => {
        let seen = '';
        child.stdout.on('data', (text) => {
          seen += String(text);
          if (seen.includes('!/150.jpg')) child.kill('SIGKILL');
        });
      },
    });
    const { ends, told, stderr } = await scan();
    expect(stderr).toContain('finishing the run');
    expect(told.cache.resumed).toBe(1);
    expect(ends).toHaveLength(403);
    expect(new Set(ends.map(([uri]) => uri)).size).toBe(403);
    expect(told.outcomes.matched).toBe(9);
    expect((await scan()).told.cache.reused).toBe(403);
  });
});
