import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, onto, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith } from '../support/programs.js';
import { tar } from '../support/tar.js';

const uploads = join(demo, 'uploads');
const known = join(demo, 'known.csv');
const everything = 'pdq,phash,phash256,dhash,blockhash,md5,sha1,sha256';
const vectors = join(root, 'fixtures/vectors/images');

describe('hash', () => {
  it('prints what the reference implementations print', async () => {
    const picture = join(vectors, 'scene-04-513x511.png');
    const { code, stdout } = await hashsieve(['hash', picture, '--algorithm', everything]);
    expect(code).toBe(0);
    const { default: reference } = await import('../../fixtures/vectors/vectors.json', {
      with: { type: 'json' },
    });
    const expected = reference.vectors.find(({ file }) => file === 'scene-04-513x511.png')!;
    const got = Object.fromEntries(lines(stdout).map(({ algorithm, hex }) => [algorithm, hex]));
    expect(got).toEqual({
      pdq: expected.pdq_full.hash,
      phash: expected.imagehash.phash,
      phash256: expected.imagehash.phash16,
      dhash: expected.imagehash.dhash,
      blockhash: expected.blockhash.bits16_precise,
      md5: expected.md5,
      sha1: expected.sha1,
      sha256: expected.sha256,
    });
    const small = await hashsieve(['hash', picture, '-a', 'pdq', '--pdq-variant', '512']);
    expect(lines(small.stdout)[0]?.hex).toBe(expected.pdq_512.hash);
  });

  it.each(['csv', 'jsonl'])('writes a list that scan and match read (%s)', async (format) => {
    const list = join(tempDir(), `own.${format}`);
    expect((await hashsieve(['hash', uploads, '-a', everything, '-o', list])).code).toBe(0);
    const scanned = await hashsieve(['scan', uploads, '--list', list, '--all']);
    const outcomes = lines(scanned.stdout).map(({ outcome, best }) => [
      outcome,
      (best as { category?: string })?.category,
    ]);
    expect(
      outcomes.filter(([outcome, category]) => outcome === 'matched' && category === 'own'),
    ).toHaveLength(8);
    const matched = await hashsieve(['match', list, '--list', known]);
    expect(matched.code).toBe(10);
  });

  it('writes names of members as escapes, in a table too, as scan does', async () => {
    const dir = tempDir();
    const name = 'a\n\u001b[31m\u202egpj.jpg';
    writeFileSync(join(dir, 'a.tar'), await tar([{ name, bytes: await draw(1).jpeg().toBuffer() }]));
    const hashed = await hashsieve(['hash', dir, '-a', 'pdq', '--format', 'csv']);
    const scanned = await hashsieve([
      'scan',
      dir,
      '--list',
      known,
      '--all',
      '--format',
      'csv',
      '--no-ledger',
    ]);
    for (const { stdout } of [hashed, scanned]) {
      expect(stdout).toContain('a.tar!/a\\x0a\\x1b[31m\\u{202e}gpj.jpg');
      expect(stdout).not.toMatch(/\u001b|\u202e/);
    }
    expect(hashed.stdout.trim().split('\n')).toHaveLength(2);
  });

  it('says low-quality in place of a hash, and lists leave such a row out', async () => {
    const dir = tempDir();
    const flat = { create: { width: 200, height: 150, channels: 3 as const, background: '#808080' } };
    await sharp(flat).png().toFile(join(dir, 'flat.png'));
    await draw(1).png().toFile(join(dir, 'rich.png'));
    const { code, stdout } = await hashsieve(['hash', dir, '-a', 'pdq,phash,dhash,blockhash,phash256']);
    expect(code).toBe(0);
    const flatRows = lines(stdout).filter(({ uri }) => String(uri).endsWith('flat.png'));
    expect(flatRows).toHaveLength(5);
    for (const row of flatRows) expect(row).toMatchObject({ hex: null, status: 'low-quality' });
    const list = join(dir, 'list.jsonl');
    writeFileSync(list, stdout);
    const scanned = await hashsieve(['scan', dir, '--list', list, '--all', '--exclude', '*.jsonl']);
    expect(lines(scanned.stdout).map(({ outcome, code: why }) => [outcome, why])).toEqual([
      ['skipped', 'low-quality'],
      ['matched', undefined],
    ]);
    expect(scanned.stderr).toMatch(/5 hashes left out: low-quality/);
  });

  it('ends as scan does over what cannot be decoded: never low-quality, never 0', async () => {
    const dir = tempDir();
    const whole = await draw(2, 640, 480).jpeg().toBuffer();
    writeFileSync(join(dir, 'cut.jpg'), whole.subarray(0, 1000));
    writeFileSync(join(dir, 'odd.djvu'), Buffer.from('AT&TFORM\0\0\0\x10DJVUINFO', 'latin1'));
    for (const name of ['cut.jpg', 'odd.djvu']) {
      const file = join(dir, name);
      const scanned = await hashsieve(['scan', file, '--list', known, '--all', '--no-ledger']);
      const [said] = lines(scanned.stdout);
      const { code, stdout, stderr } = await hashsieve(['hash', file, '-a', 'pdq,sha256', '-q']);
      expect([name, code]).toEqual([name, scanned.code]);
      expect(code).toBe(3);
      expect(stderr).toContain(
        `${String(said!.outcome)}: ${said!.stage ? `${said!.stage}/` : ''}${said!.code}`,
      );
      expect(lines(stdout).map(({ algorithm, status }) => [algorithm, status])).toEqual([['sha256', 'ok']]);
    }
    expect((await hashsieve(['hash', join(dir, 'odd.djvu'), '--allow-unsupported', '-q'])).code).toBe(0);
  });

  it('never prints a hash of what it could not read', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.jpg'), 'no picture at all');
    const { code, stdout, stderr } = await hashsieve([
      'hash',
      join(dir, 'a.jpg'),
      join(dir, 'b.jpg'),
      '-a',
      'pdq',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/b\.jpg: no such file/);
    const one = await hashsieve(['hash', join(dir, 'a.jpg'), '-a', 'pdq']);
    expect([stdout, one.stdout]).toEqual(['', '']);
  });
});

