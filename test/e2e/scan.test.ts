import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { bin, demo, hashsieve, lines, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { itWith, programPath } from '../support/programs.js';

const known = join(demo, 'known.csv');
const uploads = join(demo, 'uploads');
const schema = (name: string) =>
  JSON.parse(readFileSync(join(root, `docs/schemas/${name}.schema.json`), 'utf8')) as object;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validEvent = ajv.compile(schema('event'));
const validResult = ajv.compile(schema('result'));

describe('scan of a directory', () => {
  it('finds the re-encoded, the resized and the copied picture, and counts every file once', async () => {
    const { code, stdout, stderr } = await hashsieve(['scan', uploads, '--list', known, '--format', 'text']);
    expect(code).toBe(10);
    expect(stdout).toMatch(/^MATCH {3}\S*holiday\.jpg {2}pdq distance \d+ of 31 {2}known#scene-1 \(own\)$/m);
    expect(stdout).toMatch(/IMG_0042\.webp {2}pdq distance \d+ of 31 {2}known#scene-2/);
    expect(stdout).toMatch(/copy\.png {2}sha256 distance 0 of 0 {2}known#scene-3/);
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stderr).toMatch(/Scanned 8 assets/);
    expect(stderr).toMatch(/skipped 1 \(not-an-image 1\)/);
    expect(stderr).toMatch(/found-something\.md/);
  });

  it('writes events that keep the published schema, with the same ids in every run', async () => {
    const run = () => hashsieve(['scan', uploads, '--list', known, '--all']);
    const [first, second] = [await run(), await run()];
    const records = lines(first.stdout);
    expect(records).toHaveLength(8);
    for (const record of records) {
      const valid = record.outcome === 'matched' ? validEvent : validResult;
      expect(valid(record), JSON.stringify(valid.errors)).toBe(true);
    }
    const ids = (text: string) => lines(text).map((record) => record.id);
    expect(ids(second.stdout)).toEqual(ids(first.stdout));
    const copy = records.find((record) => String(record.uri).endsWith('copy.png'));
    const sha256 = createHash('sha256')
      .update(readFileSync(join(uploads, '2026/copy.png')))
      .digest('hex');
    expect(copy?.digests).toMatchObject({ sha256 });
    expect(copy?.best).toMatchObject({ algorithm: 'sha256', distance: 0 });
    const listDigest = createHash('sha256').update(readFileSync(known)).digest('hex');
    expect(copy?.lists).toEqual([{ name: 'known', sha256: listDigest, entries: 3 }]);
  });

  it('writes several outputs at once, private to their owner, and nothing to stdout', async () => {
    const dir = tempDir();
    const out = (name: string) => join(dir, name);
    const args = ['a.json', 'b.jsonl', 'c.csv', 'd.txt'].flatMap((name) => ['-o', out(name)]);
    const { code, stdout } = await hashsieve([
      'scan',
      uploads,
      '--list',
      known,
      '--summary',
      out('s.json'),
      ...args,
    ]);
    expect(code).toBe(10);
    expect(stdout).toBe('');
    expect(readdirSync(dir).sort()).toEqual(['a.json', 'b.jsonl', 'c.csv', 'd.txt', 's.json']);
    expect(statSync(out('a.json')).mode & 0o777).toBe(0o600);
    const document = JSON.parse(readFileSync(out('a.json'), 'utf8')) as { results: { outcome: string }[] };
    const matched = document.results.filter(({ outcome }) => outcome === 'matched');
    expect(matched).toHaveLength(3);
    expect(lines(readFileSync(out('b.jsonl'), 'utf8'))).toHaveLength(4);
    const rows = parse(readFileSync(out('c.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row.outcome).sort()).toEqual(['matched', 'matched', 'matched', 'skipped']);
    const summary = JSON.parse(readFileSync(out('s.json'), 'utf8')) as Record<string, unknown>;
    expect(summary).toMatchObject({
      found: 8,
      outcomes: { matched: 3, clear: 4, skipped: 1, failed: 0 },
      skipped: { 'not-an-image': 1 },
      exitCode: 10,
    });
  });

  it('gives one valid document and a CSV header even when nothing matched', async () => {
    const dir = tempDir();
    await draw(1).jpeg().toFile(join(dir, 'a.jpg'));
    const json = await hashsieve(['scan', dir, '--list', known, '--format', 'json']);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ results: [], summary: { found: 1 } });
    const csv = await hashsieve(['scan', dir, '--list', known, '--format', 'csv']);
    expect(csv.stdout).toMatch(/^outcome,uri,[^\n]+\n$/);
  });

  it('computes only what the lists hold', async () => {
    const dir = tempDir();
    const list = join(dir, 'list.txt');
    const sha256 = createHash('sha256')
      .update(readFileSync(join(uploads, '2026/copy.png')))
      .digest('hex');
    writeFileSync(list, `sha256 ${sha256}\n`);
    const { stdout, code } = await hashsieve(['scan', uploads, '--list', list, '--all']);
    expect(code).toBe(10);
    // Digests need no pixels, and so a text file is clear, not passed over.
    expect(
      lines(stdout)
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual([...Array(7).fill('clear'), 'matched']);
  });

  it('keeps several lists apart and names each in its matches', async () => {
    const dir = tempDir();
    const other = join(dir, 'other.csv');
    writeFileSync(other, readFileSync(known));
    const { stdout } = await hashsieve([
      'scan',
      join(uploads, 'holiday.jpg'),
      '--list',
      known,
      '--list',
      other,
    ]);
    const [event] = lines(stdout);
    expect((event!.matches as { list: string }[]).map(({ list }) => list)).toEqual(['known', 'other']);
    expect((event!.lists as unknown[]).length).toBe(2);
  });

  it('shows listed hashes only when asked', async () => {
    const holiday = join(uploads, 'holiday.jpg');
    const hidden = await hashsieve(['scan', holiday, '--list', known]);
    expect(hidden.stdout).not.toContain('listedHash');
    const shown = await hashsieve(['scan', holiday, '--list', known, '--show-hashes']);
    expect(lines(shown.stdout)[0]?.best).toMatchObject({
      listedHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('tightens and widens with --threshold', async () => {
    const picture = join(uploads, '2026/album/IMG_0042.webp');
    const strict = await hashsieve(['scan', picture, '--list', known, '--threshold', 'pdq=0']);
    expect(strict.code).toBe(0);
    const wide = await hashsieve(['scan', uploads, '--list', known, '-t', 'pdq=256', '--all']);
    expect(lines(wide.stdout).filter(({ outcome }) => outcome === 'matched')).toHaveLength(7);
  });
});

describe('what cannot be read', () => {
  it('ends in one result each, with stage and code, and the run goes on', async () => {
    const dir = tempDir();
    const jpeg = await draw(2, 320, 240).jpeg().toBuffer();
    writeFileSync(join(dir, 'broken.jpg'), jpeg.subarray(0, 30));
    writeFileSync(join(dir, 'empty.png'), '');
    writeFileSync(join(dir, 'cut.jpg'), jpeg.subarray(0, jpeg.length * 0.6));
    await draw(3).jpeg().toFile(join(dir, 'fine.jpg'));
    const { code, stdout, stderr } = await hashsieve(['scan', dir, '--list', known, '--all']);
    expect(code).toBe(3);
    const ends = Object.fromEntries(
      lines(stdout).map(({ uri, outcome, stage, code: why, asset }) => [
        String(uri).replace(/.*\//, ''),
        [outcome, stage, why, (asset as { degraded?: boolean })?.degraded],
      ]),
    );
    expect(ends).toEqual({
      'broken.jpg': ['failed', 'decode', 'undecodable', undefined],
      'empty.png': ['failed', 'decode', 'empty-file', undefined],
      'cut.jpg': ['clear', undefined, undefined, true],
      'fine.jpg': ['clear', undefined, undefined, undefined],
    });
    expect(stderr).toMatch(/failed {2}2 \(decode\/empty-file 1, decode\/undecodable 1\)/);
    expect(stderr).toMatch(/Not complete/);
  });

  it('adds up to 11 when something else matched', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.jpg'), readFileSync(join(uploads, 'holiday.jpg')));
    writeFileSync(join(dir, 'b.jpg'), '');
    expect((await hashsieve(['scan', dir, '--list', known])).code).toBe(11);
    expect((await hashsieve(['scan', dir, '--list', known, '--no-fail'])).code).toBe(3);
  });

  it('names a picture in a format that cannot be decoded, and is not complete over it', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.djvu'), Buffer.concat([Buffer.from('AT&TFORM'), Buffer.alloc(40)]));
    const { code, stdout } = await hashsieve(['scan', dir, '--list', known]);
    expect(code).toBe(3);
    expect(lines(stdout)[0]).toMatchObject({ outcome: 'skipped', code: 'unsupported-format' });
    expect((await hashsieve(['scan', dir, '--list', known, '--allow-unsupported'])).code).toBe(0);
  });

  it('says that a flat picture is too poor to match on', async () => {
    const dir = tempDir();
    const flat = Buffer.alloc(300 * 200 * 3, 128);
    const { default: sharp } = await import('sharp');
    await sharp(flat, { raw: { width: 300, height: 200, channels: 3 } })
      .png()
      .toFile(join(dir, 'flat.png'));
    const { code, stdout } = await hashsieve(['scan', dir, '--list', known]);
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toMatchObject({ outcome: 'skipped', code: 'low-quality' });
  });

  it('is not clean when nothing was found', async () => {
    const dir = tempDir();
    const { code, stderr } = await hashsieve(['scan', dir, '--list', known]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Nothing was found to scan/);
    expect((await hashsieve(['scan', dir, '--list', known, '--allow-empty'])).code).toBe(0);
  });
});

describe('wrong usage ends with one clear line, code 2, and nothing written', () => {
  const bad = tempDir();
  writeFileSync(join(bad, 'empty.txt'), '');
  writeFileSync(join(bad, 'junk.txt'), 'no hash here\nnor here\n');
  writeFileSync(join(bad, 'half.txt'), `pdq ${'0123456789abcdef'.repeat(4)}\nbad line\n`);
  mkdirSync(join(bad, 'folder'));
  const cases: [string, string[], RegExp][] = [
    [
      'unknown option',
      [uploads, '--list', known, '--thresold', 'pdq=1'],
      /--thresold.*Did you mean --threshold/,
    ],
    ['no list', [uploads, '--require-list'], /--list/],
    ['missing list', [uploads, '--list', 'none.csv'], /none\.csv: there is no such hash list/],
    ['list is a directory', [uploads, '--list', join(bad, 'folder')], /folder: a hash list must be a file/],
    ['empty list', [uploads, '--list', join(bad, 'empty.txt')], /empty\.txt/],
    ['unreadable list', [uploads, '--list', join(bad, 'junk.txt')], /junk\.txt.*2 lines/],
    ['bad line under --strict', [uploads, '--list', join(bad, 'half.txt'), '--strict'], /half\.txt line 2/],
    ['unknown algorithm', [uploads, '--list', known, '--threshold', 'pdg=3'], /pdg.*choose of md5/],
    ['fuzzy digests', [uploads, '--list', known, '--threshold', 'sha256=3'], /digests are equal or not/],
    ['threshold out of range', [uploads, '--list', known, '--threshold', 'pdq=257'], /257.*0 to 256/],
    ['threshold that is no number', [uploads, '--list', known, '--threshold', 'pdq=x'], /pdq.*"x"/],
    ['missing directory', ['none', '--list', known], /none: no such file or directory/],
    ['nothing named', ['--list', known], /name a file or directory/],
    ['unknown format', [uploads, '--list', known, '--format', 'xml'], /xml.*text, json, jsonl, csv/],
    ['output of unknown format', [uploads, '--list', known, '-o', join(bad, 'x.pdf')], /x\.pdf.*--format/],
    [
      'output in no directory',
      [uploads, '--list', known, '-o', join(bad, 'no/x.csv')],
      /x\.csv cannot be written/,
    ],
    ['output given twice', [uploads, '--list', known, '-o', 'a.csv', '-o', 'a.csv'], /--output of this run/],
    ['bad size', [uploads, '--list', known, '--max-bytes', 'many'], /many.*100MB/],
    ['missing configuration', [uploads, '--list', known, '--config', 'none.json'], /none\.json/],
  ];
  it.each(cases)('%s', async (_name, args, message) => {
    const good = join(bad, 'good.csv');
    const { code, stdout, stderr } = await hashsieve(['scan', ...args, '-o', good]);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('hashsieve:')),
    ).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(readdirSync(bad).sort()).toEqual(['empty.txt', 'folder', 'half.txt', 'junk.txt']);
  });

  it('suggests the subcommand that was meant', async () => {
    const { code, stderr } = await hashsieve(['scna']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown command 'scna' \(Did you mean scan\?\)/);
  });
});

describe('a long run', () => {
  /** Many small files, so that something is under way for a while. */
  async function manyFiles(count: number): Promise<string> {
    const dir = tempDir();
    const bytes = await draw(5, 400, 300).png().toBuffer();
    for (let i = 0; i < count; i++) writeFileSync(join(dir, `${String(i).padStart(4, '0')}.png`), bytes);
    writeFileSync(join(dir, '0000.jpg'), readFileSync(join(uploads, 'holiday.jpg')));
    return dir;
  }

  it('stopped by Ctrl-C keeps what was found and ends with 130', async () => {
    const dir = await manyFiles(600);
    const out = join(tempDir(), 'events.jsonl');
    const { code, stderr } = await hashsieve(['scan', dir, '--list', known, '-o', out, '--all'], {
      during(child) {
        const wait = setInterval(() => {
          const part = readdirSync(dirname(out)).find((name) => name.endsWith(`-${child.pid}.part`));
          if (part === undefined || statSync(join(dirname(out), part)).size < 2000) return;
          clearInterval(wait);
          child.kill('SIGINT');
        }, 5);
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/Interrupted/);
    const records = lines(readFileSync(out, 'utf8'));
    expect(records.some(({ outcome }) => outcome === 'matched')).toBe(true);
    expect(records.length).toBeLessThan(601);
  });

  itWith(
    ['POSIX', 'mkfifo'],
    'stopped by Ctrl-C while nobody reads its standard output keeps the other outputs',
    async () => {
      // More than a run holds ready while it waits for its reader.
      const dir = await manyFiles(1500);
      const place = tempDir();
      const pipe = join(tempDir(), 'pipe');
      execFileSync(programPath('mkfifo'), [pipe]);
      const unread = openSync(pipe, 'r+');
      const stdout = openSync(pipe, 'w');
      const args = ['scan', dir, '--list', known, '--all', '--no-ledger', '--format', 'jsonl', '-o', '-'];
      const child = spawn(process.execPath, [bin, ...args, '-o', join(place, 'events.jsonl')], {
        stdio: ['ignore', stdout, 'pipe'],
      });
      closeSync(stdout);
      let stderr = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      let sizes: number[] = [];
      let isTold = false;
      const look = setInterval(() => {
        const names = readdirSync(place);
        if (names.includes('events.jsonl')) {
          clearInterval(look);
          closeSync(unread);
        }
        const part = names.find((name) => name.endsWith('.part'));
        if (part === undefined || isTold) return;
        sizes = [statSync(join(place, part)).size, ...sizes].slice(0, 20);
        // More than a pipe holds was written to it, and nothing follows.
        isTold = sizes.length === 20 && sizes[0]! > 60_000 && new Set(sizes).size === 1;
        if (isTold) child.kill('SIGINT');
      }, 50);
      const code = await new Promise((done) => child.on('close', done));
      expect(stderr).toMatch(/standard output is lost/);
      expect(code).toBe(130);
      const records = lines(readFileSync(join(place, 'events.jsonl'), 'utf8'));
      expect(records.length).toBeGreaterThan(50);
      expect(records.length).toBeLessThan(1501);
    },
  );

  it('ends without an error when its reader goes away', async () => {
    const dir = await manyFiles(300);
    const { code, stderr } = await hashsieve(['scan', dir, '--list', known, '--all', '-q'], {
      during(child) {
        child.stdout.once('data', () => child.stdout.destroy());
      },
    });
    expect(code).toBe(10);
    expect(stderr).not.toMatch(/EPIPE|crash|lost/);
  });
});
