import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
const holiday = join(demo, 'uploads/holiday.jpg');
const picture = readFileSync(holiday);

describe('paths', () => {
  it('come from standard input, separated by zero bytes, as find -print0 writes them', async () => {
    const input = `${holiday}\0${join(demo, 'uploads/notes.txt')}\0/no/such/file\0`;
    const args = ['scan', '--files-from', '-', '--null', '--list', known];
    const { code, stdout } = await hashsieve(args, { input });
    expect(code).toBe(11);
    expect(lines(stdout).map(({ outcome, code: why }) => [outcome, why])).toEqual([
      ['matched', undefined],
      ['skipped', 'not-an-image'],
      ['failed', 'not-found'],
    ]);
  });

  it('may hold line breaks, escapes and bytes that are no UTF-8, and reach terminal and table unharmed', async () => {
    const dir = tempDir();
    const names = [
      Buffer.from('line\nbreak \u001b[31mred.jpg'),
      Buffer.from([0x6c, 0x61, 0x74, 0xef, 0x69, 0x6e, 0x2e, 0x6a, 0x70, 0x67]),
      Buffer.from('[a]{b}*?!.jpg'),
      Buffer.from('.hidden.jpg'),
    ];
    for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), name]), picture);
    const text = await hashsieve(['scan', dir, '--list', known, '--format', 'text']);
    expect(text.code).toBe(10);
    expect(text.stdout.trim().split('\n')).toHaveLength(4);
    expect(text.stdout).not.toContain('\u001b');
    expect(text.stdout).toContain('line\\x0abreak \\x1b[31mred.jpg');
    expect(text.stdout).toContain('lat\\xefin.jpg');
    const json = await hashsieve(['scan', dir, '--list', known]);
    const uris = lines(json.stdout).map(({ uri }) => String(uri));
    expect(uris.some((uri) => uri.endsWith('/lat%EFin.jpg'))).toBe(true);
  });

  it('cannot make a spreadsheet run a formula', async () => {
    const dir = tempDir();
    const list = join(dir, 'list.csv');
    const rows = readFileSync(known, 'utf8').replace('scene-1', '"=HYPERLINK(""http://x"")"');
    writeFileSync(list, rows);
    const { stdout } = await hashsieve(['scan', holiday, '--list', list, '--format', 'csv']);
    const [row] = parse(stdout, { columns: true }) as Record<string, string>[];
    expect(row?.entry_id).toBe('\'=HYPERLINK("http://x")');
  });

  it('are chosen by --include and --exclude', async () => {
    const uploads = join(demo, 'uploads');
    const { stdout } = await hashsieve([
      'scan',
      uploads,
      '--list',
      known,
      '--all',
      '--include',
      '*.jpg',
      '--exclude',
      '2026',
    ]);
    expect(lines(stdout).map(({ uri }) => String(uri).replace(/.*\//, ''))).toEqual(['holiday.jpg']);
  });
});

describe('URLs', () => {
  let base = '';
  let asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/a') response.setHeader('content-type', 'text/html').end(picture);
    else if (request.url === '/move') response.writeHead(302, { location: '/a' }).end();
    else response.writeHead(404).end();
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it('come from a file with comments; the bytes decide what is a picture', async () => {
    const urls = join(tempDir(), 'urls.txt');
    writeFileSync(urls, `# to check\n${base}/a\n\n${base}/move\n${base}/gone\nnot a url\n`);
    const { code, stdout } = await hashsieve(['scan', '--urls', urls, '--list', known, '--allow-private']);
    expect(code).toBe(11);
    expect(
      lines(stdout).map(({ outcome, uri, code: why }) => [outcome, String(uri).replace(base, ''), why]),
    ).toEqual([
      ['matched', '/a', undefined],
      ['matched', '/move', undefined],
      ['failed', '/gone', 'http-404'],
      ['failed', expect.anything(), 'bad-url'],
    ]);
  });

  it('of private addresses are refused without a request', async () => {
    asked = [];
    const { code, stdout } = await hashsieve(['scan', `${base}/a`, '--list', known]);
    expect(code).toBe(3);
    expect(lines(stdout)[0]).toMatchObject({ outcome: 'failed', stage: 'fetch', code: 'refused-address' });
    expect(asked).toEqual([]);
  });
});
