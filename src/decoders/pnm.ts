import type { Bitmap } from '../core/types.js';
import { bitmapOf } from './pixels.js';
import { type Clock, decodedStills, type Read, type Still, undecodable } from './stills.js';
import type { Decoded, PictureDecoder } from './types.js';

interface Header {
  /** The digit of the signature, 6 in `P6`. Files of kinds 1–3 hold digits, those of 4–7 bytes; 7 is PAM. */
  readonly kind: number;
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel, 1…4. */
  readonly depth: number;
  /** The value of a full sample, 1…65535. */
  readonly most: number;
  /** Byte offset of the first sample. */
  readonly dataAt: number;
}

/** The decoder stops after so many pictures of one file. */
const mostPictures = 100_000;

const latin1 = (bytes: Uint8Array, from: number, until: number) =>
  Buffer.from(bytes.subarray(from, until)).toString('latin1');

/** A pattern for one number of a header, behind white space and comments. */
const field = String.raw`(?:\s|#[^\n\r]*[\n\r])+(\d{1,9})`;
const classic = {
  1: new RegExp(`^P1${field}${field}`),
  4: new RegExp(String.raw`^P4${field}${field}\s`),
  2: new RegExp(`^P2${field}${field}${field}`),
  3: new RegExp(`^P3${field}${field}${field}`),
  5: new RegExp(String.raw`^P5${field}${field}${field}\s`),
  6: new RegExp(String.raw`^P6${field}${field}${field}\s`),
} as const;

/**
 * Reads the header that begins at the byte offset `at`; undefined where none does. Source: the manuals pbm(5), pgm(5),
 * ppm(5) and pam(5) of Netpbm.
 */
function headerAt(bytes: Uint8Array, at: number): Header | undefined {
  const text = latin1(bytes, at, at + 4096);
  const kind = /^P([1-7])/.exec(text)?.[1];
  if (kind === undefined) return undefined;
  if (kind === '7') return pamHeader(text, at);
  const found = classic[kind as unknown as keyof typeof classic].exec(text);
  if (!found) return undefined;
  const [width, height, most = 1] = found.slice(1).map(Number);
  const depth = kind === '3' || kind === '6' ? 3 : 1;
  return sane({
    kind: Number(kind),
    width: width!,
    height: height!,
    depth,
    most,
    dataAt: at + found[0].length,
  });
}

/** Reads the header of a PAM picture. @param text the bytes from `at` on. */
function pamHeader(text: string, at: number): Header | undefined {
  const end = /\nENDHDR[ \t\r]*\n/.exec(text);
  if (!end) return undefined;
  const head = text.slice(0, end.index);
  const of = (name: string) => Number(new RegExp(String.raw`\n${name}\s+(\d{1,9})`).exec(head)?.[1] ?? 0);
  const [width, height, depth, most] = [of('WIDTH'), of('HEIGHT'), of('DEPTH'), of('MAXVAL')];
  return sane({ kind: 7, width, height, depth, most, dataAt: at + end.index + end[0].length });
}

/** Returns the header; undefined where a value of it is impossible. */
const sane = (header: Header): Header | undefined => {
  const { width, height, depth, most } = header;
  return width > 0 && height > 0 && depth > 0 && depth <= 4 && most > 0 && most < 65_536 ? header : undefined;
};

/** Bytes of the pixels, as the header declares them. Where the file holds digits, all bytes that are left. */
function lengthOf({ kind, width, height, depth, most }: Header, left: number): number {
  if (kind <= 3) return left;
  if (kind === 4) return Math.ceil(width / 8) * height;
  return width * height * depth * (most > 255 ? 2 : 1);
}

/** Returns the next sample of the picture at each call, and undefined after the last. */
type Samples = () => number | undefined;

/** Samples in decimal digits, or bits (1 is black) as one digit each. */
function digits(data: Uint8Array, isBits: boolean): Samples {
  let at = 0;
  return () => {
    for (; at < data.length; at++) {
      if (data[at] === 0x23) while (at < data.length && data[at] !== 10 && data[at] !== 13) at++;
      else if (data[at]! >= 48 && data[at]! <= 57) break;
    }
    if (at >= data.length) return undefined;
    if (isBits) return 1 - (data[at++]! & 1);
    let value = 0;
    while (at < data.length && data[at]! >= 48 && data[at]! <= 57)
      value = Math.min(value * 10 + data[at++]! - 48, 65_535);
    return value;
  };
}

/** Samples of one bit (1 is black), eight a byte. Each row begins with a new byte. */
function packedBits(data: Uint8Array, width: number): Samples {
  const stride = Math.ceil(width / 8);
  let i = 0;
  return () => {
    const [row, x] = [Math.floor(i / width), i % width];
    i += 1;
    const byte = data[row * stride + (x >> 3)];
    return byte === undefined ? undefined : 1 - ((byte >> (7 - (x & 7))) & 1);
  };
}

/** Samples of one byte, or of two with the high one first. */
function binary(data: Uint8Array, isWide: boolean): Samples {
  let at = 0;
  return () => {
    if (at + (isWide ? 2 : 1) > data.length) return undefined;
    return isWide ? data[at++]! * 256 + data[at++]! : data[at++]!;
  };
}

function samplesOf({ kind, width, most }: Header, data: Uint8Array): Samples {
  if (kind <= 3) return digits(data, kind === 1);
  return kind === 4 ? packedBits(data, width) : binary(data, most > 255);
}

/** Scales samples to 0…255. It divides full 16 bits by 256, as decoders do with those of a PNG. */
const scale = (most: number) => (value: number) =>
  most === 255 ? value : most === 65_535 ? value >> 8 : Math.floor((Math.min(value, most) * 255) / most);

/**
 * Draws as much of the picture as the data hold. Other samples stay 0. Raises StageError('decode', 'undecodable')
 * where there is no pixel, and what the clock raises.
 */
function draw(header: Header, data: Uint8Array, clock: Clock): Read {
  const { width, height, depth } = header;
  const next = samplesOf(header, data);
  const eight = scale(header.most);
  const channels = depth % 2 === 0 ? 4 : 3;
  const out = new Uint8Array(width * height * channels);
  let pixel = 0;
  for (; pixel < width * height; pixel++) {
    if (pixel % width === 0) clock.check();
    const values: number[] = [];
    for (let c = 0; c < depth; c++) {
      const value = next();
      if (value === undefined) break;
      values.push(eight(value));
    }
    if (values.length < depth) break;
    const o = pixel * channels;
    for (let c = 0; c < 3; c++) out[o + c] = values[depth < 3 ? 0 : c]!;
    if (channels === 4) out[o + 3] = values[depth - 1]!;
  }
  if (pixel === 0) throw undecodable('the picture ends before its pixels');
  const bitmap: Bitmap = bitmapOf(width, height, channels, out);
  return { bitmap, isCut: pixel < width * height };
}

/**
 * Decodes portable anymaps: PBM, PGM and PPM in digits or bytes, and PAM, in 8 or 16 bits. Of a file that holds several
 * pictures it decodes each. Raises as `PictureDecoder.decode`.
 */
export const pnmDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const stills: Still[] = [];
    let at = 0;
    while (stills.length < mostPictures) {
      const header = headerAt(bytes, at);
      if (!header) break;
      const { width, height, dataAt } = header;
      const data = bytes.subarray(dataAt, dataAt + lengthOf(header, bytes.length - dataAt));
      stills.push({ width, height, read: (clock) => draw(header, data, clock) });
      at = dataAt + data.length;
    }
    if (stills.length === 0) throw undecodable('no portable anymap, or it ends in its header');
    return decodedStills(stills, limits);
  },
};
