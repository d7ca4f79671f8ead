import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../src/containers/budget.js';
import { memoryStore } from '../../src/containers/store.js';
import { zipMembers } from '../../src/containers/zip.js';
import type { ByteStore } from '../../src/core/types.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf } from '../support/inside.js';
import { type Around, type Member, zip } from '../support/zip.js';

/** Zip files whose directory and whose bytes say different things: what any program could take out is looked at. */

let known: Buffer;
let lists: Awaited<ReturnType<typeof listOf>>[];
beforeAll(async () => {
  known = await draw(1, 320, 240).jpeg().toBuffer();
  lists = [await listOf(known)];
});
const text = Buffer.from('no picture');

const first = { name: 'a.txt', bytes: text };
const last = { name: 'z.txt', bytes: text, method: 0 };
const picture = (more: Partial<Member> = {}): Member => ({ name: 'p.jpg', bytes: known, method: 0, ...more });
const of = (more: Partial<Member> = {}, around: Around = {}) => zip([first, picture(more), last], around);
const concat = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);
/** Local headers with their bytes, and no directory. */
const locals = (...members: readonly Member[]) => {
  const bytes = zip(members);
  return bytes.subarray(0, bytes.indexOf('PK\x01\x02', 0, 'latin1'));
};
const emptyEnd = zip([]);
const twoZip64 = Buffer.concat([1, 2].map(() => Buffer.from([1, 0, 8, 0, 1, 1, 1, 1, 1, 1, 1, 1])));

