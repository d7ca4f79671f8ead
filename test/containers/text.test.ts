import { beforeAll, describe, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf, resultsInside } from '../support/inside.js';
import { lines } from '../support/mail.js';

let jpg: Buffer;
let png: Buffer;
let list: HashList;
beforeAll(async () => {
  // A length that base64 need not fill up, so that nothing but what follows says where it ends.
  const drawn = await draw(1).jpeg().toBuffer();
  jpg = Buffer.concat([drawn, Buffer.alloc((3 - (drawn.length % 3)) % 3)]);
  png = await draw(2).png().toBuffer();
  list = await listOf(jpg, png);
});

const base64 = () => jpg.toString('base64');
const percent = (bytes: Buffer) =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const url = () => `data:image/jpeg;base64,${base64()}`;
const inner = () => `<svg xmlns='http://www.w3.org/2000/svg'><image href='${url()}'/></svg>`;
/** One uuencoded line after the other. */
const uuencoded = (bytes: Buffer) => {
  const char = (bits: number) => String.fromCharCode(bits === 0 ? 96 : bits + 32);
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const some = bytes.subarray(at, at + 45);
    let line = char(some.length);
    for (let n = 0; n < some.length; n += 3) {
      const bits = ((some[n] ?? 0) << 16) | ((some[n + 1] ?? 0) << 8) | (some[n + 2] ?? 0);
      line += [18, 12, 6, 0].map((shift) => char((bits >> shift) & 63)).join('');
    }
    all.push(line);
  }
  return `begin 644 photo.jpg\n${all.join('\n')}\n\`\nend\n`;
};

const hex = (join: string) => (jpg.toString('hex').match(/../g) ?? []).join(join);
/** As `xxd` shows it. */
const dump = () =>
  (jpg.toString('hex').match(/.{1,32}/g) ?? [])
    .map((row, n) => {
      const shown = Buffer.from(row, 'hex')
        .toString('latin1')
        .replace(/[^ -~]/g, '.');
      return `${(16 * n).toString(16).padStart(8, '0')}: ${row.replace(/(.{4})/g, '$1 ').padEnd(40)} ${shown}\n`;
    })
    .join('');
