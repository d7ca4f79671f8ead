/** Fewer bytes than this are no picture in which anybody could see anything. The number is larger than any digest. */
const fewestBytes = 128;

/** The first bytes of files that a text may carry in digits, in hexadecimal; `..` stands for any byte. */
const beginnings = [
  'ff d8 ff', // JPEG
  '89 50 4e 47', // PNG
  '47 49 46 38', // GIF
  '52 49 46 46', // WebP, AVI
  '49 49 2a 00',
  '4d 4d 00 2a', // TIFF
  '42 4d .. .. .. .. 00 00 00 00', // BMP
  '00 00 00 .. 66 74 79 70', // HEIC, AVIF, MP4
  '00 00 00 0c', // JPEG XL, JPEG 2000
  '38 42 50 53', // PSD
  '25 50 44 46', // PDF
  '1a 45 df a3', // Matroska
  '50 4b 03 04',
  '1f 8b 08',
  '37 7a bc af',
  '52 61 72 21',
  '42 5a 68',
  'fd 37 7a 58',
  '28 b5 2f fd', // archives
  'd0 cf 11 e0', // older Office files
].map((bytes) => bytes.split(' '));

/** What may stand before the two digits of a byte: white space, commas, quotes, `0x`, `\x`, a cast of Java's. */
const beforeByte = '[\\s,:;"\'+{}|\\\\-]{0,40}(?:\\(byte\\)\\s?)?(?:0?x)?';
const hexByte = `(?:${beforeByte}[\\da-f]{2})`;
const hexStart = new RegExp(
  `(?<![\\da-f])(?:${beginnings
    .map((bytes) =>
      bytes
        .map((byte) => (byte === '..' ? '[\\da-f]{2}' : byte))
        .reduce((all, byte) => all + beforeByte + byte),
    )
    .join('|')})`,
  'gi',
);
/** Matches at most 1000 bytes at once, so that the engine of regular expressions does not run out of memory. */
const hexRun = new RegExp(`${hexByte}{1,1000}`, 'iy');
/** A line of a dump (`xxd`, `hexdump -C`): the place, up to sixteen bytes, and the same bytes as characters. */
const dumpLine = /[\da-f]{4,16}:?[ \t]+((?:[ \t]{0,2}[\da-f]{2}){1,16})[^\r\n]{0,64}(?:\r?\n|$)/iy;
const beforeDigits = /\(byte\)|0?x|[^\da-f]/gi;

/** A pattern for one byte of `beginnings` as a decimal number, from -128 to 255. */
const decimal = (byte: string) => {
  if (byte === '..') return '-?\\d{1,3}';
  const value = Number.parseInt(byte, 16);
  return value > 127 ? `(?:${value}|${value - 256})` : `${value}`;
};
const decimalStart = new RegExp(
  `(?<![\\d.-])(?:${beginnings.map((bytes) => bytes.map(decimal).join('[\\s,;]{1,40}')).join('|')})(?=[\\s,;])`,
  'g',
);
const decimalRun = /(?:[\s,;]{0,40}-?\d{1,3}(?![\d.])){1,1000}/y;

/** The first bytes of JPEG and PNG in a string of a program: `\xff\xd8\xff\xe0\0\x10JFIF`. */
const stringStart = /\\(?:x|u00)ff\\(?:x|u00)d8\\(?:x|u00)ff|\\(?:x|u00)89PNG|\\377\\330\\377|\\211PNG/gi;
const character = /\\(?:(?:x|u00)([\da-f]{2})|([0-7]{1,3})|(\r?\n)|(.))|[^\\\n]/iy;
const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7, e: 27 };

/** Bytes that a text writes out in digits. */
export interface Written {
  /** The index of the character where they begin. */
  readonly at: number;
  /** The bytes, decoded. What follows the file in the same notation may hang on. */
  readonly bytes: Buffer;
}

/**
 * Yields the files that a text writes out byte by byte: in hexadecimal digits (dumps of databases and programs, `0x`,
 * `\x`, registries), in decimal numbers (JSON, source code), or in strings with escapes. The function does not know
 * where a file ends: it yields all bytes of the notation. Pure; the time is linear in the text.
 */
export function* writtenOut(text: string): Generator<Written> {
  yield* inNotation(text, hexStart, hexAt);
  yield* inNotation(text, decimalStart, decimalAt);
  yield* inNotation(text, stringStart, stringAt);
}

type Reader = (text: string, from: number) => { readonly bytes: Buffer; readonly end: number };

function* inNotation(text: string, start: RegExp, read: Reader): Generator<Written> {
  const next = new RegExp(start);
  for (let match = next.exec(text); match; match = next.exec(text)) {
    const { bytes, end } = read(text, match.index);
    if (bytes.length >= fewestBytes) yield { at: match.index, bytes };
    next.lastIndex = Math.max(end, match.index + 1);
  }
}

/** What a sticky pattern matches at this place. */
function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function hexAt(text: string, from: number) {
  const place = /(?<![^\n\ufeff])[\da-f]{4,16}:?[ \t]+$/i.exec(text.slice(Math.max(0, from - 40), from));
  const parts: Buffer[] = [];
  let at = place ? from - place[0].length : from;
  for (;;) {
    const run = matched(place ? dumpLine : hexRun, text, at);
    if (run === undefined) break;
    parts.push(Buffer.from(run[place ? 1 : 0]!.replaceAll(beforeDigits, ''), 'hex'));
    at += run[0].length;
  }
  return { bytes: Buffer.concat(parts), end: at };
}

function decimalAt(text: string, from: number) {
  const parts: Buffer[] = [];
  let at = from;
  for (;;) {
    const run = matched(decimalRun, text, at);
    if (run === undefined) break;
    parts.push(Buffer.from(run[0].match(/-?\d+/g)!.map(Number)));
    at += run[0].length;
  }
  return { bytes: Buffer.concat(parts), end: at };
}

function stringAt(text: string, from: number) {
  const quote = /["'`]/.test(text[from - 1] ?? '') ? text[from - 1] : undefined;
  const bytes: number[] = [];
  let at = from;
  while (at < text.length && text[at] !== quote) {
    const match = matched(character, text, at);
    if (!match) break;
    const [whole, hex, octal, lineEnd, other] = match;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (lineEnd === undefined) bytes.push(escapes[other ?? ''] ?? (other ?? whole).charCodeAt(0));
    at += whole.length;
  }
  return { bytes: Buffer.from(bytes), end: at };
}

/**
 * Notations that no reader decodes: patches of git, BinHex, marked Ascii85, xxencode, sixels, yEnc, base32, and others.
 */
const unread =
  /^GIT binary patch\r?\n(?:literal|delta) \d|\(This file must be converted with BinHex|<~[!-uz\s]{200}|^begin [0-7]{3,4} .{1,255}\r?\nh[+\-\dA-Za-z]{60}\r?\n|\x1bP[\d;]{0,20}q|^=ybegin .{0,60}line=|(?<![A-Z2-7])(?:77MP7|RFIE4RY|I5EUMOB)[A-Z2-7\s]{200}|(?<!\S)s4IA\S{60}/m;

/** Whether a text carries a file in a notation that hashsieve recognises and does not decode. Pure. */
export const carriesUnread = (text: string): boolean => unread.test(text);
