import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, decoderFor, sniff } from '../../src/decoders/index.js';
import { bytesOf, vectors } from '../fingerprints/pictures.js';

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
  'video/quicktime': [box('qt  ')],
  'image/jxl': [latin1('\xff\x0a\x00\x01'), latin1('\0\0\0\x0cJXL \r\n\x87\n')],
  'image/jp2': [latin1('\0\0\0\x0cjP  \r\n\x87\n')],
  'image/x-icon': [latin1('\0\0\x01\0\x01\0\x20\x20')],
  'image/x-portable-anymap': [latin1('P6\n2 2\n255\n')],
  'image/svg+xml': [latin1('<svg/>'), latin1(' <?xml version="1.0"?>\n<!-- x -->\n<svg width="1">')],
  'image/x-tga': [latin1('\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x18\0\x00\x01')],
  'video/webm': [latin1('\x1aE\xdf\xa3\x9fB\x82\x84webm')],
  'video/x-matroska': [latin1('\x1aE\xdf\xa3\x9fB\x82\x88matroska')],
  'video/x-msvideo': [latin1('RIFF\0\0\0\0AVI LIST')],
  'application/zip': [latin1('PK\x03\x04\x14')],
  'application/x-tar': [Buffer.concat([Buffer.alloc(257, 'a'), latin1('ustar\0')])],
  'text/html': [latin1('\n<!DOCTYPE html><p>')],
  'text/plain': [Buffer.from('grüß dich\n'), Buffer.from('é'.repeat(4000))],
  'application/octet-stream': [latin1('\0\0\0'), latin1('RIFF\0'), latin1('\x89PN')],
  'application/x-empty': [Buffer.alloc(0)],
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

describe('classify', () => {
  it('calls decodable what a decoder reads, and unseen what may hold pictures', () => {
    expect(decoderFor('image/png')).toBeDefined();
    expect(decoderFor('image/jp2')).toBeUndefined();
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
    for (const type of ['image/jp2', 'image/svg+xml', 'video/mp4', 'application/pdf', 'application/zip']) {
      expect(classify(type)).toBe('unsupported');
    }
    for (const type of ['text/plain', 'text/html', 'audio/mpeg', 'application/octet-stream']) {
      expect(classify(type)).toBe('not-an-image');
    }
  });
});
