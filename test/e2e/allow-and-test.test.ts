import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

const testPicture = join(root, 'assets/selftest.png');

async function scene() {
  const directory = tempDir();
  const picture = join(directory, 'p.png');
  await draw(7, 320, 240).png().toFile(picture);
  const known = join(directory, 'known.jsonl');
  const allow = join(directory, 'allow.jsonl');
  const hashes = await hashsieve(['hash', picture, '-a', 'pdq,md5']);
  const all = Object.fromEntries(
    lines(hashes.stdout).map(({ algorithm, hex }) => [algorithm as string, hex]),
  );
  writeFileSync(known, `${JSON.stringify({ id: 'bad', category: 'csam', ...all })}\n`);
  const jpeg = join(directory, 'copy.jpg');
  await sharp(picture).jpeg({ quality: 70 }).toFile(jpeg);
  return { directory, picture, jpeg, known, allow };
}
type Suppressed = { suppressed?: object; matches: { suppressed?: object }[] };

describe('an allow list', () => {
  it('marks matches with reason, who and until when; they ring no alarm and are counted', async () => {
    const { picture, jpeg, known, allow, directory } = await scene();
    const added = ['list', 'add', allow, '--from-image', picture, '--note', 'our logo', '--by', 'anna'];
    expect((await hashsieve([...added, '--until', '2099-12-31'])).code).toBe(0);
    const summary = join(directory, 'summary.json');
    const args = ['scan', picture, jpeg, '--list', known, '--allow', allow, '--summary', summary];
    const { code, stdout, stderr } = await hashsieve(args);
    expect(code).toBe(0);
    const events = lines(stdout) as unknown as Suppressed[];
    const mark = { list: 'allow', reason: 'our logo', by: 'anna', until: '2099-12-31T23:59:59.000Z' };
    expect(events).toHaveLength(2);
    for (const { suppressed, matches } of events) {
      expect(suppressed).toMatchObject(mark);
      for (const match of matches) expect(match.suppressed).toMatchObject(mark);
    }
    expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
      outcomes: { matched: 2 },
      suppressed: 2,
      categories: {},
    });
    expect(stderr).toContain('suppressed 2');
    expect(stderr).not.toContain('MATCH.');
    expect((await hashsieve([...args, '--format', 'text'])).stdout).toMatch(
      /^allowed .*suppressed by allow#own-\w+, our logo, anna, until 2099/,
    );
  });

  it('stops working on its day, and is named', async () => {
    const { picture, known, allow } = await scene();
    await hashsieve(['list', 'add', allow, '--from-image', picture, '--until', '2020-01-01', '--id', 'logo']);
    const { code, stderr } = await hashsieve(['scan', picture, '--list', known, '--allow', allow]);
    expect([code, stderr]).toEqual([
      10,
      expect.stringMatching(/entry "logo" ended at 2020-01-01.*suppresses nothing/),
    ]);
  });

  it('does not speak for a picture that is nearer to what it matched, or merely alike', async () => {
    const { jpeg, known, directory, allow } = await scene();
    const [{ pdq }] = lines(readFileSync(known, 'utf8')) as [{ pdq: string }];
    // Some bits away from the listed hash, so that the copy is nearer to the list.
    const away = (bits: number) =>
      (BigInt(`0x${pdq}`) ^ ((1n << BigInt(bits)) - 1n)).toString(16).padStart(64, '0');
    for (const bits of [9, 24]) {
      writeFileSync(allow, `${JSON.stringify({ id: 'x', pdq: away(bits) })}\n`);
      expect((await hashsieve(['scan', jpeg, '--list', known, '--allow', allow])).code).toBe(10);
    }
    // Harmless as pixels only: an exact copy of the listed file stays a match by its digest.
    writeFileSync(allow, `${JSON.stringify({ id: 'x', pdq })}\n`);
    const { code, stdout } = await hashsieve(['scan', directory, '--list', known, '--allow', allow]);
    expect(code).toBe(10);
    const [png] = (lines(stdout) as unknown as (Suppressed & { uri: string })[]).filter(({ uri }) =>
      uri.endsWith('p.png'),
    );
    expect(png!.suppressed).toBeUndefined();
    expect(png!.matches.map(({ suppressed }) => suppressed !== undefined)).toEqual([false, true]);
  });
});

describe('the test picture', () => {
  it('has the fingerprints that its list says', async () => {
    const [entry] = lines(readFileSync(join(root, 'assets/selftest.jsonl'), 'utf8'));
    const all = 'md5,sha1,sha256,pdq,phash,phash256,dhash,blockhash';
    const { stdout } = await hashsieve(['hash', testPicture, '-a', all]);
    const now = Object.fromEntries(lines(stdout).map(({ algorithm, hex }) => [algorithm as string, hex]));
    expect(entry).toEqual({
      id: expect.any(String),
      category: 'test',
      supplier: 'hashsieve',
      note: expect.any(String),
      ...now,
    });
  });

  it('rings in a scan, marked as a test and not counted as real', async () => {
    const { known, directory } = await scene();
    const summary = join(directory, 's.json');
    const { code, stdout, stderr } = await hashsieve([
      'scan',
      testPicture,
      '--list',
      known,
      '--summary',
      summary,
    ]);
    expect(code).toBe(10);
    expect(lines(stdout)).toMatchObject([{ test: true, best: { list: 'hashsieve-test', category: 'test' } }]);
    expect(stderr).toContain('TEST ALARM');
    expect(stderr).not.toContain('MATCH.');
    expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({ tests: 1, categories: {} });
  });

  it('costs nothing that the lists do not ask for', async () => {
    const digests = join(tempDir(), 'd.txt');
    writeFileSync(digests, `md5 ${'0123456789abcdef'.repeat(2)}\n`);
    const { code, stdout } = await hashsieve(['scan', testPicture, '--list', digests]);
    expect(code).toBe(10);
    expect(
      (lines(stdout)[0] as { matches: { algorithm: string }[] }).matches
        .map(({ algorithm }) => algorithm)
        .sort(),
    ).toEqual(['md5', 'sha256']);
  });

  it('selftest shows line by line what fires, and fails when a threshold silences it', async () => {
    const { known } = await scene();
    const { code, stdout } = await hashsieve(['selftest', '--list', known]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The alarm rings.')]);
    for (const line of [
      'list known: 1 entries',
      'pdq, threshold 31',
      'as shipped: ',
      'JPEG, quality 30: pdq',
      'output csv',
      'scan would end with exit code 10',
    ])
      expect(stdout).toContain(`ok    ${line}`);
    const strict = await hashsieve(['selftest', '--list', known, '--threshold', 'pdq=2']);
    expect([strict.code, strict.stdout]).toEqual([
      3,
      expect.stringMatching(/FAIL {2}half the size: does not match[\s\S]*does NOT ring/),
    ]);
    expect((await hashsieve(['selftest', '--list', '/nowhere.csv'])).code).toBe(2);
  });
});

describe('--max-list-age', () => {
  it('warns of an old list, and refuses it with --strict', async () => {
    const { known, picture } = await scene();
    utimesSync(known, new Date(), new Date(Date.now() - 10 * 86_400_000));
    const old = await hashsieve(['scan', picture, '--list', known, '--max-list-age', '7d']);
    expect([old.code, old.stderr]).toEqual([10, expect.stringContaining('the list is 10 days old')]);
    expect(
      (await hashsieve(['scan', picture, '--list', known, '--max-list-age', '7d', '--strict'])).code,
    ).toBe(2);
    expect(
      (await hashsieve(['scan', picture, '--list', known, '--max-list-age', '30d'])).stderr,
    ).not.toContain('old');
  });
});
