import type { Bitmap } from '../../src/core/types.js';

/** Writers of old formats, for pictures in RGB: what they write is what a reader must give back. */

const rowsOf = ({ width, height }: Bitmap, isTopDown: boolean) =>
  Array.from({ length: height }, (_, i) => (isTopDown ? i : height - 1 - i) * width);

/** The colours of a picture, each once, and each pixel as its place among them. */
export function paletteOf({ data }: Bitmap): { colours: number[][]; indices: number[] } {
  const colours = new Map<string, number>();
  const indices: number[] = [];
  for (let i = 0; i < data.length; i += 3) {
    const key = data.subarray(i, i + 3).join();
    if (!colours.has(key)) colours.set(key, colours.size);
    indices.push(colours.get(key)!);
  }
  return { colours: [...colours.keys()].map((key) => key.split(',').map(Number)), indices };
}

export interface BmpOptions {
  readonly bits?: 1 | 4 | 8 | 16 | 24 | 32;
  readonly isTopDown?: boolean;
  readonly isRunLength?: boolean;
  /** Bits of red, green, blue (and alpha). */
  readonly masks?: readonly number[];
  /** 12, 40, 56, 108 or 124. */
  readonly headerSize?: number;
}

const packed = (value: number, mask: number) => {
  const low = 31 - Math.clz32(mask & -mask);
  return (Math.round((value * (mask >>> low)) / 255) << low) >>> 0;
};

/** One run after the other, a delta of nothing and a literal stretch, so that every escape is used. */
function runs(rows: readonly (readonly number[])[], bits: number): number[] {
  const out: number[] = [];
  for (const [y, row] of rows.entries()) {
    if (y === 1) out.push(0, 2, 0, 0);
    const literal = row.slice(0, 5);
    const byte = (a: number, b = 0) => (bits === 8 ? a : a * 16 + b);
    const bytes =
      bits === 8
        ? literal
        : [byte(literal[0]!, literal[1]), byte(literal[2]!, literal[3]), byte(literal[4]!)];
    out.push(0, 5, ...bytes, ...(bytes.length % 2 ? [0] : []));
    for (const value of row.slice(5)) out.push(1, byte(value));
    out.push(0, 0);
  }
  return [...out, 0, 1];
}

export function bmp(picture: Bitmap, options: BmpOptions = {}): Buffer {
  const { bits = 24, isTopDown = false, isRunLength = false, masks, headerSize = 40 } = options;
  const { width, height, data } = picture;
  const { colours, indices } = bits <= 8 ? paletteOf(picture) : { colours: [], indices: [] };
  if (bits <= 8 && colours.length > 2 ** bits) throw new Error(`${colours.length} colours`);
  const starts = rowsOf(picture, isTopDown);
  const stride = Math.ceil((width * bits) / 32) * 4;
  let pixels = Buffer.alloc(stride * height);
  const fields = masks ?? (bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]);
  starts.forEach((start, row) => {
    for (let x = 0; x < width; x++) {
      const rgb = data.subarray((start + x) * 3, (start + x) * 3 + 3);
      const at = row * stride + Math.floor((x * bits) / 8);
      if (bits === 24) pixels.set([rgb[2]!, rgb[1]!, rgb[0]!], at);
      else if (bits <= 8) pixels[at]! |= indices[start + x]! << (8 - bits - ((x * bits) % 8));
      else {
        const value = fields.reduce((sum, mask, c) => sum + packed(c === 3 ? 255 : rgb[c]!, mask), 0);
        if (bits === 16) pixels.writeUInt16LE(value, at);
        else pixels.writeUInt32LE(value, at);
      }
    }
  });
  if (isRunLength)
    pixels = Buffer.from(
      runs(
        starts.map((s) => indices.slice(s, s + width)),
        bits,
      ),
    );
  const isCore = headerSize === 12;
  const behind = masks && headerSize === 40 ? 4 * masks.length : 0;
  const head = Buffer.alloc(14 + headerSize + behind);
  const map = Buffer.from(colours.flatMap(([r, g, b]) => (isCore ? [b!, g!, r!] : [b!, g!, r!, 0])));
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length + map.length + pixels.length, 2);
  head.writeUInt32LE(head.length + map.length, 10);
  head.writeUInt32LE(headerSize, 14);
  if (isCore) for (const [i, v] of [width, height, 1, bits].entries()) head.writeUInt16LE(v, 18 + i * 2);
  else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(isTopDown ? -height : height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(masks ? (behind === 16 ? 6 : 3) : isRunLength ? (bits === 8 ? 1 : 2) : 0, 30);
    head.writeUInt32LE(colours.length, 46);
    for (const [i, mask] of (masks ?? []).entries()) head.writeUInt32LE(mask >>> 0, 54 + i * 4);
  }
  return Buffer.concat([head, map, pixels]);
}

