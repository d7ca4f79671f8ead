import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../src/lists/index.js';
import { loadList } from '../../src/lists/load.js';
import { ListReader } from '../../src/lists/read.js';
import { algorithms, bytesOf } from './made.js';

const pdq = (n: number) => `${`${n}`.padStart(4, '0').repeat(15)}beef`;
/** Four frames: two are equal, one says too little. */
const frames = [
  { hash: pdq(1), quality: 100, timestamp: 0 },
  { hash: pdq(1), quality: 100, timestamp: 1 },
  { hash: pdq(2), quality: 49, timestamp: 2 },
  { hash: pdq(3), quality: 50, timestamp: 989.967 },
];
const lines = frames.map((f, n) => `${n},${f.quality},${f.hash},${f.timestamp.toFixed(3)}`).join('\n');
/** As the Python tools write it: times have three digits, `9.9e+02`. */
const array = JSON.stringify(
  frames.map((f) => `${f.hash},${f.quality},${f.timestamp < 100 ? f.timestamp.toFixed(2) : '9.9e+02'}`),
);
const object = JSON.stringify(Object.fromEntries(frames.map((f, n) => [n, f])));

async function read(text: string, path = 'known') {
  const { list, report } = await loadList({ path, stream: bytesOf(text, 7), algorithms });
  const column = list.columns.get('pdq')!;
  const entries = Array.from({ length: column.size }, (_, row) => column.entry(row));
  return { list, report, entries, ids: entries.map(({ id }) => id) };
}

describe('a video on a list', () => {
  it.each([
    ['lines of frames', lines],
    ['an array', array],
    ['an array over several lines', JSON.stringify(JSON.parse(array), null, 2)],
    ['an object', object],
    ['an object over several lines', JSON.stringify(JSON.parse(object), null, 2)],
  ])('is read from %s: distinct frames of enough quality are its entries', async (_, text) => {
    const { report, entries, list } = await read(`${text}\n`);
    expect(report).toMatchObject({ format: 'vpdq', videos: 1, problemCount: 0, foreign: {} });
    expect(report.leftOut).toEqual({ 'low-quality': 1 });
    expect(list.identity.entries).toBe(2);
    expect(entries).toEqual([
      { id: 'line-1#0', category: 'csam', listedVideo: { id: 'line-1', frames: 2 } },
      { id: 'line-1#3', category: 'csam', listedVideo: { id: 'line-1', frames: 2 } },
    ]);
  });

  it.each([
    [
      'a column of a table',
      `id,category,vpdq,md5\nv7,ncii,"${array.replaceAll('"', '""')}",${'0123456789abcdef'.repeat(2)}\n`,
    ],
    [
      'a signal of a table',
      `id,category,signal_type,signal\nv7,ncii,vpdq,"${array.replaceAll('"', '""')}"\n`,
    ],
    ['an object by lines', `${JSON.stringify({ id: 'v7', category: 'ncii', vpdq: array })}\n`],
    ['an array in an object', `${JSON.stringify({ id: 'v7', category: 'ncii', vpdq: JSON.parse(array) })}\n`],
    [
      'an object in an object',
      JSON.stringify({ entries: [{ id: 'v7', category: 'ncii', vpdq: JSON.parse(object) }] }),
    ],
    ['records', JSON.stringify([{ id: 'v7', category: 'ncii', signal_type: 'vpdq', signal: array }])],
  ])('is read from %s', async (_, text) => {
    const { ids, entries, report } = await read(text);
    expect(report).toMatchObject({ videos: 1, problemCount: 0, foreign: {} });
    expect(ids).toEqual(['v7#0', 'v7#3']);
    expect(entries[0]).toMatchObject({ category: 'ncii', listedVideo: { id: 'v7', frames: 2 } });
  });

  it('is read beside pictures from a file of ThreatExchange tools', async () => {
    const { ids, report } = await read(`pdq ${pdq(9)}\nvpdq ${array}\n`, 'known.txt');
    expect(report).toMatchObject({ format: 'hex', videos: 1, problemCount: 0 });
    expect(ids).toEqual(['line-1', 'line-2#0', 'line-2#3']);
  });

  it('ends where the numbers of its frames begin anew', async () => {
    const { ids, report } = await read(`${lines}\n0,90,${pdq(5)},0.000\n`);
    expect(report.videos).toBe(2);
    expect(ids).toEqual(['line-1#0', 'line-1#3', 'line-5#0']);
  });

  it('survives being written and read again', async () => {
    const reader = new ListReader({ path: 'known', stream: bytesOf(lines, 99), algorithms });
    let text = '';
    for await (const batch of reader.entries()) for (const entry of batch) text += jsonLines(entry);
    expect((await read(text)).entries).toEqual((await read(lines)).entries);
  });

  it('with what cannot be read is a line that could not be read, and quotes no hash', async () => {
    const broken = array.replace(`"${pdq(3)},`, `"${pdq(3).slice(1)},`);
    for (const signal of [broken, `${array.slice(0, -9)}`, '["x"]']) {
      const text = `id,vpdq,pdq\nv7,"${signal.replaceAll('"', '""')}",${pdq(9)}\n`;
      const { report } = await read(text);
      expect(report.read.unread).toBe(1);
      expect(JSON.stringify(report.problems)).not.toMatch(/[0-9a-f]{9}/);
    }
    expect((await read(`${lines}\n4,100,${pdq(4).slice(2)},5.000\n`)).report.read.unread).toBe(1);
  });
});
