import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../support/draw.js';
import { endsInside } from '../support/inside.js';
import { resum, tar } from '../support/tar.js';
import { zip } from '../support/zip.js';

let jpg: Buffer;
let png: Buffer;
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  png = await draw(2).png().toBuffer();
});

describe('a tar file', () => {
  it('gives a result for every file in it; links and pipes are passed over by name', async () => {
    const long = `${'folder/'.repeat(40)}ä.png`;
    const bytes = await tar([
      { name: 'd/', type: 'directory' },
      { name: 'd/a.jpg', bytes: jpg },
      { name: long, bytes: png },
      { name: 'd/link', type: 'symlink' },
      { name: 'd/same', type: 'link' },
      { name: 'pipe', type: 'fifo' },
      { name: '../a.jpg', bytes: jpg },
      { name: 'd/a.jpg', bytes: png },
      { name: 'empty.jpg' },
    ]);
    expect(await endsInside('b.tar', bytes)).toEqual({
      'b.tar!/d/a.jpg': 'clear',
      [`b.tar!/${long}`]: 'clear',
      'b.tar!/d/link': 'skipped symlink',
      'b.tar!/d/same': 'skipped symlink',
      'b.tar!/pipe': 'skipped not-an-image',
      'b.tar!/../a.jpg': 'clear',
      'b.tar!/d/a.jpg~2': 'clear',
      'b.tar!/empty.jpg': 'failed decode/empty-file',
      'b.tar': 'clear',
    });
  });

  it('of the oldest dialect is known by its checksum, and keeps names that are no UTF-8', async () => {
    const bytes = await tar([{ name: 'x.jpg', bytes: jpg }]);
    bytes.fill(0, 257, 512);
    bytes[0] = 0xe4;
    expect(await endsInside('old.tar', resum(bytes))).toEqual({
      'old.tar!/ä.jpg': 'clear',
      'old.tar': 'clear',
    });
  });

  it('shows what comes with the bytes of a file whatever it is called; a file stored without its zeros is not read', async () => {
    const sparse = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'real.jpg' };
    const bytes = await tar([
      { name: 'hard', bytes: jpg },
      { name: 'soft', bytes: png },
      { name: 'GNUSparseFile.1/real.jpg', pax: sparse, bytes: jpg },
      { name: 'a.jpg', bytes: jpg },
    ]);
    const second = 512 + 512 * Math.ceil(jpg.length / 512);
    bytes.write('1', 156, 'latin1');
    bytes.write('2', second + 156, 'latin1');
    resum(resum(bytes), second);
    expect(await endsInside('a.tar', bytes)).toEqual({
      'a.tar!/hard': 'clear',
      'a.tar!/soft': 'clear',
      'a.tar!/real.jpg': 'skipped unsupported-format',
      'a.tar!/a.jpg': 'clear',
      'a.tar': 'clear',
    });
  });

  it('packed by gzip has its members right below', async () => {
    const bytes = gzipSync(
      await tar([
        { name: 'a.jpg', bytes: jpg },
        { name: 'b.zip', bytes: zip([{ name: 'c.png', bytes: png }]) },
      ]),
    );
    expect(await endsInside('b.tgz', bytes)).toEqual({
      'b.tgz!/a.jpg': 'clear',
      'b.tgz!/b.zip!/c.png': 'clear',
      'b.tgz!/b.zip': 'clear',
      'b.tgz': 'clear',
    });
  });

  it('that is cut keeps what came before, and is called damaged', async () => {
    const whole = await tar([
      { name: 'a.jpg', bytes: jpg },
      { name: 'b.jpg', bytes: jpg },
    ]);
    const cut = whole.subarray(0, 512 + 512 * Math.ceil(jpg.length / 512) + 512 + Math.floor(jpg.length / 2));
    const ends = {
      'x!/a.jpg': 'clear',
      'x!/b.jpg': 'failed decode/archive-damaged',
      x: 'failed decode/archive-damaged',
    };
    expect(await endsInside('x', cut)).toEqual(ends);
    const packed = gzipSync(whole, { level: 0 });
    expect(await endsInside('x', packed.subarray(0, cut.length + 30))).toEqual(ends);
  });

  it('with a header that is none ends there', async () => {
    const bytes = await tar([
      { name: 'a.jpg', bytes: jpg },
      { name: 'b.png', bytes: png },
    ]);
    bytes.fill(7, 512 + 512 * Math.ceil(jpg.length / 512), 1024 + 512 * Math.ceil(jpg.length / 512));
    expect(await endsInside('x', bytes)).toEqual({ 'x!/a.jpg': 'clear', x: 'failed decode/archive-damaged' });
  });

  it('whose headers claim gigabytes for a name is not held in memory', async () => {
    const bytes = await tar([
      { name: 'a.jpg', bytes: jpg },
      { name: 'n'.repeat(300), bytes: png },
    ]);
    const at = 512 + 512 * Math.ceil(jpg.length / 512);
    expect(bytes.toString('latin1', at + 156, at + 157)).toBe('x');
    bytes.write('77777777777\0', at + 124, 'latin1');
    resum(bytes, at);
    const bomb = gzipSync(Buffer.concat([bytes, Buffer.alloc(30e6)]));
    expect(await endsInside('x', bomb)).toEqual({ 'x!/a.jpg': 'clear', x: 'failed decode/archive-limit' });
  });
});

describe('a gzip file', () => {
  it('holds one file, under the name that it was given', async () => {
    expect(await endsInside('a.gz', gzipSync(jpg))).toEqual({ 'a.gz!/content': 'clear', 'a.gz': 'clear' });
    const named = gzipSync(jpg);
    named[3] = 8;
    const bytes = Buffer.concat([named.subarray(0, 10), Buffer.from('photo.jpg\0'), named.subarray(10)]);
    expect(await endsInside('a.gz', bytes)).toEqual({ 'a.gz!/photo.jpg': 'clear', 'a.gz': 'clear' });
  });

  it('that is cut, or wrong, is called damaged; what it gave is looked at', async () => {
    const whole = gzipSync(jpg);
    expect(await endsInside('a.gz', whole.subarray(0, whole.length - 20))).toEqual({
      'a.gz!/content': 'failed decode/archive-damaged',
      'a.gz': 'clear',
    });
    whole[whole.length - 6]! ^= 1;
    expect((await endsInside('a.gz', whole))['a.gz!/content']).toBe('failed decode/archive-damaged');
    expect((await endsInside('a.gz', whole.subarray(0, 5)))['a.gz!/content']).toBe(
      'failed decode/archive-damaged',
    );
  });

  it.each([4, 5, 8, 10, 11, 12])(
    'of %i bytes that claims fields beyond its end is damaged, no more',
    async (length) => {
      const claims = Buffer.from('1f8b081f0000000000ff0200', 'hex').subarray(0, length);
      expect(await endsInside('a.gz', claims)).toEqual({
        'a.gz!/content': 'failed decode/archive-damaged',
        'a.gz': 'clear',
      });
      expect(await endsInside('x.zip', zip([{ name: 'a.gz', bytes: claims }]))).toMatchObject({
        'x.zip!/a.gz!/content': 'failed decode/archive-damaged',
        'x.zip': 'clear',
      });
    },
  );

  it('that unpacks to a thousand times its size is a bomb', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(50e6)));
    const limits = { freeBytes: 1e6, maxRatio: 50 };
    expect(await endsInside('a.gz', bomb, { limits })).toEqual({
      'a.gz!/content': 'failed decode/archive-limit',
      'a.gz': 'clear',
    });
  });
});
