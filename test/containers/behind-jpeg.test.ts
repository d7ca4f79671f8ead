import { beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../support/draw.js';
import { withThumbnail } from '../support/exif.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { describeWith, programPath } from '../support/programs.js';
import { videoOf } from '../support/video.js';
import { zip } from '../support/zip.js';

const first = { 'a.jpg': 'clear' };
const marker = (code: number, ...data: number[]) => Buffer.from([0xff, code, 0, data.length + 2, ...data]);
const start = Buffer.from([0xff, 0xd8]);
/** A picture without an end. */
const open = Buffer.concat([
  start,
  marker(0xc0, 8, 0, 9, 0, 9, 1, 1, 0x11, 0),
  marker(0xda, 1, 1, 0, 0, 63, 0),
]);

let jpg: Buffer;
let known: Buffer;
let lists: Awaited<ReturnType<typeof listOf>>[];
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  known = await draw(2, 320, 240).jpeg().toBuffer();
  lists = [await listOf(known)];
});
const ends = (...parts: readonly Uint8Array[]) => endsInside('a.jpg', Buffer.concat(parts), { lists });

describe('behind a JPEG picture', () => {
  it('other pictures are assets of their own, whatever stands between them', async () => {
    const both = { 'a.jpg!/image-2': 'matched', 'a.jpg!/image-3': 'clear', ...first };
    const third = await draw(3).jpeg({ progressive: true }).toBuffer();
    expect(await ends(jpg, known, third)).toEqual(both);
    expect(await ends(jpg, Buffer.alloc(2000), known, Buffer.from('text\xff\xd8\xff'), third)).toEqual(both);
    const [inside] = await resultsInside('a.jpg', Buffer.concat([jpg, known, third]));
    expect(inside!.facts!.size).toBe(known.length);
  });

  it('pictures are found behind one with a thumbnail or garbage in its header, and in archives', async () => {
    const small = await draw(4).jpeg().toBuffer();
    const one = { 'a.jpg!/image-2': 'matched', ...first };
    expect(await ends(withThumbnail(jpg, small), known)).toEqual({ 'a.jpg#thumbnail': 'clear', ...one });
    const noisy = Buffer.concat([start, Buffer.from('\0\x01junk\xff\0', 'latin1'), jpg.subarray(2)]);
    expect((await ends(noisy, known))['a.jpg!/image-2']).toBe('matched');
    const packed = zip([{ name: 'p.jpg', bytes: Buffer.concat([jpg, known]) }]);
    expect(await endsInside('x.zip', packed, { lists })).toEqual({
      'x.zip!/p.jpg!/image-2': 'matched',
      'x.zip!/p.jpg': 'clear',
      'x.zip': 'clear',
    });
  });

  it('a picture without an end hides nothing that comes after it', async () => {
    expect(await ends(jpg, open, known)).toMatchObject({ 'a.jpg!/image-3': 'matched' });
  });

  it('a picture that is cut is looked at as far as it goes, and one that is broken is named', async () => {
    const [cut] = await resultsInside('a.jpg', Buffer.concat([jpg, known.subarray(0, known.length * 0.9)]));
    expect(cut).toMatchObject({ ref: { member: 'image-2' }, outcome: 'clear', facts: { degraded: true } });
    expect(await ends(jpg, known.subarray(0, known.indexOf(Buffer.from([0xff, 0xda])) + 9))).toEqual({
      'a.jpg!/image-2': 'failed decode/undecodable',
      ...first,
    });
  });

  it('text and words of the formats make nothing; noise makes it one that was not looked at whole', async () => {
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31 + i * 7) & 255));
    const words = Buffer.from('ftyp is a box, 0000ftypmp42 too \xff\xd8\xff\xe0\0\x04ab no more', 'latin1');
    for (const rest of [words, start, marker(0xe0, 1), Buffer.from('\xff\xd8\xff', 'latin1')])
      expect(await ends(jpg, rest)).toEqual(first);
    expect(await ends(jpg, noise)).toEqual({ 'a.jpg': 'skipped unknown-format' });
  });

  it('chains of markers, and pictures that share their bytes, end as archive-limit', async () => {
    const chain = Buffer.concat([
      start,
      ...Array.from({ length: 40 }, () => marker(0xe0, 0xff, 0xd8, 0xff, 0xe0)),
    ]);
    const chains = Buffer.concat(Array.from({ length: 60_000 }, () => chain));
    expect(await endsInside('a.jpg', Buffer.concat([jpg, chains]), { algorithms: ['sha256'] })).toEqual({
      'a.jpg': 'failed decode/archive-limit',
    });
    const heads = Array.from({ length: 50 }, () => Buffer.concat([start, marker(0xc0, 8), marker(0xda, 0)]));
    const limits = { freeBytes: 1e5, maxRatio: 2 };
    const shared = Buffer.concat([jpg, ...heads, Buffer.alloc(60_000)]);
    expect(await endsInside('a.jpg', shared, { algorithms: ['sha256'], limits })).toMatchObject({
      'a.jpg': 'failed decode/archive-limit',
    });
  });

  it('nothing is looked for where that is switched off', async () => {
    const bytes = Buffer.concat([jpg, known]);
    expect(await endsInside('a.jpg', bytes, { lists, inside: ['archives'] })).toEqual(first);
  });
});

describeWith(['ffmpeg'], 'a video behind a JPEG picture', () => {
  let video: Buffer;
  beforeAll(() => {
    video = videoOf(known, 'a.mp4');
  });
  const endsWithVideo = (...parts: readonly Uint8Array[]) =>
    endsInside('a.jpg', Buffer.concat(parts), { lists, ffmpeg: programPath('ffmpeg') });

  it('is looked at, as that of a motion photo, also behind a trailer, and says when', async () => {
    const bytes = [jpg, Buffer.from('MotionPhoto_Data'), video, Buffer.from('SEFT')];
    expect(await endsWithVideo(...bytes)).toEqual({ 'a.jpg!/video-1': 'matched', ...first });
    const [result] = await resultsInside('a.jpg', Buffer.concat(bytes), {
      lists,
      ffmpeg: programPath('ffmpeg'),
    });
    expect(result).toMatchObject({ facts: { size: video.length }, matches: [{ time: expect.any(Number) }] });
    expect(await endsInside('a.jpg', Buffer.concat(bytes), { lists })).toEqual({
      'a.jpg!/video-1': 'skipped decoder-missing',
      ...first,
    });
  });

  it('is not hidden by a picture without an end', async () => {
    expect(await endsWithVideo(jpg, open, video)).toMatchObject({ 'a.jpg!/video-1': 'matched' });
  });
});
