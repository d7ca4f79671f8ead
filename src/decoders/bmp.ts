import { bitmapOf } from './pixels.js';
import { type Clock, decodedStills, type Read, type Still, undecodable } from './stills.js';
import type { PictureDecoder } from './types.js';

interface Header {
  readonly width: number;
  readonly height: number;
  /** True where the file stores the top row first. */
  readonly isTopDown: boolean;
  /** Bits of a pixel. */
  readonly bits: number;
  /** The header's field `biCompression`: one of the five values below in a picture that this module reads. */
  readonly compression: number;
  /** The palette: the byte offset where it begins, the bytes of one colour, and the number of colours. */
  readonly palette: readonly [at: number, size: number, count: number];
  /** Which bits are red, green, blue and alpha in a pixel of 16 or 32 bits; 0 where there is no alpha. */
  readonly masks: readonly number[];
  /** Byte offset of the first stored row. */
  readonly pixelsAt: number;
}

// Values of the header's field `biCompression`.
const noCompression = 0;
const rle8 = 1;
const rle4 = 2;
const bitFields = 3;
const alphaBitFields = 6;

/**
 * Reads the header. Raises StageError('decode', 'undecodable') where it is cut or of an unknown length. Source:
 * BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER of the Windows documentation.
 */
function headerOf(view: DataView): Header {
  if (view.byteLength < 26) throw undecodable('the BMP ends in its header');
  const size = view.getUint32(14, true);
  const isCore = size === 12;
  if ((!isCore && size < 40) || view.byteLength < 14 + Math.min(size, 52)) {
    throw undecodable('the BMP has no header that is known, or ends in it');
  }
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? noCompression : view.getUint32(30, true);
  const isMasked = compression === bitFields || compression === alphaBitFields;
  const masksBehind = isMasked && size === 40 ? (compression === alphaBitFields ? 16 : 12) : 0;
  if (isMasked && view.byteLength < 54 + (masksBehind || 12)) throw undecodable('the BMP ends in its header');
  const alphaAt = size >= 56 || masksBehind === 16 ? 66 : -1;
  let masks = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  if (isMasked) {
    const alpha = alphaAt > 0 && view.byteLength >= 70 ? view.getUint32(alphaAt, true) : 0;
    masks = [54, 58, 62].map((at) => view.getUint32(at, true)).concat(alpha);
  }
  const colours = isCore ? 0 : view.getUint32(46, true);
  const count = bits <= 8 ? Math.min(colours || 2 ** bits, 2 ** bits) : 0;
  return {
    width,
    height: Math.abs(height),
    isTopDown: height < 0,
    bits,
    compression,
    palette: [14 + size + masksBehind, isCore ? 3 : 4, count],
    masks,
    pixelsAt: view.getUint32(10, true),
  };
}

/** Returns the header. Raises StageError('decode', 'undecodable') for a picture that this module cannot read. */
function checked(header: Header): Header {
  const { width, height, bits, compression } = header;
  if (width < 1 || height < 1) throw undecodable('the BMP has no size');
  const isKnown =
    (compression === noCompression && [1, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === rle8 && bits === 8) ||
    (compression === rle4 && bits === 4) ||
    ((compression === bitFields || compression === alphaBitFields) && (bits === 16 || bits === 32));
  if (!isKnown) throw undecodable(`a BMP of ${bits} bits with compression ${compression} is not read`);
  return header;
}

/**
 * Unpacks the run lengths of a picture to palette indices, one byte a pixel, with the rows in the order of the file.
 * `isCut` is true where the data end before the picture does.
 */
function expand(bytes: Uint8Array, { width, height, bits, pixelsAt }: Header) {
  const out = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, pixelsAt];
  const put = (value: number) => {
    if (x < width && y < height) out[y * width + x] = value;
    x += 1;
  };
  const nth = (from: number, i: number) =>
    bits === 8 ? bytes[from + i]! : (bytes[from + (i >> 1)]! >> (i % 2 === 0 ? 4 : 0)) & 15;
  while (at + 2 <= bytes.length && y < height) {
    const [count, value] = [bytes[at]!, bytes[at + 1]!];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(nth(at - 1, bits === 8 ? 0 : i % 2));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return { out, isCut: false };
    else if (value === 2) {
      if (at + 2 > bytes.length) break;
      [x, y, at] = [x + bytes[at]!, y + bytes[at + 1]!, at + 2];
    } else {
      const length = bits === 8 ? value : (value + 1) >> 1;
      if (at + length > bytes.length) break;
      for (let i = 0; i < value; i++) put(nth(at, i));
      at += length + (length % 2);
    }
  }
  return { out, isCut: y < height };
}

