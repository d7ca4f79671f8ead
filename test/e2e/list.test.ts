import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync, watch, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { place } from '../../src/files/index.js';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';

const image = (name: string) => join(root, 'fixtures/vectors/images', name);
const md5 = (digit: string) => `${digit.repeat(31)}0`;
const pdq = (digit: string) => `${digit.repeat(63)}0`;

const rows = [
  {
    id: 'one',
    category: 'csam',
    classification: 'A1',
    classificationScheme: 'tech-coalition',
    supplier: 'S, "quoted"',
    member: 'M',
    added: '2024-01-01T00:00:00.000Z',
    updated: '2024-02-01T00:00:00.000Z',
    upvotes: 2,
    downvotes: 1,
    pdq: pdq('a'),
    md5: md5('a'),
  },
  {
    id: 'two',
    category: 'own',
    note: 'why\u2028so',
    by: 'anna',
    until: '2030-01-01T00:00:00.000Z',
    pdq: pdq('b'),
  },
];
const jsonl = (items: readonly object[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');

function written(name: string, text: string): string {
  const path = join(tempDir(), name);
  writeFileSync(path, text);
  return path;
}

describe('list export', () => {
  it('writes JSON lines and CSV that read back as the same list', async () => {
    const first = written('a.jsonl', jsonl(rows));
    const csv = join(tempDir(), 'a.csv');
    expect((await hashsieve(['list', 'export', first, '--format', 'csv', '-o', csv])).code).toBe(0);
    const again = await hashsieve(['list', 'export', csv, '--format', 'jsonl']);
    const whole = (items: readonly Record<string, unknown>[]) =>
      items
        .flatMap(({ pdq, md5, ...labels }) => [pdq && { ...labels, pdq }, md5 && { ...labels, md5 }])
        .filter(Boolean)
        .map((row) => JSON.stringify(Object.entries(row as object).sort()))
        .sort();
    expect(whole(lines(again.stdout))).toEqual(whole(rows));
    const same = await hashsieve(['list', 'export', first]);
    expect(lines(same.stdout)).toEqual(rows);
    expect(statSync(csv).mode & 0o777).toBe(0o600);
  });

  it('writes plain and ThreatExchange text, filtered', async () => {
    const first = written('a.jsonl', jsonl(rows));
    const only = async (...args: string[]) =>
      (await hashsieve(['list', 'export', first, '-q', ...args])).stdout;
    expect(await only('-f', 'hex')).toBe(`pdq ${pdq('a')}\nmd5 ${md5('a')}\npdq ${pdq('b')}\n`);
    expect(await only('-f', 'hex', '--only-algorithm', 'md5')).toBe(`md5 ${md5('a')}\n`);
    expect(await only('-f', 'hex', '--only-category', 'own')).toBe(`pdq ${pdq('b')}\n`);
    expect(await only('-f', 'hex', '--only-supplier', 'S, "quoted"', '--only-algorithm', 'pdq')).toBe(
      `pdq ${pdq('a')}\n`,
    );
    const te = written('te.txt', await only('-f', 'threatexchange'));
    expect((await hashsieve(['list', 'export', te, '-f', 'hex'])).stdout.split('\n').sort()).toEqual(
      (await only('-f', 'hex')).split('\n').sort(),
    );
    expect((await hashsieve(['list', 'export', first, '--only-category', 'nonsense'])).code).toBe(2);
    expect((await hashsieve(['list', 'export', first, '--only-category', 'test'])).code).toBe(3);
  });
});

describe('a list of one`s own', () => {
  it('gets entries from pictures and hashes, is scanned with, and loses entries by id', async () => {
    const list = join(tempDir(), 'made/own.jsonl');
    const picture = image('scene-01-640x427.png');
    const added = await hashsieve([
      'list',
      'add',
      list,
      '--views',
      'none',
      '--from-image',
      picture,
      '--note',
      'ticket 1',
      '--by',
      'anna',
    ]);
    expect(added).toMatchObject({ code: 0 });
    expect(statSync(join(list, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(list).mode & 0o777).toBe(0o600);
    expect((await hashsieve(['list', 'add', list, `md5:${md5('c')}`, '--id', 'mine'])).code).toBe(0);
    const kept = lines(await readFile(list, 'utf8'));
    expect(kept).toMatchObject([
      { category: 'own', note: 'ticket 1', by: 'anna', pdq: expect.any(String), sha256: expect.any(String) },
      { id: 'mine', md5: md5('c') },
    ]);
    const scanned = await hashsieve(['scan', image('format-jpeg-q90.jpg'), picture, '--list', list]);
    expect(scanned.code).toBe(10);
    const [event] = lines(scanned.stdout);
    expect(event).toMatchObject({ best: { entryId: kept[0]!.id, category: 'own' } });
    expect(JSON.stringify(event)).not.toContain('anna');
    expect((await hashsieve(['list', 'remove', list, 'mine'])).code).toBe(0);
    expect(lines(await readFile(list, 'utf8')).map(({ id }) => id)).toEqual([kept[0]!.id]);
  });

  it('is left as it was when a command cannot be done whole', async () => {
    const list = written('own.jsonl', jsonl(rows));
    const before = await readFile(list, 'utf8');
    for (const args of [
      ['remove', list, 'one', 'nothing'],
      ['add', list, 'pdq:zz'],
      ['add', list, `pdq:${'0'.repeat(64)}`],
      ['add', list, '--from-image', join(root, 'package.json')],
      ['add', list],
      ['add', list, `md5:${md5('c')}`, '--until', 'tomorrow'],
    ]) {
      const { code, stderr } = await hashsieve(['list', ...args]);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).not.toMatch(/[0-9a-f]{16}/);
    }
    expect(await readFile(list, 'utf8')).toBe(before);
    const table = written('known.csv', `id,md5\n1,${md5('a')}\n`);
    expect((await hashsieve(['list', 'add', table, `md5:${md5('c')}`])).stderr).toContain(
      'not a list in JSON lines',
    );
  });
});

describe('a list of one`s own that several change at once', () => {
  it('loses no entry', async () => {
    const list = join(tempDir(), 'own.jsonl');
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const ran = await Promise.all(
      ids.map((id) => hashsieve(['list', 'add', list, `md5:${md5(id)}`, '--id', id])),
    );
    expect(ran.map(({ code }) => code)).toEqual(ids.map(() => 0));
    expect(
      lines(await readFile(list, 'utf8'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids);
    await Promise.all([
      hashsieve(['list', 'remove', list, 'a']),
      hashsieve(['list', 'add', list, `md5:${md5('f')}`, '--id', 'f']),
    ]);
    expect(
      lines(await readFile(list, 'utf8'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(readdirSync(join(list, '..'))).toEqual(['own.jsonl']);
  });

  it('loses no entry that was told as added, whoever of them is killed', async () => {
    const folder = tempDir();
    const list = join(folder, 'own.jsonl');
    const ids = Array.from({ length: 12 }, (_, n) => `e${n}`);
    const killed = (child: { kill(signal: 'SIGKILL'): unknown }) => {
      const watcher = watch(folder, (_event, name) => {
        if (!name?.endsWith('.part')) return;
        watcher.close();
        child.kill('SIGKILL');
      });
    };
    const ran = await Promise.all(
      ids.map((id, n) =>
        hashsieve(
          ['list', 'add', list, `md5:${md5('a')}`, '--id', id],
          n % 3 === 0 ? { during: killed } : {},
        ),
      ),
    );
    expect((await hashsieve(['list', 'add', list, `md5:${md5('b')}`, '--id', 'last'])).code).toBe(0);
    const kept = lines(await readFile(list, 'utf8')).map(({ id }) => id);
    expect(kept).toEqual(expect.arrayContaining(ids.filter((_, n) => ran[n]!.code === 0)));
    expect(ran.filter(({ code }) => code === 0).length).toBeGreaterThanOrEqual(8);
    expect(readdirSync(folder)).toEqual(['own.jsonl']);
  });

  it('goes on where a killed process has left its lock', async () => {
    const list = join(tempDir(), 'own.jsonl');
    const claim = `${list}.lock.${randomUUID()}.claim`;
    writeFileSync(claim, JSON.stringify({ state: 'holds', place, pid: 2147483647 }));
    expect((await hashsieve(['list', 'add', list, `md5:${md5('a')}`])).code).toBe(0);
    expect(existsSync(claim)).toBe(false);
  });

  it('is never a document that a line would spoil', async () => {
    const hashes = [{ id: 'k1', pdq: pdq('a') }];
    const event = {
      type: 'm.policy.media_hash',
      content: { 'm.pdqhash': { hash: pdq('a') } },
      state_key: pdq('a'),
    };
    for (const text of [
      JSON.stringify({ hashes }),
      JSON.stringify(hashes),
      JSON.stringify(event),
      '{"id":"x"}\n',
    ]) {
      const list = written('doc.json', text);
      const { code, stderr } = await hashsieve(['list', 'add', list, `md5:${md5('a')}`]);
      expect([text, code]).toEqual([text, 2]);
      expect(stderr).toContain('not a list in JSON lines');
      expect(await readFile(list, 'utf8')).toBe(text);
    }
  });
});

describe('a list of which nothing can be used', () => {
  it('is refused by merge and export, which leave what was there', async () => {
    const known = written('known.jsonl', jsonl(rows));
    const out = written('out.jsonl', 'as it was\n');
    for (const bad of ['', '# nothing\n', 'photodna abcd\n', '\u001f\u008b\u0008\u0000\u0000'])
      for (const command of ['merge', 'export']) {
        const path = written('bad.txt', '');
        writeFileSync(path, bad, 'latin1');
        const { code, stderr } = await hashsieve(['list', command, known, path, '-o', out]);
        expect([bad, command, code]).toEqual([bad, command, 2]);
        expect(stderr).toMatch(/bad\.txt: (the list holds no hash that can be matched|the file is packed)/);
        expect(await readFile(out, 'utf8')).toBe('as it was\n');
      }
    const none = await hashsieve(['list', 'export', known, '--only-category', 'test', '-o', out]);
    expect(none.code).toBe(3);
    expect(await readFile(out, 'utf8')).toBe('as it was\n');
  });

  it('export counts what it writes, and tells what its format has no place for', async () => {
    const list = written('some.jsonl', jsonl([{ id: 'a', md5: md5('a'), sha1: 'b'.repeat(39).concat('0') }]));
    const { code, stdout, stderr } = await hashsieve(['list', 'export', list, '-f', 'threatexchange']);
    expect([code, stdout]).toEqual([0, `video_md5 ${md5('a')}\n`]);
    expect(stderr).toContain('warning: 1 hashes left out: threatexchange has no place for their kinds');
    expect(stderr).toContain('1 hashes written');
  });
});

describe('list merge and diff', () => {
  const old = () => written('old.jsonl', jsonl(rows));
  const fresh = () =>
    written(
      'new.jsonl',
      jsonl([
        { ...rows[0], classification: 'B2' },
        { id: 'three', category: 'ncii', md5: md5('d') },
      ]),
    );

  it('diff tells what came, went and changed without showing a hash', async () => {
    const { code, stdout } = await hashsieve(['list', 'diff', old(), fresh()]);
    expect(code).toBe(0);
    expect(
      lines(stdout)
        .map(({ change, id, algorithm }) => `${change} ${id} ${algorithm}`)
        .sort(),
    ).toEqual(['came three md5', 'changed one md5', 'changed one pdq', 'went two pdq']);
    expect(stdout).not.toMatch(/[0-9a-f]{16}/);
  });

  it('merge writes repeats once, and keeps what differs', async () => {
    const out = join(tempDir(), 'all.jsonl');
    const bare = written('bare.txt', `${md5('e')}\n`);
    const twin = written('twin.txt', `\n${md5('e')}\n`);
    expect((await hashsieve(['list', 'merge', old(), old(), fresh(), bare, twin, '-o', out])).code).toBe(0);
    const merged = lines(await readFile(out, 'utf8'));
    expect(merged.map(({ id, classification }) => `${id} ${classification ?? '-'}`).sort()).toEqual([
      'one A1',
      'one B2',
      'three -',
      'twin-line-2 -',
      'two -',
    ]);
  });
});