/** Every one holds the known picture. */
const lies: readonly (readonly [string, () => Buffer])[] = [
  ['an end record that counts one member too few', () => of({}, { end: { count: 2, countHere: 2 } })],
  ['an end record that counts one too many', () => of({}, { end: { count: 4, countHere: 4 } })],
  ['an end record that counts none', () => of({}, { end: { count: 0, countHere: 0 } })],
  ['two counts in an end record that differ', () => of({}, { end: { countHere: 1 } })],
  ['a directory of no bytes', () => of({}, { end: { size: 0 } })],
  ['a directory of one byte', () => of({}, { end: { size: 1 } })],
  ['a directory that is said to be too small', () => of({}, { end: { size: 51 } })],
  ['a directory that is said to be too large', () => of({}, { end: { size: 5000 } })],
  ['a directory that is said to begin later', () => of({}, { end: { offset: 90 } })],
  ['a directory that is said to begin at 0', () => of({}, { end: { offset: 0 } })],
  ['a directory of nothing at all', () => of({}, { end: { size: 0, offset: 0, count: 0, countHere: 0 } })],
  ['a second, empty end record', () => concat(of(), emptyEnd)],
  ['an end record in the comment of another', () => of({}, { comment: emptyEnd })],
  ['an older directory that names one member less', () => of({}, { comment: zip([first]) })],
  ['a newer zip file behind it', () => concat(of(), zip([last]))],
  ['an end record of another disk', () => of({}, { end: { disk: 1 } })],
  ['a directory on another disk', () => of({}, { end: { directoryDisk: 3 } })],
  ['a member on another disk', () => of({ entry: { disk: 2 } })],
  ['a comment that is cut', () => of({}, { end: { comment: 9 } })],
  ['data behind the end', () => of({}, { after: Buffer.from('more') })],
  ['a member behind the end', () => concat(zip([first]), locals(picture()))],
  ['a member in the comment', () => zip([first], { comment: locals(picture()) })],
  ['a local header only, before all others', () => zip([picture({ isHidden: true }), first, last])],
  ['a local header only, between others', () => of({ isHidden: true })],
  ['a local header only, behind all others', () => zip([first, last, picture({ isHidden: true })])],
  ['one that is open, stored', () => of({ isHidden: true, descriptor: 'signed' })],
  ['one that is open, deflated', () => of({ isHidden: true, descriptor: 'plain', method: 8 })],
  ['one between the directory and its end', () => zip([first], { beforeEnd: locals(picture()) })],
  ['one behind junk', () => zip([first], { beforeDirectory: concat(text, locals(picture())) })],
  ['bytes before the first member', () => of({}, { prefix: Buffer.from('PK\x03\x04junk', 'latin1') })],
  ['a name of the directory that the local header has not', () => of({ local: { name: 'q.jpg' } })],
  ['a method that only the directory says', () => of({ entry: { method: 8 } })],
  ['a method that only the local header says', () => of({ local: { method: 8 } })],
  ['a method that nobody reads, in the directory', () => of({ method: 8, entry: { method: 14 } })],
  ['a method that nobody reads, in the local header', () => of({ method: 8, local: { method: 14 } })],
  ['encryption that only the directory says', () => of({ entry: { flags: 0x801 } })],
  ['encryption that only the local header says', () => of({ local: { flags: 0x801 } })],
  ['a packed size that only the directory says', () => of({ entry: { packed: 1 } })],
  ['a packed size that only the local header says', () => of({ local: { packed: 1 } })],
  ['sizes that only the directory says', () => of({ entry: { packed: 3, size: 3 } })],
  ['a checksum that only the directory says', () => of({ entry: { crc: 7 } })],
  ['a checksum that only the local header says', () => of({ local: { crc: 7 } })],
  ['a size that only the local header says', () => of({ local: { size: 7 } })],
  ['sizes that are to follow, and do not', () => of({ local: { flags: 0x808 } })],
  [
    'a member that ends before its packed size',
    () => of({ method: 8, packedAs: concat(deflateRawSync(known), text) }),
  ],
  [
    'a member within the packed size of another',
    () => zip([{ ...first, packedAs: concat(deflateRawSync(text), locals(picture())) }, last]),
  ],
  [
    'a member behind a descriptor within stored bytes',
    () => {
      const open = locals({ name: 'x', bytes: text, method: 0, descriptor: 'signed' }).subarray(31);
      return zip([{ name: 'x', bytes: concat(open, locals(picture())), method: 0, descriptor: 'signed' }]);
    },
  ],
  [
    'two names for one member',
    () => zip([first, picture(), { name: 'second.jpg', bytes: known, method: 0, same: 1 }]),
  ],
  [
    'a directory that points into a member',
    () =>
      zip([
        first,
        { name: 'x', bytes: concat(text, locals(picture())), method: 0 },
        picture({ entry: { offset: 90 } }),
      ]),
  ],
  ['two members at one place', () => zip([picture(), { ...first, entry: { offset: 0 } }])],
  ['a zip64 record of another count', () => of({}, { zip64: { count: 1 } })],
  ['a zip64 record of another size', () => of({}, { zip64: { size: 1 } })],
  ['a zip64 record of another offset', () => of({}, { zip64: { offset: 1 } })],
  ['a zip64 record that is elsewhere', () => of({}, { zip64: { at: 3 } })],
  ['two zip64 fields', () => of({ entry: { extra: twoZip64 } })],
  ['no directory', () => locals(first, picture(), last)],
  ['no directory and open members', () => locals(first, picture({ descriptor: 'wide' }), last)],
  ['a directory and no end record', () => of().subarray(0, -22)],
];