const escaped = () =>
  Array.from(jpg, (byte) =>
    byte === 34 || byte === 92
      ? `\\${String.fromCharCode(byte)}`
      : byte > 31 && byte < 127
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');

/** Each way in which a text carries the picture, so that every byte of it comes back. */
const carriers: Readonly<Record<string, () => string>> = {
  'a page': () => `<!doctype html><title>a</title><img alt="a" src="${url()}">`,
  'a page, the address broken into lines': () =>
    `<html><img src="data:image/jpeg;base64,${lines(base64(), '\n')}"></html>`,
  'a page, characters as references': () =>
    `<html><img src="data:image/jpeg;base64,${base64().replaceAll('/', '&#x2F;').replaceAll('+', '&#43;')}"></html>`,
  'a page with srcset': () => `<html><img srcset="${url()} 2x, a.jpg 1x"></html>`,
  'a style sheet': () => `.a { background: url(${url()}) no-repeat }`,
  'a drawing in a style sheet': () => `.a { background: url("data:image/svg+xml;utf8,${inner()}") }`,
  'a drawing in a style sheet, in base64': () =>
    `.a { background: url(data:image/svg+xml;base64,${Buffer.from(inner()).toString('base64')}) }`,
  'a drawing in a style sheet, percent-encoded': () =>
    `.a { background: url("data:image/svg+xml,${percent(Buffer.from(inner()))}") }`,
  'an address without base64': () => `<html><img src="data:image/jpeg,${percent(jpg)}"></html>`,
  'an address that is percent-encoded as a whole': () => `{"u":"${encodeURIComponent(url())}"}`,
  Markdown: () => `# Title\n\n![a](${url()} "title")\n\n[1]: <${url()}>\n`,
  JSON: () => JSON.stringify({ id: 1, image: base64(), after: 'text' }),
  'JSON, slashes escaped': () => `{"image":"${base64().replaceAll('/', '\\/')}","b":1}`,
  'JSON, in lines': () => JSON.stringify({ image: `${lines(base64(), '\n')}\n`, after: 'text' }),
  'a notebook': () =>
    JSON.stringify(
      { cells: [{ outputs: [{ data: { 'image/jpeg': `${lines(base64(), '\n')}\n` } }] }] },
      null,
      1,
    ),
  'a notebook, a line each': () =>
    JSON.stringify(
      {
        'image/jpeg': lines(base64(), '\n')
          .split('\n')
          .map((line) => `${line}\n`),
      },
      null,
      1,
    ),
  'base64 as addresses have it': () => `{"t":"${jpg.toString('base64url')}"}`,
  'a vCard': () =>
    `BEGIN:VCARD\r\nVERSION:3.0\r\nN:A\r\nPHOTO;ENCODING=b;TYPE=JPEG:${lines(base64(), '\r\n ')}\r\nEND:VCARD\r\n`,
  'a vCard of version 2.1': () =>
    `BEGIN:VCARD\nVERSION:2.1\nPHOTO;JPEG;ENCODING=BASE64:\n ${lines(base64(), '\n ')}\n\nEND:VCARD\n`,
  'a vCard of version 4': () => `BEGIN:VCARD\nVERSION:4.0\nPHOTO:${lines(url(), '\r\n ')}\nEND:VCARD\n`,
  FB2: () =>
    `<?xml version="1.0"?><FictionBook><binary id="a.jpg" content-type="image/jpeg">\n${lines(base64(), '\n')}\n</binary></FictionBook>`,
  'flat ODF': () =>
    `<?xml version="1.0"?><office:document xmlns:office="a"><office:binary-data>${lines(base64(), '\n      ')}</office:binary-data></office:document>`,
  WordML: () =>
    `<?xml version="1.0"?><w:wordDocument xmlns:w="a"><w:binData w:name="wordml://1.jpg">${lines(base64(), '\r\n')}\r\n</w:binData></w:wordDocument>`,
  'a program, a string after the other': () => `var a = "${lines(base64(), '" +\n    "')}";`,
  YAML: () => `photo: !!binary |\n  ${lines(base64(), '\n  ')}\nname: a\n`,
  LDIF: () => `dn: cn=a\njpegPhoto:: ${lines(base64(), '\n ')}\nsn: a\n`,
  'quoted mail': () => `> ${lines(base64(), '\n> ')}\n> -- \n`,
  CSV: () => `id,photo\n1,${base64()}\n2,none\n`,
  uuencode: () => `Look at this:\n\n${uuencoded(jpg)}\nBye\n`,
};

/** Each way in which a text writes out the picture, whose end is found by its own marker. */
const written: Readonly<Record<string, () => string>> = {
  'a dump of MySQL': () => `INSERT INTO a VALUES (1,0x${hex('')});\n`,
  'a dump of SQLite': () => `INSERT INTO a VALUES(1,X'${hex('')}');\n`,
  'a dump of PostgreSQL': () => `1\t\\\\x${hex('')}\n`,
  'a dump of xxd': dump,
  'hexadecimal digits in lines': () => `${lines(hex(''), '\n')}\n`,
  'an array of C': () => `char a[] = { 0x${hex(', 0x')} };`,
  'an array of JSON': () => JSON.stringify(jpg),
  'an array of Java': () => `byte[] a = {${[...new Int8Array(jpg)].join(',')}};`,
  'a string of Python': () => `a = b"${escaped()}"\n`,
  'a file of the registry': () =>
    `Windows Registry Editor Version 5.00\r\n\r\n"a"=hex:${(jpg.toString('hex').match(/.{1,50}/g) ?? []).map((row) => row.replace(/..(?=.)/g, '$&,')).join(',\\\r\n  ')}\r\n`,
};

/** Python's `b85encode` and `a85encode`, and ZeroMQ's Z85, of the picture without the zeros behind it. */
const base85 = (digits: string) => {
  const bytes = jpg.subarray(0, jpg.lastIndexOf(0xd9) + 1);
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let out = '';
  for (let at = 0; at < padded.length; at += 4)
    for (let power = 4; power >= 0; power--)
      out += digits[Math.floor(padded.readUInt32BE(at) / 85 ** power) % 85];
  return out.slice(0, out.length - (padded.length - bytes.length));
};
const [figures, small, large] = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const rfc1924 = `${figures}${large}${small}!#$%&()*+-;<=>?@^_\`{|}~`;
const z85 = `${figures}${small}${large}.-:+=^!/*?&<>()[]{}@%$#`;
const ascii85 = String.fromCharCode(...Array.from({ length: 85 }, (_, digit) => 33 + digit));
Object.assign(written, {
  "base85 of Python's": () => `${base85(rfc1924)}\n`,
  'base85 in a literal of Python': () => `a = b'${base85(rfc1924)}'\n`,
  'base85 in lines': () => `photo:\n  ${lines(base85(rfc1924), '\n  ')}\n`,
  Z85: () => `{"photo":"${base85(z85)}"}\n`,
  'Ascii85 without its marks': () => `${base85(ascii85)}\n`,
});

describe.each(Object.keys(written))('%s', (name) => {
  it('writes out a listed picture, which is found', async () => {
    for (const encoded of [
      Buffer.from(written[name]!()),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(written[name]!(), 'utf16le')]),
    ]) {
      const results = await resultsInside('a', encoded, { lists: [list] });
      const found = results.filter(({ outcome }) => outcome === 'matched');
      expect(found).toMatchObject([
        { facts: { size: jpg.lastIndexOf(0xd9) + 1 }, matches: [{ distance: 0 }] },
      ]);
    }
  });
});

describe.each(Object.keys(carriers))('%s', (name) => {
  it('carries a listed picture, which is found, byte for byte', async () => {
    for (const encoded of [
      Buffer.from(carriers[name]!()),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(carriers[name]!(), 'utf16le')]),
    ]) {
      const results = await resultsInside('a', encoded, { lists: [list] });
      const found = results.filter(({ outcome }) => outcome === 'matched');
      expect(found.length).toBeGreaterThan(0);
      for (const one of found) {
        expect(one.ref.member).toBeDefined();
        expect(one.facts!.size).toBe(jpg.length);
        expect(one).toMatchObject({ matches: [{ distance: 0 }] });
      }
    }
  });
});

