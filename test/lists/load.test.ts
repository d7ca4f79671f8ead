import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { loadList } from '../../src/lists/load.js';
import type { LoadOptions } from '../../src/lists/read.js';
import { algorithms, bytesOf, contents } from './made.js';

/** Hashes that mean nothing: digests of their number. */
const made = (digits: number, n: number) =>
  createHash('sha512').update(`${n}`).digest('hex').slice(0, digits);
const pdq = (n: number) => made(64, n);
const md5 = (n: number) => made(32, n);
const sha1 = (n: number) => made(40, n);

const load = (content: string | Uint8Array, options: Partial<LoadOptions> = {}) =>
  loadList({ path: 'known.txt', stream: bytesOf(content), algorithms, ...options });

const refusal = async (content: string, options: Partial<LoadOptions> = {}) => {
  const error = await load(content, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
};

describe('plain hex lists', () => {
  it('infers md5 and sha1 from their length and names entries by line', async () => {
    const { list, report } = await load(
      `# known\r\n\r\n${md5(1)}\r\n${sha1(2).toUpperCase()}  # upper case\r\n`,
    );
    expect(contents(list)).toEqual([
      { algorithm: 'md5', hex: md5(1), id: 'line-3', category: 'csam' },
      { algorithm: 'sha1', hex: sha1(2), id: 'line-4', category: 'csam' },
    ]);
    expect(list.identity).toMatchObject({ name: 'known', entries: 2 });
    expect(report).toMatchObject({ format: 'hex', hashes: { md5: 1, sha1: 1 }, problemCount: 0 });
  });

  it.each(['pdq H', 'pdq:H', 'pdq,H', 'PDQ\tH', 'H pdq', 'pdq = H', 'image_pdq H'])(
    'reads "%s"',
    async (form) => {
      const { list } = await load(form.replace('H', pdq(1)));
      expect(contents(list)).toEqual([{ algorithm: 'pdq', hex: pdq(1), id: 'line-1', category: 'csam' }]);
    },
  );

  it('refuses to guess between algorithms of one length, and says the way out without the hash', async () => {
    const message = await refusal(`# x\n${pdq(1)}\n`);
    expect(message).toMatch(
      /^known\.txt line 2: .*64 hexadecimal digits.*sha256 or pdq or phash256 or blockhash.*--algorithm/,
    );
    expect(message).not.toContain(pdq(1).slice(0, 8));
    expect(await refusal(made(16, 1))).toContain('phash or dhash');
  });

  it('takes the algorithm it is told, or the one of several that fits', async () => {
    expect((await load(pdq(1), { algorithm: 'pdq' })).report.hashes).toEqual({ pdq: 1 });
    const mixed = await load(`${pdq(1)}\n${md5(1)}\n`, { algorithm: ['pdq', 'md5'] });
    expect(mixed.report.hashes).toEqual({ pdq: 1, md5: 1 });
    const { report } = await load(`${pdq(1)}\n${md5(1)}\n`, { algorithm: 'pdq' });
    expect(report.problems).toEqual([
      { line: 2, problem: 'expected 64 hexadecimal digits for pdq, found 32' },
    ]);
    expect(await refusal(md5(1), { algorithm: 'pqd' })).toMatch(/unknown algorithm "pqd": choose from md5/);
  });

  it('digests the file as it is, byte-order mark included', async () => {
    const bytes = new TextEncoder().encode(`\ufeff${md5(1)}\n`);
    const { list } = await load(bytes);
    expect(list.identity.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(contents(list)).toHaveLength(1);
  });

  it('reads UTF-16, as spreadsheets save it', async () => {
    const { list } = await load(new Uint8Array(Buffer.from(`\ufeffid,md5\r\n7,${md5(1)}\r\n`, 'utf16le')));
    expect(contents(list)).toEqual([{ algorithm: 'md5', hex: md5(1), id: '7', category: 'csam' }]);
  });
});

describe('bad lines', () => {
  it('are counted, named by line and never quoted', async () => {
    const bad = ['zz', md5(1).slice(1), `${md5(1)}zz`, 'pqd 00ff', `a ${md5(1)} b`];
    const { report } = await load(`${bad.join('\n')}\n${md5(2)}\n`);
    expect(report.problemCount).toBe(5);
    expect(report.problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(JSON.stringify(report.problems)).not.toMatch(/zz|[0-9a-f]{8}/);
  });

  it('are fatal when strict', async () => {
    expect(await refusal(`${md5(1)}\nzz\n`, { strict: true })).toBe(
      'known.txt line 2: not a hexadecimal hash',
    );
  });

  it('are kept up to a hundred, counted beyond', async () => {
    const { report } = await load(`${'zz\n'.repeat(250)}${md5(1)}`);
    expect([report.problemCount, report.problems.length]).toEqual([250, 100]);
  });

  it('cannot fill the memory: a line without end is one problem', async () => {
    const endless = `${'a'.repeat(3 << 20)}\n${md5(1)}`;
    const { report } = await load(endless, { stream: bytesOf(endless, 1 << 16) });
    expect(report).toMatchObject({
      hashes: { md5: 1 },
      problems: [{ line: 1, problem: 'the line is too long' }],
    });
  });

  it('make an unusable list a usage error', async () => {
    expect(await refusal('')).toBe('known.txt: the list holds no hash that can be matched: it is empty');
    expect(await refusal('# nothing\n')).toContain('it is empty');
    expect(await refusal('zz\nyy\n')).toContain('2 lines could not be read (line 1: ');
    expect(await refusal('hash,type\nabc=,photodna\n')).toContain('1 photodna hashes cannot be computed');
  });

  it('include a missing file and a directory', async () => {
    await expect(loadList({ path: '/nowhere/x.csv', algorithms })).rejects.toThrow(
      /x\.csv: there is no such hash list/,
    );
    await expect(loadList({ path: tmpdir(), algorithms })).rejects.toThrow(/this is a directory/);
  });
});

describe('tables', () => {
  it('recognise columns by name, whatever the delimiter and the quoting', async () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      const rows = [
        ['Entry ID', 'Signal-Type', 'Hash Value', 'Category', 'Classification', 'Note'],
        ['x-1', 'PDQ', pdq(1), 'CSAM', 'A1', `a "note"${delimiter} over\ntwo lines`],
        ['x-2', 'SHA-1', sha1(2).toUpperCase(), 'exploitative', '', ''],
      ];
      const text = rows
        .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
        .join('\r\n');
      const { list, report } = await load(text, { path: 'x/known.csv' });
      expect(report).toMatchObject({
        format: 'csv',
        problemCount: 0,
        categories: { csam: 1, exploitative: 1 },
      });
      expect(contents(list)).toEqual([
        { algorithm: 'pdq', hex: pdq(1), id: 'x-1', category: 'csam', classification: 'A1' },
        { algorithm: 'sha1', hex: sha1(2), id: 'x-2', category: 'exploitative' },
      ]);
    }
  });

  it('give several hashes of a wide row one entry', async () => {
    const { list } = await load(`id,md5,pdq,PhotoDNA\n7,${md5(1)},${pdq(1)},AAAA\n8,,${pdq(2)},\n9,,,\n`);
    expect(list.identity.entries).toBe(2);
    expect(contents(list).map(({ algorithm, id }) => `${algorithm} ${id}`)).toEqual([
      'md5 7',
      'pdq 7',
      'pdq 8',
    ]);
  });

  it('follow a mapping, and refuse one that leads nowhere', async () => {
    const text = `key,fp,category\n7,${md5(1)},1\n`;
    const columns = { hash: 'FP', id: 'key', category: '' };
    expect(contents((await load(text, { path: 'a.csv', columns })).list)).toEqual([
      { algorithm: 'md5', hex: md5(1), id: '7', category: 'csam' },
    ]);
    expect(await refusal(text, { format: 'csv', columns: { hash: 'nope' } })).toContain(
      'there is no column "nope"; the columns are "key", "fp", "category"',
    );
    expect(await refusal(text, { format: 'csv', columns: { hsh: 'fp' } })).toContain(
      'choose from hash, algorithm',
    );
    expect(await refusal(text, { format: 'csv' })).toContain(
      'no column of the header is known to hold hashes',
    );
  });

  it('do not show a hash where a header is missing', async () => {
    expect(await refusal(`${md5(1)},x\n`, { format: 'csv' })).not.toContain(md5(1).slice(0, 8));
  });

  it('resume behind a stray quote and lose no other row', async () => {
    const good = (n: number) => `${n},${md5(n)},fine`;
    for (const bad of ['5,"x"y,', '"5,xyz,stray', `5,"${md5(5)}`, '"']) {
      const text = ['id,md5,note', good(1), bad, good(2), `"3",${md5(3)},"two\nlines"`, '"', good(4)].join(
        '\n',
      );
      const { list, report } = await load(text);
      expect(contents(list).map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
      expect(report.problems.map(({ line }) => line)).toEqual([3, 7]);
    }
  });

  it('report a row behind # that may be an entry with an odd id', async () => {
    const { report } = await load(`# made by hand\nid,md5\n#1,${md5(1)}\n# a note\n2,${md5(2)}\n`);
    expect(report).toMatchObject({ hashes: { md5: 1 }, problemCount: 1, problems: [{ line: 3 }] });
  });

  it('report a row with more cells than the header', async () => {
    const { report } = await load(`md5,note\n${md5(1)},a,b\n${md5(2)},a,\n`);
    expect(report).toMatchObject({ hashes: { md5: 1 }, problems: [{ line: 2 }] });
  });
});

describe('names around an algorithm', () => {
  it.each([
    ['phash_value', 16, 'phash'],
    ['ImagePHash', 16, 'phash'],
    ['dhash hex', 16, 'dhash'],
    ['blockhash_value', 64, 'blockhash'],
    ['file_md5', 32, 'md5'],
    ['Image Hash PDQ Value', 64, 'pdq'],
  ])('%s is understood', async (column, digits, algorithm) => {
    const { report } = await load(`id,${column}\ne1,${made(digits, 1)}\n`);
    expect(report.hashes).toEqual({ [algorithm]: 1 });
  });

  it('a column that seems to hold hashes and is not read is told of, once, without its hashes', async () => {
    const { report } = await load(
      `md5,PDQ Rotated,PDQ\n${md5(1)},${pdq(1)},${pdq(2)}\n${md5(2)},${pdq(3)},${pdq(4)}\n`,
    );
    expect(report.hashes).toEqual({ md5: 2, pdq: 2 });
    expect(report.warnings).toEqual([
      'line 2: the column "PDQ Rotated" seems to hold hashes and is not read: map it if it does',
    ]);
    const mapped = await load(`md5,PDQ Rotated\n${md5(1)},${pdq(1)}\n`, { columns: { pdq: 'PDQ Rotated' } });
    expect(mapped.report).toMatchObject({ hashes: { md5: 1, pdq: 1 }, warnings: [] });
    const object = await load(JSON.stringify({ md5: md5(1), 'pdq rotated': pdq(1) }));
    expect(object.report.warnings).toHaveLength(1);
  });
});

describe('objects with lists inside', () => {
  const entry = (id: string, inside: object) => ({ id, category: 'ncii', classification: 'x', ...inside });
  const one = entry('adult-1', {
    hashes: [
      { type: 'pdq', value: pdq(1) },
      { type: 'md5', value: md5(1) },
    ],
  });
  const two = entry('adult-2', { md5: md5(2), items: [] });
  const three = entry('adult-3', { pdq: [pdq(3), pdq(4)] });
  const four = entry('adult-4', { sha1: sha1(5), signals: [{ pdq: pdq(5), category: 'csam' }] });
  const expected = [
    { algorithm: 'md5', hex: md5(1), id: 'adult-1', category: 'ncii', classification: 'x' },
    { algorithm: 'md5', hex: md5(2), id: 'adult-2', category: 'ncii', classification: 'x' },
    { algorithm: 'pdq', hex: pdq(1), id: 'adult-1', category: 'ncii', classification: 'x' },
    { algorithm: 'pdq', hex: pdq(3), id: 'adult-3', category: 'ncii', classification: 'x' },
    { algorithm: 'pdq', hex: pdq(4), id: 'adult-3', category: 'ncii', classification: 'x' },
    { algorithm: 'pdq', hex: pdq(5), id: 'adult-4', category: 'csam', classification: 'x' },
    { algorithm: 'sha1', hex: sha1(5), id: 'adult-4', category: 'ncii', classification: 'x' },
  ];
  const sorted = (list: Awaited<ReturnType<typeof load>>['list']) =>
    contents(list).sort((a, b) => (a.algorithm + a.id + a.hex < b.algorithm + b.id + b.hex ? -1 : 1));

  it.each([
    ['an array', JSON.stringify([one, two, three, four])],
    ['an array in an object', JSON.stringify({ version: 1, entries: [one, two, three, four] }, null, 1)],
    ['lines', [one, two, three, four].map((object) => JSON.stringify(object)).join('\n')],
  ])('share what the entry says (%s)', async (_, text) => {
    const { list, report } = await load(text);
    expect(report).toMatchObject({ problemCount: 0, warnings: [] });
    expect(sorted(list)).toEqual(
      [...expected].sort((a, b) => (a.algorithm + a.id + a.hex < b.algorithm + b.id + b.hex ? -1 : 1)),
    );
  });

  it('are read one by one where the entry is too long to be read whole, and what it says is told of', async () => {
    const hashes = Array.from({ length: 60_000 }, (_, n) => ({
      type: 'md5',
      value: md5(n),
      note: 'x'.repeat(20),
    }));
    const batch = { id: 'batch', category: 'ncii', hashes };
    const { report } = await load(new TextEncoder().encode(JSON.stringify([batch, two])));
    expect(report.hashes).toEqual({ md5: 60_001 });
    expect(report.warnings).toEqual([
      expect.stringMatching(/^line 1: "category" of the object that holds the list is not read/),
    ]);
  });

  it('of the whole document: what is said beside the list is told of', async () => {
    const { report } = await load(
      JSON.stringify({ category: 'ncii', md5: md5(9), hashes: [{ md5: md5(1) }] }),
    );
    expect(report.hashes).toEqual({ md5: 1 });
    expect(report.warnings).toEqual([
      expect.stringMatching(/^line 1: "category", "md5" of the object that holds the list is not read/),
    ]);
  });

  it('may be texts alone, which are no column that is left unread', async () => {
    const { list, report } = await load(JSON.stringify([{ id: 'a', hashes: [md5(1), sha1(1)] }]));
    expect(contents(list).map(({ id, hex }) => [id, hex])).toEqual([
      ['a', md5(1)],
      ['a', sha1(1)],
    ]);
    expect(report).toMatchObject({ problemCount: 0, warnings: [] });
  });

  it('a hash that is no text is a bad line, not an entry without it', async () => {
    const text = `{"id":"a","md5":"${md5(1)}","pdq":{"hex":"${pdq(1)}"}}\n{"md5":"${md5(2)}"}`;
    const { report } = await load(text);
    expect(report.problems).toEqual([{ line: 1, problem: 'a hash must be text, or a list of texts' }]);
    expect(report.hashes).toEqual({ md5: 1 });
  });
});

describe('files that are no text', () => {
  it.each([
    ['packed with gzip', [0x1f, 0x8b, 8, 0, 0, 0]],
    ['zip archive', [0x50, 0x4b, 3, 4, 0, 0]],
    ['compiled list', [0x89, 0x48, 0x53, 0x58, 0x0d]],
  ])('%s', async (words, bytes) => {
    await expect(load(Uint8Array.from(bytes))).rejects.toThrow(words);
  });
});

describe('what hashsieve hash writes', () => {
  it('is read as one`s own list', async () => {
    const rows = [
      {
        uri: 'file:///a.jpg',
        algorithm: 'pdq',
        hex: pdq(1),
        quality: 90,
        recipe: 'pdq-full/1',
        view: 'upright',
      },
      { uri: 'file:///a.jpg', algorithm: 'md5', hex: md5(1), recipe: 'md5/1' },
    ];
    const jsonl = rows.map((row) => JSON.stringify(row)).join('\n');
    const csv = `uri,algorithm,hex,quality,recipe,view,frame\n${rows
      .map(
        (row) =>
          `${row.uri},${row.algorithm},${row.hex},${row.quality ?? ''},${row.recipe},${row.view ?? ''},`,
      )
      .join('\n')}\n`;
    for (const [text, line] of [
      [jsonl, 1],
      [csv, 2],
    ] as const) {
      expect(contents((await load(text)).list)).toEqual([
        { algorithm: 'pdq', hex: pdq(1), id: `line-${line}`, category: 'own' },
        { algorithm: 'md5', hex: md5(1), id: `line-${line + 1}`, category: 'own' },
      ]);
      expect((await load(text, { category: 'test' })).report.categories).toEqual({ test: 2 });
    }
  });

  it('names the line that is no JSON', async () => {
    const { report } = await load(`{"md5":"${md5(1)}"}\n{"md5": ${md5(2)}\n[]\n{"a":1}\n`);
    expect(report.problems).toEqual([
      { line: 2, problem: 'not valid JSON' },
      { line: 3, problem: 'expected a JSON object' },
      { line: 4, problem: 'the object holds no hash' },
    ]);
  });
});

describe('categories', () => {
  it('take a grade for a classification and refuse what they don`t know', async () => {
    const rows = [`${md5(1)},A1`, `${md5(2)},non-pertinent`, `${md5(3)},`, `${md5(4)},Sexually Exploitative`];
    const { list, report } = await load(`md5,category\n${rows.join('\n')}\n`, { category: 'ncii' });
    expect(contents(list).map(({ category, classification }) => [category, classification])).toEqual([
      ['ncii', 'A1'],
      ['ncii', undefined],
      ['exploitative', undefined],
    ]);
    expect(report.problems).toEqual([
      {
        line: 3,
        problem: 'the category is none of csam, exploitative, harmful-abusive-material, ncii, own, test',
      },
    ]);
  });
});

describe('what is left out', () => {
  it('hashes that flat pictures have, poor PDQ hashes, digests of nothing', async () => {
    const rows = [
      `pdq,${'0'.repeat(64)},100`,
      `pdq,${'F'.repeat(64)},100`,
      `blockhash,${'ff00'.repeat(16)},`,
      `dhash,${'a5'.repeat(8)},`,
      `pdq,${pdq(1)},49`,
      `pdq,${pdq(2)},50`,
      'md5,d41d8cd98f00b204e9800998ecf8427e,',
    ];
    const { report } = await load(`type,hash,quality\n${rows.join('\n')}\n`);
    expect(report).toMatchObject({
      hashes: { pdq: 1 },
      problemCount: 0,
      leftOut: { degenerate: 4, 'low-quality': 1, 'empty-file': 1 },
    });
  });

  it('hashes of kinds that cannot be computed, by kind', async () => {
    const { report } = await load(`type,hash\nPhotoDNA,AAAA\nPDNA,BBBB\nTMK_PDQF,x\nmd5,${md5(1)}\n`);
    expect(report).toMatchObject({ foreign: { photodna: 2, 'tmk-pdqf': 1 }, problemCount: 0 });
  });
});

it('reads from disk', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'hashsieve-')), 'mine.v2.txt');
  await writeFile(path, `${md5(1)}\n`);
  expect((await loadList({ path, algorithms })).list.identity).toMatchObject({ name: 'mine.v2', entries: 1 });
});