describe('match', () => {
  it('tells whether a hash is on the list and how near, and asks when its algorithm is open', async () => {
    const hex = 'd5624e9d683275611b9fb00ad7714adc2422fda52352ccaef6e5125ab9167326';
    const open = await hashsieve(['match', hex, '--list', known]);
    expect(open.code).toBe(2);
    expect(open.stderr).toMatch(/pdq.*--algorithm/);
    const near = await hashsieve(['match', `pdq:${hex}`, '--list', known, '--format', 'text']);
    expect(near.code).toBe(10);
    expect(near.stdout).toMatch(/MATCH .* pdq distance 1 of 31 {2}known#scene-1 \(own\)/);
    const far = await hashsieve([
      'match',
      'f'.repeat(64),
      '-t',
      'pdq=31',
      '--algorithm',
      'pdq',
      '--list',
      known,
    ]);
    expect(far.code).toBe(0);
    expect(lines(far.stdout)[0]?.matches).toEqual([]);
  });

  it('reads what hash writes from a pipe', async () => {
    const { stdout: input } = await hashsieve(['hash', join(uploads, 'holiday.jpg')]);
    const { code, stdout } = await hashsieve(['match', '-', '--list', known], { input });
    expect(code).toBe(10);
    expect(lines(stdout).filter(({ matches }) => (matches as unknown[]).length > 0)).toHaveLength(1);
  });

  it('of a file: what could not be looked up is told, and the answer is incomplete', async () => {
    const file = join(tempDir(), 'queries.txt');
    const far = 'f8'.repeat(31).concat('00');
    const near = 'd5624e9d683275611b9fb00ad7714adc2422fda52352ccaef6e5125ab9167327';
    writeFileSync(file, `pdq ${far}\npdq ${near.slice(2)}\n`);
    const cut = await hashsieve(['match', file, '--list', known]);
    expect(cut.code).toBe(3);
    expect(cut.stderr).toContain('queries.txt line 2: expected 64 hexadecimal digits for pdq, found 62');
    expect(lines(cut.stdout)).toHaveLength(1);
    expect((await hashsieve(['match', file, '--list', known, '--strict'])).code).toBe(2);
    writeFileSync(file, `pdq ${near}\npdq ${near.slice(2)}\n`);
    expect((await hashsieve(['match', file, '--list', known])).code).toBe(11);
    writeFileSync(file, `${near}\n${'a0'.repeat(15)}b0\n`);
    const several = await hashsieve(['match', file, '--list', known, '--algorithm', 'pdq,md5']);
    expect([several.code, lines(several.stdout).length]).toEqual([10, 2]);
  });

  it('against a damaged compiled list keeps what other hashes have found', async () => {
    const list = join(tempDir(), 'known.csv');
    const near = 'd5624e9d683275611b9fb00ad7714adc2422fda52352ccaef6e5125ab9167327';
    const md5 = 'a0'.repeat(15).concat('b0');
    writeFileSync(list, `id,pdq,md5\none,${near},${md5}\n`);
    const compiled = join(tempDir(), 'known.hsx');
    expect((await hashsieve(['list', 'compile', list, '-o', compiled])).code).toBe(0);
    const bytes = readFileSync(compiled);
    const at = bytes.indexOf(Buffer.from(md5, 'hex'));
    bytes[at]! ^= 1;
    writeFileSync(compiled, bytes);
    const { code, stdout, stderr } = await hashsieve([
      'match',
      `md5:${md5}`,
      `pdq:${near}`,
      '--list',
      compiled,
    ]);
    expect([code, lines(stdout).map(({ algorithm }) => algorithm)]).toEqual([11, ['pdq']]);
    expect(stderr).toMatch(/could not be looked up: .*known\.hsx/);
    const trusted = join(tempDir(), 'trusted');
    mkdirSync(trusted);
    await draw(1).png().toFile(join(trusted, 'a.png'));
    bytes.fill(0xff, bytes.length >> 2, bytes.length >> 1);
    writeFileSync(compiled, bytes);
    expect((await hashsieve(['calibrate', trusted, '--list', compiled])).code).toBe(2);
  });

  it('refuses what is no hash', async () => {
    const { code, stderr } = await hashsieve(['match', 'xyz', '--list', known]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/xyz: neither a hexadecimal hash nor a file/);
  });
});

describe('compare', () => {
  it('prints the distance under every algorithm with its threshold', async () => {
    const dir = tempDir();
    await draw(7, 640, 480).png().toFile(join(dir, 'a.png'));
    await draw(7, 640, 480).jpeg({ quality: 70 }).toFile(join(dir, 'b.jpg'));
    await draw(8, 640, 480).png().toFile(join(dir, 'c.png'));
    const same = await hashsieve(['compare', join(dir, 'a.png'), join(dir, 'b.jpg')]);
    expect(same.code).toBe(0);
    for (const name of ['pdq', 'phash', 'phash256', 'dhash', 'blockhash'])
      expect(same.stdout).toMatch(new RegExp(`^${name} +\\d+ +\\d+ +\\d+  match$`, 'm'));
    expect(same.stdout).toMatch(/^sha256 .*different files$/m);
    const other = await hashsieve(['compare', join(dir, 'a.png'), join(dir, 'c.png'), '--format', 'json']);
    const { algorithms } = JSON.parse(other.stdout) as {
      algorithms: { algorithm: string; verdict: string }[];
    };
    expect(algorithms.find(({ algorithm }) => algorithm === 'pdq')?.verdict).toBe('no match');
  });

  it('names a picture that cannot be read', async () => {
    const { code, stderr } = await hashsieve([
      'compare',
      join(uploads, 'holiday.jpg'),
      join(uploads, 'notes.txt'),
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/notes\.txt could not be read/);
  });
});

describeWith(['/dev/full'], 'standard output on a full disk', () => {
  const holiday = join(uploads, 'holiday.jpg');
  const other = join(uploads, '2026/album/scene-4.jpg');

  it('is said to be lost by match, which still tells by its code that it matched', async () => {
    const list = join(tempDir(), 'h.jsonl');
    for (const [picture, code] of [
      [holiday, 11],
      [other, 3],
    ] as const) {
      await hashsieve(['hash', picture, '-a', 'pdq', '-o', list]);
      const ran = await onto('/dev/full', ['match', list, '--list', known]);
      expect(ran, picture).toEqual({
        code,
        stderr: 'hashsieve: output standard output is lost from here on: the disk is full\n',
      });
    }
  });

  it('is said to be lost by commands that write nothing else', async () => {
    for (const args of [
      ['compare', holiday, other],
      ['list', 'info', known],
      ['scan', '--print-config'],
    ])
      expect(await onto('/dev/full', args), args[0]).toEqual({
        code: 3,
        stderr: 'hashsieve: standard output is lost: the disk is full\n',
      });
  });
});