describe('a text', () => {
  it('may carry several, and gives each a name', async () => {
    const html = `<html><img src="${url()}"><img src="data:image/png;base64,${png.toString('base64')}"></html>`;
    expect(await endsInside('a.html', Buffer.from(html), { lists: [list] })).toEqual({
      'a.html!/data-1': 'matched',
      'a.html!/data-2': 'matched',
      'a.html': 'skipped not-an-image',
    });
    const rows = Buffer.from(`${base64()}\n${png.toString('base64')}\n`);
    expect(await endsInside('a.txt', rows, { lists: [list] })).toEqual({
      'a.txt!/data-1': 'matched',
      'a.txt!/data-2': 'matched',
      'a.txt': 'skipped not-an-image',
    });
  });

  it('of words, keys and digests carries nothing', async () => {
    const words = Array.from(
      { length: 2000 },
      (_, n) => `${n} sha512-${Buffer.alloc(64, n).toString('base64')} /9j/ iVBORw0KGgo`,
    );
    expect(await endsInside('a.txt', Buffer.from(words.join('\n')))).toEqual({
      'a.txt': 'skipped not-an-image',
    });
  });

  it('of numbers, sums and the beginnings of files carries nothing', async () => {
    const sums = Array.from({ length: 2000 }, (_, n) => `ffd8ff${Buffer.alloc(29, n).toString('hex')}  ${n}`);
    const numbers = Array.from({ length: 2000 }, (_, n) => `255,216,255,${n},${n % 256}`);
    const source =
      'const jpeg = [0xff, 0xd8, 0xff, 0xe0]; const png = "\\x89PNG\\r\\n"; // GIT binary patch\n';
    for (const text of [sums.join('\n'), numbers.join('\n'), source.repeat(9)])
      expect(await endsInside('a.txt', Buffer.from(text))).toEqual({ 'a.txt': 'skipped not-an-image' });
  });

  it.each([
    ['a patch of git', () => `GIT binary patch\nliteral 9\nQcmZ?wbhEHb\n`],
    ['BinHex', () => `(This file must be converted with BinHex 4.0)\n\n:abc:\n`],
    ['base32', () => `77MP7${'ABCDEFG2'.repeat(40)}\n`],
    ['xxencode', () => `begin 644 a.jpg\nh${'a'.repeat(60)}\nend\n`],
  ])('that carries a file in a way that is not read says so: %s', async (_name, text) => {
    expect(await endsInside('a.txt', Buffer.from(text()))).toEqual({ 'a.txt': 'skipped unsupported-format' });
  });

  it('that is cut within a picture is not clear', async () => {
    const html = Buffer.from(`<html><img src="${url()}`);
    const ends = await endsInside('a.html', html.subarray(0, html.length / 2));
    expect(ends['a.html!/data-1']).toBeDefined();
    const cut = await resultsInside('a.uu', Buffer.from(uuencoded(jpg)).subarray(0, 3000));
    expect(cut[0]).toMatchObject({ outcome: 'failed', code: 'archive-damaged' });
  });

  it('is a carrier of archives and documents as well, and an encrypted one says so', async () => {
    const { zip } = await import('../support/zip.js');
    const packed = zip([{ name: 'a.jpg', bytes: jpg }]).toString('base64');
    const ends = await endsInside('a.json', Buffer.from(`{"file":"${packed}"}`), { lists: [list] });
    expect(ends['a.json!/data-1!/a.jpg']).toBe('matched');
    const secret = Buffer.from('-----BEGIN PGP MESSAGE-----\n\nhQEMA+\n-----END PGP MESSAGE-----\n');
    expect(await endsInside('a.asc', secret)).toEqual({ 'a.asc': 'skipped encrypted' });
  });

  it('takes as long as it is, whatever it is made of', async () => {
    const length = 3_000_000;
    const hostile = [
      'data:',
      'data:a/b;',
      '/9j/ ',
      'data:,%2F9j',
      'begin 644 a\n',
      'iVBORw0KGgo\n',
      '"+"',
      'data:a/b,%41',
      '"\n',
      'ffd8ff ',
      'ffd8ff0, ',
      '255,216,255,',
      '\\xff\\xd8\\xff',
      '00000000: ',
      's4IA0 ',
      's4IA0z',
      's4IA0\n',
    ];
    const seconds = async (text: string) => {
      const started = process.cpuUsage();
      await endsInside('a.txt', Buffer.from(text), { limits: { maxMembers: 1e9, freeBytes: 1e12 } });
      return process.cpuUsage(started).user / 1e6;
    };
    for (const piece of hostile)
      expect(await seconds(piece.repeat(length / piece.length)), piece).toBeLessThan(30);
  }, 300_000);

  it('is not looked through where that is switched off', async () => {
    expect(
      await endsInside('a.html', Buffer.from(`<html><img src="${url()}">`), { inside: ['archives'] }),
    ).toEqual({
      'a.html': 'skipped not-an-image',
    });
  });
});
