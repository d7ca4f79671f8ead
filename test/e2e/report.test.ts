import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
import { demo, hashsieve } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { withThumbnail } from '../support/exif.js';
import { zip } from '../support/zip.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-chain-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ operator }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const here = (...args: string[]) =>
  hashsieve(args, {
    cwd: folder,
    env: { HASHSIEVE_CONFIG: 'config.json', XDG_STATE_HOME: join(folder, 'state') },
  });

describe('from a scan to a draft', () => {
  it.each(['events.json', 'events.jsonl'])('goes through %s as scan writes it', async (events) => {
    const list = join(demo, 'known.csv');
    expect((await here('scan', join(demo, 'uploads'), '--list', list, '-o', events, '--quiet')).code).toBe(
      10,
    );
    const draftWith = (...more: string[]) =>
      here('report', 'draft', '--events', events, '--to', 'ncmec', ...more);
    // The demo's list is one of category own: it does not say what its pictures are.
    expect(await draftWith()).toMatchObject({ code: 2, stderr: expect.stringContaining('--classification') });
    const draft = await draftWith('--classification', 'baseline');
    expect(draft.code).toBe(0);
    expect((await here('report', 'check', draft.stdout.trim())).code).toBe(0);
  });

  it('goes through a thumbnail in a picture in an archive, whose hashes are said to be its own', async () => {
    const thumbnail = await draw(1).jpeg().toBuffer();
    const photo = withThumbnail(await draw(2).jpeg().toBuffer(), thumbnail);
    mkdirSync(join(folder, 'up'));
    writeFileSync(join(folder, 'up', 'pack.zip'), zip([{ name: 'photo.jpg', bytes: photo }]));
    writeFileSync(join(folder, 'known.jpg'), thumbnail);
    const hashed = await here('hash', 'known.jpg', '-a', 'pdq', '-f', 'csv');
    const pdq = hashed.stdout.split('\n')[1]!.split(',')[2];
    writeFileSync(join(folder, 'known.csv'), `pdq,category\n${pdq},csam\n`);
    const scan = await here('scan', 'up', '--list', 'known.csv', '-o', 'e.jsonl', '--quiet');
    expect(scan.code).toBe(10);

    const draft = await here('report', 'draft', '--to', 'ncmec', '-o', 'out');
    expect(draft).toMatchObject({ code: 0 });
    const read = (name: string) => readFileSync(join(folder, draft.stdout.trim(), name), 'utf8');
    const info = read('fileinfo-001.xml');
    expect(info).toContain('<fileName>photo.jpg</fileName>');
    expect(info).toContain('The hashes are of a piece of the file: thumbnail.');
    expect(info).not.toContain('<originalFileHash');
    expect(info).toContain('<name>MD5 of the piece thumbnail</name>');
    expect(read('summary.txt')).toContain('The hashes are of a piece of the file: thumbnail.');
    expect(read('CHECKLIST.md')).toMatch(/1 file\(s\) here are pieces of files .*--without-files/);
    expect((await here('report', 'check', draft.stdout.trim())).code).toBe(0);

    const context = join(folder, 'c.json');
    const [{ id }] = readFileSync(join(folder, 'e.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    const entry = { event: id, url: 'https://a.example/pack.zip' };
    writeFileSync(context, JSON.stringify({ schema: 'hashsieve/context/1', assets: [entry] }));
    const given = ['--events', 'e.jsonl', '--context', context];
    const notice = await here(
      'report',
      'notice',
      ...given,
      '--to',
      'host',
      '--classification',
      'A1',
      '-o',
      'out',
    );
    expect(notice).toMatchObject({ code: 0 });
    const letter = readFileSync(join(folder, notice.stdout.trim(), 'letter.txt'), 'utf8');
    expect(letter).toMatch(/inside an archive, as: photo\.jpg\n.*piece of the file: thumbnail/);
    const xarf = JSON.parse(readFileSync(join(folder, notice.stdout.trim(), 'notice-001.json'), 'utf8'));
    expect(xarf.hash_values).toBe(undefined);
    const block = await here('block', ...given, '--format', 'urls');
    expect(block).toMatchObject({ code: 0, stdout: expect.stringContaining('https://a.example/pack.zip\n') });
  });
});
