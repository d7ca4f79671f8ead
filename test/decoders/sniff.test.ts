import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, decoderFor, sniff } from '../../src/decoders/index.js';
import { bytesOf, vectors } from '../fingerprints/pictures.js';
import { root } from '../support/cli.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const box = (major: string, ...others: string[]) => {
  const body = `ftyp${major}\0\0\0\0${others.join('')}`;
  return latin1(`\0\0\0${String.fromCharCode(body.length + 4)}${body}`);
};

const known: Readonly<Record<string, readonly Buffer[]>> = {
  'image/avif': [box('avif', 'mif1'), box('mif1', 'miaf', 'avif'), box('avis')],
  'image/heic': [box('heic', 'mif1'), box('mif1', 'heic'), box('hevc')],
  'image/heif': [box('mif1', 'miaf')],
  'video/mp4': [box('isom', 'mp42', 'avif')],
  'audio/mp4': [box('M4A ', 'isom')],
  'video/quicktime': [
    box('qt  '),
    latin1('\0\0\0\x08wide'),
    latin1('\x01\x20\0\0mdat\x01abc'),
    latin1('cat mdat'),
  ],
  'image/jxl': [latin1('\xff\x0a\x00\x01'), latin1('\0\0\0\x0cJXL \r\n\x87\n')],
  'image/jp2': [latin1('\0\0\0\x0cjP  \r\n\x87\n')],
  'image/x-icon': [latin1('\0\0\x01\0\x01\0\x20\x20'), latin1('\0\0\x01\0\x01\x01\x20\x20\0\0')],
  'image/x-portable-anymap': [latin1('P6\n2 2\n255\n')],
  'image/bmp': [
    latin1(`BM${'x'.repeat(4)}\0\0\0\0`),
    ...[12, 16, 40, 52, 56, 64, 108, 124].map((size) =>
      latin1(`BM${'x'.repeat(12)}${String.fromCharCode(size)}\0\0\0`),
    ),
  ],
  'application/pdf': [
    latin1('%PDF-1.7\n'),
    latin1('\r\n%PDF-1.7\n\xe2\xe3'),
    Buffer.from('\ufeff%PDF-1.7\n'),
    latin1(`${'\0'.repeat(1000)}%PDF-`),
  ],
  'image/svg+xml': [
    '<svg/>',
    ' <?xml version="1.0"?>\n<!-- x -->\n<svg width="1">',
    `<?xml version="1.0"?><!--${' <p>'.repeat(3000)}--><svg>`,
    '<!DOCTYPE x><svg>',
    '<?foo?><svg>',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a.dtd" [<!ENTITY ns "http://x">\n<!-- > -->]\n><s:svg xmlns:s="&ns;">',
    `<!--${' '.repeat(2 ** 20)}`,
  ]
    .flatMap((text) => {
      const wide = Buffer.from(text, 'utf16le');
      const marked = Buffer.from(`\ufeff${text}`, 'utf16le');
      return [Buffer.from(text), Buffer.from(`\ufeff${text}`), wide, marked, Buffer.from(marked).swap16()];
    })
    .concat(latin1('<?xml version="1.0" encoding="ISO-8859-1"?><!-- \xe9 --><svg>')),
  'text/xml': [latin1('<?xml version="1.0"?><!-- <svg> --><feed><svg/></feed>')],
  'image/x-tga': [latin1('\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x18\0\x00\x01')],
  'video/webm': [latin1('\x1aE\xdf\xa3\x9fB\x82\x84webm')],
  'video/x-matroska': [latin1('\x1aE\xdf\xa3\x9fB\x82\x88matroska')],
  'video/x-msvideo': [latin1('RIFF\0\0\0\0AVI LIST')],
  'application/zip': [latin1('PK\x03\x04\x14')],
  'application/x-tar': [Buffer.concat([Buffer.alloc(257, 'a'), latin1('ustar\0')])],
  'text/html': [latin1('\n<!DOCTYPE html><p>'), latin1('<!DOCTYPE html><body><svg>')],
  'text/plain': [
    latin1('The free mdat'),
    latin1('a file begins with %PDF- or not'),
    latin1('<!-- only a comment'),
    latin1('<?php echo "<svg>";'),
    Buffer.from('grüß dich\n'),
    Buffer.from('é'.repeat(4000)),
  ],
  'application/octet-stream': [
    latin1('\0\0\0'),
    latin1('RIFF\0'),
    latin1('\x89PN'),
    latin1('\0\0\0\x01Bud1\0\0\x10\0'),
  ],
  'application/x-empty': [Buffer.alloc(0)],
};

