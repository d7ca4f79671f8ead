import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDriver } from '../../src/ledger/driver.js';
import { sealRows } from '../../src/ledger/migrate-sums.js';
import type { Table } from '../../src/ledger/table.js';
import { tables } from '../../src/ledger/tables.js';
import { hashsieve, lines, onto, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith } from '../support/programs.js';
import { settled } from '../support/settled.js';

const driver = await loadDriver();

let pictures: string;
let list: string;
beforeAll(async () => {
  pictures = tempDir();
  for (const [seed, name] of ['listed.png', 'one.png', 'two.png'].entries())
    await draw(seed + 1, 64, 64)
      .png()
      .toFile(join(pictures, name));
  list = join(pictures, 'known.txt');
  const { stdout } = await hashsieve(['hash', join(pictures, 'listed.png'), '-a', 'pdq', '-f', 'jsonl']);
  writeFileSync(list, stdout);
});

/** A folder of uploads, and scans of it that share a ledger. */
async function site(uploads: Readonly<Record<string, string>>) {
  const dir = tempDir();
  mkdirSync(join(dir, 'up'));
  const path = (name: string) => join(dir, 'up', name);
  const put = async (name: string, picture: string) => {
    copyFileSync(join(pictures, picture), path(name));
    await settled(path(name));
  };
  for (const [name, picture] of Object.entries(uploads)) await put(name, picture);
  const files = { ledger: join(dir, 'l'), summary: join(dir, 's.json'), first: join(dir, 'first.jsonl') };
  const common = ['-l', list, '--ledger', files.ledger, '--all', '--summary', files.summary];
  /** A run that looks at everything, and stays open because one of its outputs is lost. */
  const lose = async (source: readonly string[], input = '') => {
    const ran = await onto(
      '/dev/full',
      ['scan', ...source, ...common, '-o', '-', '-f', 'jsonl', '-o', files.first],
      input,
    );
    expect(ran.stderr).toMatch(/standard output is lost/);
    return lines(readFileSync(files.first, 'utf8'));
  };
  const scan = async (source: readonly string[], input = '') => {
    const ran = await hashsieve(['scan', ...source, ...common], { input });
    const records = lines(ran.stdout);
    const ends = records.map(({ uri, outcome }) => `${String(uri).split('/').at(-1)} ${outcome}`);
    const { found, cache } = JSON.parse(readFileSync(files.summary, 'utf8')) as {
      found: number;
      cache: { resumed: number };
    };
    expect(found).toBe(records.length);
    return { ...ran, records, ends, resumed: cache.resumed };
  };
  return { ...files, up: join(dir, 'up'), path, put, lose, scan };
}

describeWith(['/dev/full'], 'a run that is taken up', () => {
  it.each(['directory', 'list'])('looks again at what changed since, in a %s', async (kind) => {
    const { up, path, put, lose, scan } = await site({
      'a.png': 'one.png',
      'b.png': 'two.png',
      'c.png': 'two.png',
    });
    const source = kind === 'directory' ? [up] : ['--files-from', '-'];
    const names = (...some: string[]) => (kind === 'directory' ? '' : `${some.map(path).join('\n')}\n`);
    expect(await lose(source, names('a.png', 'b.png', 'c.png'))).toHaveLength(3);
    await put('a.png', 'listed.png');
    rmSync(path('c.png'));
    const second = await scan([...source, '--quiet'], names('a.png', 'b.png'));
    expect(second.ends).toEqual(['a.png matched', 'b.png clear']);
    expect(second).toMatchObject({ code: 10, resumed: 1 });
  });

  it('still tells what it had matched before that was replaced or deleted, once', async () => {
    const { path, put, lose, scan } = await site({
      'a.png': 'listed.png',
      'b.png': 'listed.png',
      'c.png': 'listed.png',
    });
    const source = ['--files-from', '-'];
    const names = `${['a.png', 'b.png', 'c.png'].map(path).join('\n')}\n`;
    const before = await lose(source, names);
    await put('a.png', 'one.png');
    rmSync(path('b.png'));
    const second = await scan(source, names);
    expect(second.ends.sort()).toEqual([
      'a.png clear',
      'a.png matched',
      'b.png failed',
      'b.png matched',
      'c.png matched',
    ]);
    const events = second.records.filter(({ outcome }) => outcome === 'matched');
    const order = (some: typeof events) => some.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(order(events)).toEqual(order(before));
    expect(second.code).toBe(11);
    expect((await scan(source, names)).ends).toEqual(['a.png clear', 'b.png failed', 'c.png matched']);
  });

  it('does not try again what failed and is still the same', async () => {
    const { up, path, lose, scan } = await site({ 'a.png': 'one.png' });
    writeFileSync(path('cut.png'), readFileSync(path('a.png')).subarray(0, 60));
    await settled(up);
    await lose([up]);
    const second = await scan([up]);
    expect(second).toMatchObject({ ends: ['a.png clear', 'cut.png failed'], resumed: 2, code: 3 });
  });
});

describeWith(['/dev/full'], 'a run over URLs that is taken up', () => {
  const asked: string[] = [];
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(String(request.url));
      const found = request.url !== '/gone.png';
      response.writeHead(found ? 200 : 404, { 'content-type': 'image/png' });
      response.end(found ? readFileSync(join(pictures, String(request.url))) : '');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => {
    server.close();
  });

  it('asks again only for what it looked at long ago', async () => {
    const { lose, scan, up, ledger } = await site({});
    const urls = join(up, 'urls.txt');
    const source = ['--urls', urls, '--allow-private'];
    const { port } = server.address() as AddressInfo;
    const write = (...names: string[]) =>
      writeFileSync(urls, names.map((name) => `http://127.0.0.1:${port}/${name}\n`).join(''));
    write('one.png', 'listed.png', 'gone.png', 'two.png');
    const before = await lose(source);
    expect(before).toHaveLength(4);
    asked.length = 0;
    write('one.png', 'listed.png', 'gone.png');
    const age = () => {
      const database = driver.open(ledger);
      database.exec(`UPDATE runs SET state = 'open'; UPDATE results SET at = at - 13 * 3600000, attempt = 1`);
      for (const table of [tables.runs, tables.results]) sealRows(database, table as unknown as Table);
      database.close();
    };
    const second = await scan(source);
    expect(second.records).toEqual(before.slice(0, 3));
    expect(second).toMatchObject({ resumed: 3, code: 11 });
    expect(asked).toEqual([]);
    age();
    expect((await scan([...source, '--budget', '1h'])).resumed).toBe(3);
    expect(asked).toEqual([]);
    age();
    expect((await scan(source)).resumed).toBe(0);
    expect(asked.sort()).toEqual(['/gone.png', '/listed.png', '/one.png']);
  });
});