describe('a zip file that lies', () => {
  it.each(lies)('%s', async (_, make) => {
    const ends = await endsInside('x.zip', make(), { lists });
    expect(Object.values(ends)).toContain('matched');
    expect(ends['x.zip']).toBe('failed decode/archive-damaged');
  });

  it('that names both members of one place gives each its own bytes', async () => {
    const bytes = zip([first, picture({ local: { method: 8 } })]);
    expect(await endsInside('x.zip', bytes, { lists })).toEqual({
      'x.zip!/a.txt': 'skipped not-an-image',
      'x.zip!/p.jpg': 'matched',
      'x.zip!/p.jpg~2': 'failed decode/archive-damaged',
      'x.zip': 'failed decode/archive-damaged',
    });
  });

  it('that calls a picture a folder has it looked at', async () => {
    const bytes = zip([first, { name: 'd/', packedAs: known, method: 0 }]);
    expect(await endsInside('x.zip', bytes, { lists })).toMatchObject({ 'x.zip!/d/': 'matched' });
    expect(await endsInside('x.zip', bytes)).toMatchObject({ 'x.zip!/d/': 'failed decode/archive-damaged' });
  });

  it('says what is wrong, and repeats nothing that it says itself', async () => {
    const error = await endOf(memoryStore(of({ isHidden: true, name: 'secret' })));
    expect(error).toMatchObject({ code: 'archive-damaged' });
    expect(String(error)).toMatch(/the bytes from \d+ to \d+ belong to no member/);
    expect(String(error)).not.toMatch(/secret/);
  });
});

const limits = {
  maxBytes: 1e6,
  maxPixels: 1e6,
  timeoutSeconds: 60,
  maxDepth: 5,
  maxMembers: 100_000,
  maxRatio: 200,
  freeBytes: 20e6,
  maxTotalBytes: 50e6,
  seconds: 600,
};
/** What ended the reading of a zip file. */
async function endOf(store: ByteStore): Promise<unknown> {
  try {
    for await (const _ of zipMembers(store, Budget.of(limits, store.size)));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A store that counts what is read of it. */
function counted(bytes: Uint8Array) {
  const store = memoryStore(bytes);
  let read = 0;
  return {
    ...store,
    read: (at: number, length: number) => {
      read += Math.min(length, bytes.length - at);
      return store.read(at, length);
    },
    bytesRead: () => read,
  };
}

describe('what is read of a zip file grows no faster than the file', () => {
  /** Members whose bytes are the rest of the file, by directory or without. */
  const nested = (count: number, isNamed: boolean) => {
    const header = locals({ name: 'n', method: 0 });
    const all = concat(...Array.from({ length: count }, () => header));
    for (let i = 0; i < count; i++)
      for (const at of [18, 22])
        all.writeUInt32LE(all.length - (i + 1) * header.length, i * header.length + at);
    if (!isNamed) return all;
    const entries = Array.from({ length: count }, (_, i) => {
      const packed = all.length - (i + 1) * header.length;
      return { name: 'n', method: 0, same: 0, entry: { offset: i * header.length, packed, size: packed } };
    });
    return zip([{ name: 'n', method: 0, isHidden: true }, ...entries], {
      beforeDirectory: all.subarray(header.length),
    });
  };
  const rows: readonly (readonly [string, (count: number) => Buffer])[] = [
    ['members within members that no directory names', (n) => nested(n, false)],
    ['members within members', (n) => nested(n, true)],
    [
      'thousands of names for one member',
      (n) =>
        zip([
          { name: 'n', bytes: Buffer.alloc(5000) },
          ...Array.from({ length: n }, () => ({ name: 'n', same: 0 })),
        ]),
    ],
    [
      'thousands of beginnings of headers',
      (n) => concat(emptyEnd, Buffer.from('PK\x03\x04'.repeat(8 * n), 'latin1')),
    ],
    [
      'thousands of open members',
      (n) =>
        concat(...Array.from({ length: n }, () => locals({ name: 'n', method: 0, descriptor: 'signed' }))),
    ],
    ['thousands of end records', (n) => concat(zip([first]), ...Array.from({ length: n }, () => emptyEnd))],
  ];
  it.each(rows)('%s', async (_, make) => {
    const readOf = async (count: number) => {
      const store = counted(make(count));
      expect(await endOf(store)).toMatchObject({ code: expect.stringMatching(/^archive-/) });
      return store.bytesRead();
    };
    const [small, large] = [await readOf(500), await readOf(4000)];
    expect(large / small).toBeLessThan(12);
  });
});