/** Returns a function that reads the masked bits of a pixel and scales them to 0…255. Without a mask it gives 255. */
function field(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 255;
  const low = 31 - Math.clz32(mask & -mask);
  const most = mask >>> low;
  return (pixel) => Math.floor((((pixel & mask) >>> low) * 255) / most);
}

/** Writes the colour of one pixel into `out` at `o`. `row` counts as the file stores the rows, `x` is the column. */
type Painter = (row: number, x: number, out: Uint8Array, o: number) => void;

/** The painter for this kind of picture. `indices` are the unpacked palette indices of a run-length coded one. */
function painterOf(
  bytes: Uint8Array,
  view: DataView,
  header: Header,
  indices: Uint8Array | undefined,
): Painter {
  const { width, bits, masks, pixelsAt } = header;
  const [paletteAt, size, count] = header.palette;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (bits <= 8) {
    const perByte = 8 / bits;
    return (row, x, out, o) => {
      const byte = () => bytes[pixelsAt + row * stride + Math.floor(x / perByte)]!;
      const packed = () => (byte() >> (8 - bits - (x % perByte) * bits)) & (2 ** bits - 1);
      const index = indices ? indices[row * width + x]! : packed();
      const at = paletteAt + index * size;
      for (let c = 0; c < 3; c++) out[o + c] = index < count ? (bytes[at + 2 - c] ?? 0) : 0;
    };
  }
  if (bits === 24) {
    return (row, x, out, o) => {
      const at = pixelsAt + row * stride + x * 3;
      for (let c = 0; c < 3; c++) out[o + c] = bytes[at + 2 - c]!;
    };
  }
  const fields = masks.slice(0, masks[3] ? 4 : 3).map(field);
  return (row, x, out, o) => {
    const at = pixelsAt + row * stride + (x * bits) / 8;
    const pixel = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
    for (let c = 0; c < fields.length; c++) out[o + c] = fields[c]!(pixel);
  };
}

/**
 * Draws as much of the picture as the file holds. Incomplete rows stay black. Raises StageError('decode',
 * 'undecodable') where the file holds no pixels, and what the clock raises.
 */
function draw(bytes: Uint8Array, view: DataView, header: Header, clock: Clock): Read {
  const { width, height, bits, pixelsAt, compression, isTopDown } = header;
  const runs = compression === rle8 || compression === rle4 ? expand(bytes, header) : undefined;
  const stride = Math.ceil((width * bits) / 32) * 4;
  const used = Math.ceil((width * bits) / 8);
  const rowsHeld = Math.max(0, Math.floor((bytes.length - pixelsAt + stride - used) / stride));
  const rows = runs ? height : Math.min(height, rowsHeld);
  if (rows === 0 || pixelsAt >= bytes.length) throw undecodable('the BMP ends before its pixels');
  const channels = bits > 8 && bits !== 24 && header.masks[3] ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  const paint = painterOf(bytes, view, header, runs?.out);
  for (let row = 0; row < rows; row++) {
    clock.check();
    const y = isTopDown ? row : height - 1 - row;
    for (let x = 0; x < width; x++) paint(row, x, data, (y * width + x) * channels);
  }
  return { bitmap: bitmapOf(width, height, channels, data), isCut: runs?.isCut ?? rows < height };
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

/** Bytes of the file up to the end of its pixels; infinite for run lengths, because the header does not tell. */
function lengthOf({ width, height, bits, pixelsAt, compression }: Header): number {
  if (compression === rle8 || compression === rle4) return Number.POSITIVE_INFINITY;
  return pixelsAt + Math.ceil((width * bits) / 32) * 4 * height;
}

/**
 * The picture of a BMP file. Raises StageError('decode', 'undecodable') where the header is cut, impossible or of a
 * kind that this module does not read.
 * @param head the beginning of the file, with its headers and masks: 70 bytes always suffice.
 * @param file returns the beginning of the file, at least `length` bytes where it has them. The picture calls it when
 * its pixels are read. Default: `head` is the whole file.
 */
export function bmpStill(head: Uint8Array, file: (length: number) => Uint8Array = () => head): Still {
  if (head[0] !== 0x42 || head[1] !== 0x4d) throw undecodable('no BMP');
  const header = checked(headerOf(viewOf(head)));
  const { width, height } = header;
  const read: Still['read'] = (clock) => {
    const bytes = file(lengthOf(header));
    return draw(bytes, viewOf(bytes), header, clock);
  };
  return { width, height, read };
}

/**
 * Decodes Windows bitmaps: palettes, 16, 24 and 32 bits, masks, run lengths. It reads alpha only where a mask declares
 * it. Raises as `PictureDecoder.decode`.
 */
export const bmpDecoder: PictureDecoder = {
  decode: async (bytes, limits) => decodedStills([bmpStill(bytes)], limits),
};
