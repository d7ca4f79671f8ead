import { bitmapOf } from './pixels.js';
import { type Clock, decodedStills, type Read, type Still, undecodable } from './stills.js';
import type { PictureDecoder } from './types.js';

interface Header {
  readonly width: number;
  readonly height: number;
  /** 1 = palette, 2 = colour, 3 = grey. */
  readonly kind: number;
  /** True where the file stores the pixels in run lengths. */
  readonly isPacked: boolean;
  /** Bits of a pixel in the file. */
  readonly bits: number;
  /** Bits of a colour of the palette; 0 without a palette. */
  readonly mapBits: number;
  /** The index of the first colour that the palette stores. */
  readonly mapFirst: number;
  /** The number of colours that the palette stores. */
  readonly mapLength: number;
  /** Byte offset of the palette. */
  readonly mapAt: number;
  /** Byte offset of the first pixel. */
  readonly pixelsAt: number;
  /** Bits of a pixel that are alpha. */
  readonly alphaBits: number;
  /** True where the file stores the top row first. */
  readonly isTopDown: boolean;
  /** True where the file stores the right column first. */
  readonly isRightToLeft: boolean;
}

/**
 * Reads the header. Raises StageError('decode', 'undecodable') where it is cut or of a kind that this module does not
 * read. Source: Truevision TGA file format specification 2.0.
 */
function headerOf(bytes: Uint8Array): Header {
  if (bytes.length < 18) throw undecodable('the TGA ends in its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = bytes[2]!;
  const bits = bytes[16]!;
  const descriptor = bytes[17]!;
  const hasMap = bytes[1] === 1;
  const mapBits = hasMap ? bytes[7]! : 0;
  const mapLength = hasMap ? view.getUint16(5, true) : 0;
  const mapAt = 18 + bytes[0]!;
  const kind = type & 7;
  const fits = { 1: [8, 16], 2: [15, 16, 24, 32], 3: [8, 16] }[kind]?.includes(bits) ?? false;
  const [width, height] = [view.getUint16(12, true), view.getUint16(14, true)];
  if (type > 11 || (type & 4) !== 0 || !fits || width < 1 || height < 1)
    throw undecodable('no TGA that is known');
  if (kind === 1 && ![15, 16, 24, 32].includes(mapBits))
    throw undecodable('the TGA has no palette that is known');
  return {
    width,
    height,
    kind,
    isPacked: type > 8,
    bits,
    mapBits,
    mapFirst: view.getUint16(3, true),
    mapLength,
    mapAt,
    pixelsAt: mapAt + mapLength * Math.ceil(mapBits / 8),
    alphaBits: descriptor & 15,
    isTopDown: (descriptor & 0x20) !== 0,
    isRightToLeft: (descriptor & 0x10) !== 0,
  };
}

/** Unpacks the run lengths to pixels of `size` bytes each. The result is shorter where the data end early. */
function unpack(bytes: Uint8Array, { pixelsAt, width, height }: Header, size: number): Uint8Array {
  const out = new Uint8Array(width * height * size);
  let [at, o] = [pixelsAt, 0];
  while (o < out.length && at < bytes.length) {
    const head = bytes[at++]!;
    const count = Math.min((head & 127) + 1, (out.length - o) / size);
    const isRun = head > 127;
    const held = isRun ? size : count * size;
    if (at + held > bytes.length) break;
    if (!isRun) out.set(bytes.subarray(at, at + held), o);
    else for (let i = 0; i < count; i++) out.set(bytes.subarray(at, at + size), o + i * size);
    at += held;
    o += count * size;
  }
  return out.subarray(0, o);
}

/** Reads the colour at `at`, of `bits` bits with blue first, and writes it as RGB into `out` at `o`. */
function colour(data: Uint8Array, at: number, bits: number, out: Uint8Array, o: number): void {
  if (bits === 15 || bits === 16) {
    const value = data[at]! | (data[at + 1]! << 8);
    for (let c = 0; c < 3; c++) out[o + c] = Math.floor((((value >> (10 - 5 * c)) & 31) * 255) / 31);
  } else for (let c = 0; c < 3; c++) out[o + c] = data[at + 2 - c]!;
}

/**
 * Draws as much of the picture as the file holds. Other pixels stay 0. Raises StageError('decode', 'undecodable') where
 * the file holds no pixel, and what the clock raises.
 */
function draw(bytes: Uint8Array, header: Header, clock: Clock): Read {
  const { width, height, kind, bits, isPacked, pixelsAt } = header;
  const size = Math.ceil(bits / 8);
  const stored = isPacked
    ? unpack(bytes, header, size)
    : bytes.subarray(pixelsAt, pixelsAt + width * height * size);
  const whole = Math.floor(stored.length / size);
  if (whole === 0) throw undecodable('the TGA ends before its pixels');
  const channels = kind === 2 && bits === 32 && header.alphaBits === 8 ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  const mapSize = Math.ceil(header.mapBits / 8);
  const paint = (at: number, o: number) => {
    if (kind === 3) return data.fill(stored[at]!, o, o + 3);
    if (kind === 2) {
      colour(stored, at, bits, data, o);
      if (channels === 4) data[o + 3] = stored[at + 3]!;
      return;
    }
    const index = (size === 1 ? stored[at]! : stored[at]! | (stored[at + 1]! << 8)) - header.mapFirst;
    const from = header.mapAt + index * mapSize;
    if (index >= 0 && index < header.mapLength && from + mapSize <= bytes.length)
      colour(bytes, from, header.mapBits, data, o);
  };
  for (let i = 0; i < whole; i++) {
    if (i % width === 0) clock.check();
    const [column, row] = [i % width, Math.floor(i / width)];
    const x = header.isRightToLeft ? width - 1 - column : column;
    const y = header.isTopDown ? row : height - 1 - row;
    paint(i * size, (y * width + x) * channels);
  }
  return { bitmap: bitmapOf(width, height, channels, data), isCut: whole < width * height };
}

function tgaStill(bytes: Uint8Array): Still {
  const header = headerOf(bytes);
  return { width: header.width, height: header.height, read: (clock) => draw(bytes, header, clock) };
}

/**
 * Decodes Truevision TGA: palettes, 15, 16, 24 and 32 bits, grey, run lengths. It reads alpha only where the header
 * declares it. Raises as `PictureDecoder.decode`.
 */
export const tgaDecoder: PictureDecoder = {
  decode: async (bytes, limits) => decodedStills([tgaStill(bytes)], limits),
};