const start = '\0\0\0\x01';
/** Beginnings of what the page on formats says is not read. */
const notRead: Readonly<Record<string, readonly string[]>> = {
  PostScript: ['%!PS-Adobe-3.0'],
  'older Office files': ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  RealMedia: ['.RMF\0\0\0\x12'],
  MXF: ['\x06\x0e\x2b\x34\x02\x05'],
  IVF: ['DKIF\0\0\x20\0AV01'],
  YUV4MPEG: ['YUV4MPEG2 W320 H240'],
  'H.264': [
    `${start}\x67\x42\xc0\x1e${start}\x68\xce`,
    `${start}\x06\x05\xff${'x'.repeat(700)}${start}\x67\x42`,
    `\0\0\x01\x09\xf0\0\0\x01\x27\x64`,
  ],
  HEVC: [`${start}\x40\x01\x0c\x01${start}\x42\x01\x01`, `${start}\x46\x01\x50${start}\x40\x01`],
  'MPEG-4': ['\0\0\x01\xb0\x01\0\0\x01\xb5\x09', '\0\0\x01\0\0\0\x01\x20\0'],
  'VC-1': ['\0\0\x01\x0f\xc8\0\0\x01\x0e\x10'],
  'JPEG XR': ['II\xbc\x01\x20\0\0\0'],
  SVG: ['<svg/>'],
  DjVu: ['AT&TFORM'],
  ICNS: ['icns\0'],
  XWD: ['\0\0\0\x68\0\0\0\x07\0\0\0\x02\0\0\0\x18'],
  ILBM: ['FORM\0\0\x10\0ILBMBMHD', 'FORM\0\0\x10\0PBM BMHD'],
  'FLI and FLC': ['\0\x10\0\0\x11\xaf\x02\0', '\0\x10\0\0\x12\xaf\x02\0'],
  BLP: ['BLP1\0', 'BLP2\x01'],
  MSP: ['DanM\x08', 'LinS\x08'],
  JBIG2: ['\x97JB2\r\n\x1a\n'],
  KTX: ['\xabKTX 11\xbb'],
  WMF: ['\xd7\xcd\xc6\x9a\0\0\0\0'],
  EMF: [`\x01\0\0\0\x6c\0\0\0${'\0'.repeat(32)} EMF\0\0\x01\0`],
  SWF: ['FWS\x06', 'CWS\x06', 'ZWS\x0d'],
};

const extensions: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
};

describe('sniff', () => {
  it.each(Object.entries(known))('tells %s', (mediaType, samples) => {
    expect(samples.map((bytes) => sniff(bytes))).toEqual(samples.map(() => mediaType));
  });

  it.each(vectors)('tells $file', ({ file }) => {
    expect(sniff(bytesOf(file))).toBe(extensions[file.split('.').pop()!]);
  });

  it('answers for any bytes, and asks nothing beyond the first 4096', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(sniff(bytes)).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
      }),
    );
    expect(sniff(Buffer.concat([Buffer.alloc(4096, 'a'), latin1('\0\xff')]))).toBe('text/plain');
  });
});

describe('what the page on formats calls not read', () => {
  const [, section] = readFileSync(join(root, 'docs/formats.md'), 'utf8').split('## Not read yet\n');
  const bullets = section!
    .split(/\n(?=- )/)
    .filter((bullet) => bullet.startsWith('- '))
    .map((bullet) => bullet.split('\n\n')[0]!.replaceAll(/\s+/g, ' '));
  const names = Object.keys(notRead);

  it.each(names)('%s is unsupported, so that no run with it is clean', (name) => {
    expect(bullets.some((line) => line.includes(name))).toBe(true);
    for (const text of notRead[name]!)
      expect([text, classify(sniff(latin1(text)))]).toEqual([text, 'unsupported']);
  });

  it.each(bullets)('%s', (line) => {
    expect(names.some((name) => line.includes(name))).toBe(true);
  });
});

describe('classify', () => {
  it('calls decodable what a decoder reads, and unseen what may hold pictures', () => {
    expect(decoderFor('image/png')).toBeDefined();
    expect(decoderFor('image/jp2')).toBeDefined();
    expect(decoderFor('image/jxr')).toBeUndefined();
    for (const type of [
      'image/jpeg',
      'image/png',
      'image/webp',
      'image/gif',
      'image/avif',
      'image/tiff',
      'image/bmp',
      'image/heic',
    ]) {
      expect(classify(type)).toBe('decodable');
    }
    for (const type of ['image/jxr', 'image/svg+xml', 'video/mp4', 'application/pdf', 'application/zip']) {
      expect(classify(type)).toBe('unsupported');
    }
    for (const type of ['text/plain', 'text/html', 'audio/mpeg', 'font/woff2']) {
      expect(classify(type)).toBe('not-an-image');
    }
    expect(classify('application/octet-stream')).toBe('unknown');
  });
});
