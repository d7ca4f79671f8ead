import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/hex.js';
import { algorithmBits } from '../../src/fingerprints/index.js';
import { loadList } from '../../src/lists/load.js';

const pdq = '3ec37efb7f316350c7e34b8b8b18cb1cc3d8968b369e3b9c2406c42f70640875';
const other = 'd76d4330f1446beab0c11fdecb91ce375bc8fbbcbde5c0994164d8399f767c45';
const md5 = 'afbeba1b15ff4417cb1ce8b047894ff4';
const base64 = (hex: string, encoding: 'base64' | 'base64url' = 'base64') =>
  Buffer.from(hex, 'hex').toString(encoding);
const bytewise = (hex: string, between: string) => hex.match(/../g)!.join(between);

async function load(text: string | Uint8Array, path = 'a.txt', algorithm: string | undefined = 'pdq') {
  const stream = (async function* () {
    yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
  })();
  const given = algorithm === '' ? {} : { algorithm };
  const { list, report } = await loadList({ path, stream, algorithms: algorithmBits, ...given });
  const hashes = [...list.columns].flatMap(([name, { bits, size, hashes }]) =>
    Array.from(
      { length: size },
      (_, row) => `${name} ${toHex(hashes.subarray((row * bits) / 8, ((row + 1) * bits) / 8))}`,
    ),
  );
  return { hashes, ...report.read, problems: report.problems.map(({ problem }) => problem) };
}

const spellings: readonly string[] = [
  pdq.toUpperCase(),
  `0x${pdq}`,
  `0X${pdq.toUpperCase()}`,
  `\\x${pdq}`,
  `x'${pdq}'`,
  `"${pdq}"`,
  `'${pdq}'`,
  `'${pdq}`,
  `\u201c${pdq}\u201d`,
  ` \u00a0${pdq}\u200b `,
  `${pdq},`,
  `${pdq} ;`,
  `"0x${pdq}",`,
  `pdq:${pdq}`,
  `PDQ = 0x${pdq}`,
  bytewise(pdq, ':'),
  bytewise(pdq, ' ').toUpperCase(),
  bytewise(pdq, '-'),
  base64(pdq),
  base64(pdq, 'base64url'),
  `pdq:${base64(pdq)}`,
];

describe.each(spellings)('a hash that is written as %s', (spelling) => {
  const quoted = JSON.stringify(spelling);
  it.each([
    ['a line', 'a.txt', `${other}\n${spelling}\n`],
    ['a line behind its algorithm', 'a.txt', `pdq ${other}\n${spelling.replace(/^pdq\W+/i, '')} \n`],
    ['a cell', 'a.csv', `id;pdq\n1;${other}\n2;"${spelling.replaceAll('"', '""')}"\n`],
    [
      'a cell between tabs',
      'a.tsv',
      `id\thash\talgorithm\n1\t${other}\tpdq\n2\t"${spelling.replaceAll('"', '""')}"\tPDQ\n`,
    ],
    ['a line of JSON', 'a.jsonl', `{"pdq":"${other}"}\n{"pdq":${quoted}}\n`],
    ['a JSON document', 'a.json', `[{"type":"pdq","value":"${other}"},{"type":"pdq","value":${quoted}}]`],
  ])('is read in %s', async (_, path, text) => {
    expect(await load(text, path)).toMatchObject({
      hashes: [`pdq ${other}`, `pdq ${pdq}`],
      lines: 2,
      unread: 0,
    });
  });
});