export interface TgaOptions {
  readonly kind?: 'palette' | 'colour' | 'grey';
  readonly bits?: 8 | 16 | 24 | 32;
  readonly isPacked?: boolean;
  readonly isTopDown?: boolean;
}

export function tga(picture: Bitmap, options: TgaOptions = {}): Buffer {
  const { kind = 'colour', bits = kind === 'colour' ? 24 : 8, isPacked = false, isTopDown = false } = options;
  const { width, height, data } = picture;
  const { colours, indices } = kind === 'palette' ? paletteOf(picture) : { colours: [], indices: [] };
  const head = Buffer.alloc(18);
  head[0] = 3; // an image id of three bytes
  head[1] = kind === 'palette' ? 1 : 0;
  head[2] = { palette: 1, colour: 2, grey: 3 }[kind] + (isPacked ? 8 : 0);
  if (kind === 'palette') head.writeUInt16LE(colours.length, 5);
  head[7] = kind === 'palette' ? 24 : 0;
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head[16] = bits;
  head[17] = (isTopDown ? 0x20 : 0) + (bits === 32 ? 8 : 0);
  const pixel = (i: number): number[] => {
    if (kind === 'palette') return [indices[i]!];
    const [r, g, b] = data.subarray(i * 3, i * 3 + 3);
    if (kind === 'grey') return [r!];
    if (bits === 16) {
      const value =
        (Math.round((r! * 31) / 255) << 10) |
        (Math.round((g! * 31) / 255) << 5) |
        Math.round((b! * 31) / 255);
      return [value & 255, value >> 8];
    }
    return [b!, g!, r!, ...(bits === 32 ? [255] : [])];
  };
  const all = rowsOf(picture, isTopDown).flatMap((start) =>
    Array.from({ length: width }, (_, x) => pixel(start + x)),
  );
  const body: number[] = [];
  for (let i = 0; i < all.length; ) {
    let run = 1;
    while (run < 128 && i + run < all.length && all[i + run]!.join() === all[i]!.join()) run++;
    if (!isPacked) body.push(...all[i]!);
    else if (run > 1) body.push(127 + run, ...all[i]!);
    else body.push(0, ...all[i]!);
    i += isPacked ? run : 1;
  }
  const map = colours.flatMap(([r, g, b]) => [b!, g!, r!]);
  return Buffer.concat([head, Buffer.from('id!'), Buffer.from(map), Buffer.from(body)]);
}

/** An icon of these PNG files, or BMP files of 24 or 32 bits. */
export function ico(...pictures: readonly Buffer[]): Buffer {
  const parts = pictures.map((file) => {
    if (file.toString('latin1', 0, 2) !== 'BM') return file;
    const dib = Buffer.from(file.subarray(14));
    const height = dib.readInt32LE(8);
    dib.writeInt32LE(height * 2, 8);
    return Buffer.concat([dib, Buffer.alloc(Math.ceil(dib.readInt32LE(4) / 32) * 4 * height)]);
  });
  const head = Buffer.alloc(6 + 16 * parts.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(parts.length, 4);
  let at = head.length;
  for (const [i, part] of parts.entries()) {
    head.writeUInt32LE(part.length, 6 + i * 16 + 8);
    head.writeUInt32LE(at, 6 + i * 16 + 12);
    at += part.length;
  }
  return Buffer.concat([head, ...parts]);
}
