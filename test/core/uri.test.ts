import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayUri, filePath, fileUri, printable } from '../../src/core/uri.js';

const path = fc.uint8Array({ minLength: 0, maxLength: 60 }).map((bytes) => Uint8Array.of(0x2f, ...bytes));
const dangerous =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]/;

describe('file URIs', () => {
  it('carry every byte of a path there and back', () => {
    fc.assert(
      fc.property(path, (bytes) => {
        expect(filePath(fileUri(bytes))).toEqual(bytes);
      }),
    );
  });

  it('are ASCII, survive JSON, and a URL parser takes them for the same path', () => {
    fc.assert(
      fc.property(path, (bytes) => {
        const uri = fileUri(bytes);
        expect(uri).toMatch(/^file:\/\/\/[!-~]*$/);
        expect(JSON.parse(JSON.stringify(uri))).toBe(uri);
        expect(new URL(uri).search + new URL(uri).hash).toBe('');
      }),
    );
  });

  it('differ for different paths', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(fileUri(a) === fileUri(b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
      }),
    );
  });

  it('are read also where somebody else wrote them', () => {
    expect(filePath('file:///a%2fb')).toEqual(Uint8Array.from(Buffer.from('/a/b')));
    expect(filePath('file:///ä')).toEqual(Uint8Array.from(Buffer.from('/ä')));
    expect(filePath('file:///100%')).toEqual(Uint8Array.from(Buffer.from('/100%')));
    expect(() => filePath('file://host/x')).toThrow(TypeError);
    expect(() => filePath('https://host/x')).toThrow(TypeError);
  });
});

describe('what a terminal gets', () => {
  it('never holds a control character, whatever the name', () => {
    fc.assert(fc.property(path, (bytes) => !dangerous.test(displayUri(fileUri(bytes)))));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !dangerous.test(printable(text))));
  });

  it('is the name itself where that is harmless', () => {
    expect(displayUri(fileUri(Buffer.from('/tmp/ä b[1]{x}%20.jpg')))).toBe('/tmp/ä b[1]{x}%20.jpg');
    expect(displayUri('https://example.org/a?b=c')).toBe('https://example.org/a?b=c');
  });

  it('names the bytes that would move the cursor, turn the text or are no UTF-8', () => {
    expect(printable('a\u001b[2Jb\r\n')).toBe('a\\x1b[2Jb\\x0d\\x0a');
    expect(printable('gpj.\u202eexe')).toBe('gpj.\\u{202e}exe');
    expect(displayUri(fileUri(Uint8Array.of(0x2f, 0x61, 0xff, 0x07)))).toBe('/a\\xff\\x07');
  });
});