describe('a line that may mean something else', () => {
  it.each([
    ['letters for digits', `${pdq.slice(0, -1)}g`],
    ['a hash that was cut', pdq.slice(0, 43)],
    ['a word as long as base64', 'placeholderplaceholderplaceholderplacehol12'],
    ['base64 with bits to spare', `${base64(pdq).slice(0, -2)}B=`],
    ['two hashes', `${pdq} ${other}`],
    ['halves of a hash', `${pdq.slice(0, 32)} ${pdq.slice(32)}`],
    ['an algorithm nobody knows', `pqd ${pdq}`],
    ['an algorithm nobody knows in front', `pqd:${pdq}`],
    ['another algorithm in front', `md5:${pdq}`],
    ['a name of a file', `${pdq}  a.jpg`],
  ])('is not read: %s', async (_, line) => {
    const { hashes, unread, lines, problems } = await load(`${other}\n${line}\n`);
    expect([hashes, unread, lines]).toEqual([[`pdq ${other}`], 1, 2]);
    // Never a hash, nor a part of one.
    expect(problems.join(' ')).not.toMatch(/[0-9a-f]{12}/i);
  });

  it('is not base64 whose algorithm nobody told', async () => {
    expect(await load(`${md5}\n${base64(md5)}\n`, 'a.txt', '')).toMatchObject({ lines: 2, unread: 1 });
    expect(await load(`${md5}\n${base64(md5)}\n`, 'a.txt', 'md5')).toMatchObject({ lines: 2, unread: 0 });
  });

  it('is a last line without an end that is shorter than the others', async () => {
    const { hashes, unread } = await load(
      `${pdq}\n${other.slice(0, 32)}`,
      'a.txt',
      'pdq,md5'.split(',') as never,
    );
    expect([hashes, unread]).toEqual([[`pdq ${pdq}`], 1]);
    const table = `pdq,category\n${pdq},own\n${other}`;
    expect(await load(table, 'a.csv')).toMatchObject({ lines: 2, unread: 1 });
    expect(await load(`{"pdq":"${pdq}"}\n{"pdq":"${other}`, 'a.jsonl')).toMatchObject({
      lines: 2,
      unread: 1,
    });
  });
});

describe('a misspelt algorithm is named and its lines are counted', () => {
  it.each([
    [
      'in a column',
      'a.csv',
      `hash,algorithm\n${other},pdq\n${pdq},pqd\n`,
      /"pqd" is not known \(is pdq meant\?\)/,
    ],
    ['in a header', 'a.csv', `md5,pqd\n${md5},${pdq}\n`, /column "pqd" is not read \(is pdq meant\?\)/],
    ['in a prefix', 'a.txt', `pdq:${other}\npdqq:${pdq}\n`, /"pdqq" is not known/],
    ['in a key', 'a.jsonl', `{"pdq":"${other}"}\n{"pqd":"${pdq}"}\n`, /"pqd" is not read \(is pdq meant\?\)/],
    ['in a key beside another', 'a.jsonl', `{"md5":"${md5}","sha265":"${pdq}"}\n`, /"sha265" is not read/],
  ])('%s', async (_, path, text, problem) => {
    const { unread, problems } = await load(text, path);
    expect([unread, problems]).toEqual([1, [expect.stringMatching(problem)]]);
  });
});

describe('what stands twice', () => {
  it('in a header is read both times', async () => {
    const both = [`pdq ${other}`, `pdq ${pdq}`];
    expect(await load(`hash,hash,algorithm\n${other},${pdq},pdq\n`, 'a.csv')).toMatchObject({
      hashes: both,
      unread: 0,
    });
    const pairs = `algorithm,hash,algorithm,hash\npdq,${other},md5,${md5}\n`;
    expect(await load(pairs, 'a.csv')).toMatchObject({ hashes: [`pdq ${other}`, `md5 ${md5}`], unread: 0 });
  });

  it('in a JSON object is counted, because a value is lost', async () => {
    const line = `{"pdq": "${pdq}", "note": "\\":", "pdq": "${other}"}`;
    expect(await load(`${line}\n`, 'a.jsonl')).toMatchObject({
      hashes: [`pdq ${other}`],
      lines: 1,
      unread: 1,
    });
    expect(await load(`[${line}]`, 'a.json')).toMatchObject({
      hashes: [`pdq ${other}`],
      lines: 1,
      unread: 1,
    });
    const fine = `{"pdq": "${pdq}", "note": "\\"pdq\\": twice"}`;
    expect(await load(`${fine}\n`, 'a.jsonl')).toMatchObject({ lines: 1, unread: 0 });
  });
});

describe('the lines of a list', () => {
  it('end with NUL, too', async () => {
    const both = { hashes: [`pdq ${pdq}`, `pdq ${other}`], lines: 2, unread: 0 };
    expect(await load(`${pdq}\0${other}\0`)).toMatchObject(both);
  });

  it('are neither comments nor empty; a hash behind another on its line is one that was not read', async () => {
    expect(await load(`# all of them\n#${other}\n\n  \n${pdq} # a cat\n`)).toMatchObject({
      lines: 1,
      unread: 0,
    });
    expect(await load(`${pdq} # see ${other}\n`)).toMatchObject({ lines: 1, unread: 1 });
  });
});
