import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { settled } from '../support/settled.js';

/** Clean means looked at: what nobody looked at is told, and only what the user names is forgiven. */

const list = join(demo, 'known.csv');
const listed = readFileSync(join(demo, 'uploads/holiday.jpg'));
const noise = Buffer.from(
  Array.from({ length: 4000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255),
);
const djvu = Buffer.concat([Buffer.from('AT&TFORM'), Buffer.alloc(40)]);
const text = Buffer.from('The quick brown fox jumps over the lazy dog.\n'.repeat(112)).subarray(0, 5000);
const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(9), noise]);

/** A folder that holds these files, and scans of it. */
async function site(files: Readonly<Record<string, Uint8Array>>) {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(uploads, name), bytes);
  await settled(uploads);
  const summary = join(dir, 'summary.json');
  /** Options come in front of the folder, as a user may well write them. */
  const scan = async (...options: string[]) => {
    const where = ['-l', list, '--ledger', join(dir, 'ledger'), '--all', '--summary', summary];
    const ran = await hashsieve(['scan', ...where, ...options, uploads]);
    const ends = Object.fromEntries(
      lines(ran.stdout).map(({ uri, outcome, code }) => [
        String(uri).split('/uploads/')[1],
        code === undefined ? outcome : `${outcome} ${code}`,
      ]),
    );
    return { ...ran, ends };
  };
  const told = () =>
    JSON.parse(readFileSync(summary, 'utf8')) as { found: number; cache: Record<string, number> };
  return { scan, told };
}

describe('--allow-unsupported', () => {
  const both = { 'a.bin': noise, 'b.djvu': djvu };
  const ends = { 'a.bin': 'skipped unknown-format', 'b.djvu': 'skipped unsupported-format' };

  it('forgives the reason that it names, and no other', async () => {
    const { scan } = await site(both);
    expect(await scan('--allow-unsupported=unknown-format')).toMatchObject({ code: 3, ends });
    const alone = await site({ 'a.bin': noise });
    expect((await alone.scan('--allow-unsupported=unsupported-format')).code).toBe(3);
    expect((await alone.scan('--allow-unsupported=unknown-format')).code).toBe(0);
  });

  it('forgives each of several reasons', async () => {
    const { scan } = await site(both);
    expect(await scan('--allow-unsupported=unsupported-format,unknown-format')).toMatchObject({
      code: 0,
      ends,
    });
  });

  it('leaves the target alone that stands behind it', async () => {
    const { scan } = await site(both);
    expect((await scan()).code).toBe(3);
    expect(await scan('--allow-unsupported')).toMatchObject({ code: 0, ends });
  });

  it.each(['unknown', 'encrypted', 'unknown-format,robots'])(
    'refuses %s, which nothing forgives, and scans nothing',
    async (reasons) => {
      const { scan } = await site(both);
      const { code, stdout, stderr } = await scan(`--allow-unsupported=${reasons}`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/--allow-unsupported.* is unknown; choose one of unsupported-format, /);
    },
  );
});

describe('--allow-degraded', () => {
  it('forgives a picture of which a part was seen, and nothing that nobody knows', async () => {
    const half = listed.subarray(0, listed.length / 2);
    const { scan } = await site({ 'cut.jpg': half });
    expect(await scan()).toMatchObject({ code: 3, ends: { 'cut.jpg': 'clear' } });
    expect(await scan('--allow-degraded')).toMatchObject({ code: 0, ends: { 'cut.jpg': 'clear' } });
    const beside = await site({ 'a.bin': noise, 'cut.jpg': half });
    expect((await beside.scan('--allow-degraded')).code).toBe(3);
    expect((await beside.scan('--allow-unsupported')).code).toBe(3);
    expect((await beside.scan('--allow-degraded', '--allow-unsupported')).code).toBe(0);
  });
});

describe('bytes that nobody knows', () => {
  it('are not clean with --no-archives either', async () => {
    const { scan } = await site({ 'a.bin': noise, 'b.exe': Buffer.concat([program, listed]) });
    const { code, ends } = await scan('--no-archives');
    expect(code).toBe(3);
    expect(ends['a.bin']).toBe('skipped unknown-format');
    expect(ends['b.exe']).toMatch(/^skipped (unknown|unsupported)-format$/);
  });

  it.each([
    ['a picture', listed],
    ['a picture behind noise', Buffer.concat([noise, listed])],
  ])('are searched where they begin far behind text: %s', async (_name, tail) => {
    const { scan } = await site({ 'notes.txt': Buffer.concat([text, tail]) });
    const { code, ends } = await scan();
    expect(ends[`notes.txt!/at-${5000 + tail.length - listed.length}`]).toBe('matched');
    expect(code).toBe(tail === listed ? 10 : 11);
  });

  it('make a text incomplete where they begin far behind its beginning', async () => {
    const { scan } = await site({ 'notes.txt': Buffer.concat([text, noise]) });
    for (const options of [[], ['--no-archives']])
      expect(await scan(...options)).toMatchObject({
        code: 3,
        ends: { 'notes.txt': 'skipped unknown-format' },
      });
  });
});

describe('--since', () => {
  const half = listed.subarray(0, listed.length / 2);
  it.each([
    ['--allow-unsupported', 'a.bin', noise],
    ['--allow-unsupported=unknown-format', 'a.bin', noise],
    ['--allow-degraded', 'a.jpg', half],
  ])('looks again at what %s forgave, and without it the run is not clean', async (allow, name, bytes) => {
    const { scan, told } = await site({ [name]: bytes, 'notes.txt': text });
    expect((await scan('--since', allow)).code).toBe(0);
    const again = await scan('--since', allow);
    expect(again.code).toBe(0);
    expect(Object.keys(again.ends)).toEqual([name]);
    expect(told()).toMatchObject({ found: 1, cache: { leftOut: 1 } });
    const strict = await scan('--since');
    expect(strict.code).toBe(3);
    expect(strict.ends).toHaveProperty([name]);
  });
});

describe('a program with a picture behind it', () => {
  it('is read from the ledger by the second run, which says the same', async () => {
    const { scan, told } = await site({ 'a.exe': Buffer.concat([program, listed]) });
    const first = await scan();
    expect(first.code).toBe(11);
    expect(first.ends[`a.exe!/at-${program.length}`]).toBe('matched');
    expect(told().cache).toMatchObject({ reused: 0 });
    const second = await scan();
    expect(told().cache).toMatchObject({ reused: 2 });
    const untimed = (out: string) => out.replaceAll(/"(detectedAt|scanId)":"[^"]*"/g, '');
    expect(untimed(second.stdout)).toBe(untimed(first.stdout));
    expect(second.code).toBe(11);
  });
});
