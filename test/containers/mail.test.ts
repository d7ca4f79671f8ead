import { beforeAll, describe, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import { compound } from '../support/compound.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { mail, type Part, plainMail } from '../support/mail.js';
import { zip } from '../support/zip.js';

let jpg: Buffer;
let list: HashList;
let photo: Part;
const words: Part = { type: 'text/plain', bytes: Buffer.from('hello'), encoding: '7bit' };
beforeAll(async () => {
  jpg = await draw(1).jpeg().toBuffer();
  list = await listOf(jpg);
  photo = { type: 'image/jpeg', bytes: jpg, name: 'photo.jpg' };
});

describe('a message', () => {
  it('has its attachments below the number of their part, byte for byte in every encoding', async () => {
    for (const encoding of ['base64', 'quoted-printable', 'binary'] as const) {
      const results = await resultsInside('mail.eml', mail([words, { ...photo, encoding }]), {
        lists: [list],
      });
      expect(results.map(({ ref, outcome }) => [ref.member, outcome])).toEqual([
        ['1', 'skipped'],
        ['2/photo.jpg', 'matched'],
        [undefined, 'clear'],
      ]);
      expect(results[1]!.facts!.size).toBe(jpg.length);
    }
  });

  it('of one part, inside another, as an archive, and with its picture in the page of a part, is looked through', async () => {
    const within: Part = {
      type: 'message/rfc822',
      bytes: mail([words, photo], { boundary: 'inner' }),
      encoding: '7bit',
    };
    const archive: Part = {
      type: 'application/zip',
      bytes: zip([{ name: 'a.jpg', bytes: jpg }]),
      name: 'a.zip',
    };
    const html = `<html><img src="data:image/jpeg;base64,${jpg.toString('base64')}"></html>`;
    const page: Part = { type: 'text/html', bytes: Buffer.from(html), encoding: 'quoted-printable' };
    const matched = async (bytes: Buffer) =>
      Object.entries(await endsInside('m', bytes, { lists: [list] })).flatMap(([at, end]) =>
        end === 'matched' ? [at] : [],
      );
    expect(await matched(plainMail(photo))).toEqual(['m!/1/photo.jpg']);
    expect(await matched(mail([within]))).toEqual(['m!/1.2/photo.jpg']);
    expect(await matched(mail([{ ...within, encoding: 'base64' }]))).toEqual(['m!/1!/2/photo.jpg']);
    expect(await matched(mail([archive]))).toEqual(['m!/1/a.zip!/a.jpg']);
    expect(await matched(mail([page]))).toEqual(['m!/1!/data-1']);
  });

  it('that is a page saved with its pictures names them by their addresses', async () => {
    const part: Part = {
      type: 'image/jpeg',
      bytes: jpg,
      header: 'Content-Location: https://a.example/d/photo.jpg?s=1\r\n',
    };
    const page = mail([{ type: 'text/html', bytes: Buffer.from('<html>'), encoding: '7bit' }, part], {
      subtype: 'related',
    });
    expect((await endsInside('page.mht', page, { lists: [list] }))['page.mht!/2/photo.jpg']).toBe('matched');
  });

  it('is searched in its headers, before its parts and behind them', async () => {
    const lines = (jpg.toString('base64').match(/.{1,70}/g) ?? []).join('\r\n ');
    const face: Part = { ...words, header: `X-Face-Picture: ${lines}\r\n` };
    const behind = Buffer.concat([mail([words]), Buffer.from(`\r\n${jpg.toString('base64')}\r\n`)]);
    for (const bytes of [mail([face]), behind])
      expect(Object.values(await endsInside('m', bytes, { lists: [list] }))).toContain('matched');
  });

  it('that is cut, encrypted, or has too many parts, is not clear', async () => {
    const whole = mail([words, photo, words]);
    const ends = await endsInside('m', whole.subarray(0, whole.length - 200));
    expect(ends.m).toBe('failed decode/archive-damaged');
    const secret: Part = {
      type: 'application/pkcs7-mime; smime-type=enveloped-data',
      bytes: jpg.subarray(0, 300),
    };
    expect((await endsInside('m', plainMail(secret)))['m!/1']).toBe('skipped encrypted');
    const many = mail(Array.from({ length: 1500 }, () => words));
    expect((await endsInside('m', many)).m).toBe('failed decode/archive-limit');
    const long = Buffer.concat([Buffer.from(`From: a\r\nTo: b\r\nX: ${'a'.repeat(3e6)}\r\n`), whole]);
    expect((await endsInside('m', long)).m).toMatch(/^failed/);
  });

  it('of many levels is looked through to the last', async () => {
    let bytes = mail([photo], { boundary: 'b0' });
    for (let level = 1; level < 60; level++)
      bytes = mail([{ type: 'message/rfc822', bytes, encoding: '7bit' }], { boundary: `b${level}` });
    expect(Object.values(await endsInside('m', bytes, { lists: [list] }))).toContain('matched');
  });
});

describe('a mailbox', () => {
  const line = 'From a@b.example Fri Jul  8 12:08:34 2011\n';
  it('has its messages by their numbers', async () => {
    const box = Buffer.concat([
      Buffer.from(line),
      mail([words]),
      Buffer.from(`\n${line}`),
      mail([words, photo]),
    ]);
    const ends = await endsInside('box.mbox', box, { lists: [list] });
    expect(ends).toMatchObject({
      'box.mbox!/2!/2/photo.jpg': 'matched',
      'box.mbox!/1': 'clear',
      'box.mbox': 'clear',
    });
  });

  it('of many large messages is read in parts: each is told from the next wherever it begins', async () => {
    const filler: Part = { type: 'text/plain', bytes: Buffer.from('word '.repeat(70_000)), encoding: '7bit' };
    const box = Buffer.concat(
      Array.from({ length: 12 }, (_, n) =>
        Buffer.concat([Buffer.from(line), mail([filler, n === 11 ? photo : words]), Buffer.from('\n')]),
      ),
    );
    const ends = await endsInside('box', box, { lists: [list] });
    expect(ends['box!/12!/2/photo.jpg']).toBe('matched');
    expect(Object.keys(ends).filter((at) => /^box!\/\d+$/.test(at))).toHaveLength(12);
  });
});

describe('a message of Outlook', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  it('has its attachments by their number and name, those of messages in it too, and its page', async () => {
    const html = `<html><img src="data:image/jpeg;base64,${jpg.toString('base64')}"></html>`;
    const inner = '__attach_version1.0_#00000001/__substg1.0_3701000D/';
    const bytes = compound({
      '__properties_version1.0': Buffer.alloc(32),
      '__substg1.0_0037001F': utf16('a subject'),
      '__substg1.0_10130102': Buffer.from(html),
      '__attach_version1.0_#00000000/__substg1.0_37010102': jpg,
      '__attach_version1.0_#00000000/__substg1.0_3704001F': utf16('PHOTO~1.JPG'),
      '__attach_version1.0_#00000000/__substg1.0_3707001F': utf16('photo.jpg'),
      [`${inner}__attach_version1.0_#00000000/__substg1.0_37010102`]: jpg,
    });
    const ends = await endsInside('a.msg', bytes, { lists: [list] });
    expect(ends).toMatchObject({
      'a.msg!/1/photo.jpg': 'matched',
      'a.msg!/2.1': 'matched',
      'a.msg!/body.html!/data-1': 'matched',
      'a.msg': 'clear',
    });
  });

  it('that is cut is not clear', async () => {
    const bytes = compound({
      '__properties_version1.0': Buffer.alloc(32),
      '__attach_version1.0_#00000000/__substg1.0_37010102': jpg,
    });
    expect((await endsInside('a.msg', bytes.subarray(0, bytes.length * 0.6)))['a.msg']).toMatch(
      /^(failed|skipped unsupported)/,
    );
  });
});

describe('another compound file', () => {
  it('is looked into, and is never clear; one that holds an encrypted document says so', async () => {
    expect(
      await endsInside('a.doc', compound({ WordDocument: Buffer.alloc(600, 1), 'Pictures/1': jpg }), {
        lists: [list],
      }),
    ).toMatchObject({
      'a.doc!/Pictures/1': 'matched',
      'a.doc': 'skipped unsupported-format',
    });
    const secret = compound({ EncryptionInfo: Buffer.alloc(100, 1), EncryptedPackage: Buffer.alloc(600, 1) });
    expect(await endsInside('a.docx', secret)).toEqual({ 'a.docx': 'skipped encrypted' });
  });
});
