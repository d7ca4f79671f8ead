import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { draw, drawPixels } from '../support/draw.js';
import { has } from '../support/programs.js';

/** A hostile file and what it must end as: `outcome`, or `outcome code`; several where libvips may decide. */
export interface Hostile {
  readonly name: string | Buffer;
  readonly bytes: Uint8Array;
  readonly ends: readonly string[];
}

const damaged = ['clear', 'failed undecodable'];
/** Flips may also turn a file into something else, or its size into a larger one. */
const flipped = [
  ...damaged,
  'skipped low-quality',
  'skipped not-an-image',
  'skipped unsupported-format',
  'skipped unknown-format',
  'failed pixel-limit',
  'failed time-out',
  // A video, as its first bytes say then.
  ...(has('ffmpeg') ? [] : ['skipped decoder-missing']),
];

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
/** A PNG whose header claims a size and whose rows are whatever `rows` deflates to. */
function png(width: number, height: number, rows: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width >>> 0);
  header.writeUInt32BE(height >>> 0, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** A GIF of `frames` frames, one pixel each, on a screen of the given size. */
function gif(width: number, height: number, frames: number): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  const frame = Buffer.from('\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0', 'latin1');
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}

/** A small repeatable generator of numbers from 0 to 1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The same bytes with `count` bits turned over. */
export function flip(bytes: Uint8Array, count: number, next: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < count; i++) copy[Math.floor(next() * copy.length)]! ^= 1 << Math.floor(next() * 8);
  return copy;
}

/** One valid picture in every format that is decoded, by extension. */
export async function valid(): Promise<Record<string, Buffer>> {
  const [width, height] = [96, 72];
  const frames = [1, 2, 3].map((seed) => drawPixels(seed, width, height));
  const strip = { width, height: 3 * height, channels: 3 as const, pageHeight: height };
  return {
    jpg: await draw(1, width, height).jpeg().toBuffer(),
    png: await draw(2, width, height).png().toBuffer(),
    webp: await draw(3, width, height).webp().toBuffer(),
    gif: await sharp(Buffer.concat(frames), { raw: strip }).gif().toBuffer(),
    tif: await draw(4, width, height).tiff({ compression: 'lzw' }).toBuffer(),
    avif: await draw(5, width, height).avif({ effort: 0 }).toBuffer(),
  };
}

/** Every group of hostile bytes, made anew from our own drawings. */
export async function hostileFiles(): Promise<Hostile[]> {
  const files: Hostile[] = [];
  const add = (name: Hostile['name'], bytes: Uint8Array, ...ends: readonly string[]) =>
    files.push({ name, bytes, ends });
  const whole = await valid();
  const next = random(4);
  for (const [type, bytes] of Object.entries(whole)) {
    add(`whole.${type}`, bytes, 'clear');
    for (let percent = 5; percent < 100; percent += 5)
      add(`cut-${percent}.${type}`, bytes.subarray(0, (bytes.length * percent) / 100), ...damaged);
    for (const bits of [1, 1, 2, 4, 8, 16, 64, 256])
      add(`flip-${files.length}.${type}`, flip(bytes, bits, next), ...flipped);
    add(`header-only.${type}`, bytes.subarray(0, 16), ...flipped);
  }
  const { jpg, png: picture } = whole as { jpg: Buffer; png: Buffer };
  add('empty.jpg', new Uint8Array(), 'failed empty-file');
  add('one-byte.png', Uint8Array.of(0x89), 'failed undecodable');
  add(
    'random.jpg',
    Uint8Array.from({ length: 5000 }, () => next() * 256),
    ...flipped,
  );
  add('text.jpg', Buffer.from('no picture at all'), 'failed undecodable');
  add('jpeg-named.png', jpg, 'clear');
  add('png-named.jpg', picture, 'clear');
  add('no-extension', jpg, 'clear');
  add('page.html', Buffer.concat([jpg, Buffer.from('<script>alert(1)</script>')]), 'clear');
  add('polyglot.jpg', Buffer.concat([jpg, Buffer.from('PK\x03\x04 and more of a zip', 'latin1')]), 'clear');
  add('polyglot.png', Buffer.concat([picture, jpg]), 'clear');
  add('polyglot.gif', Buffer.from('GIF89a/*\0\0\0\0*/=1;alert(1)', 'latin1'), ...damaged);
  add('junk-first.jpg', Buffer.concat([Buffer.from('\xff\xd8\xff\x00\x00', 'latin1'), jpg]), ...damaged);
  add('bomb-header.png', png(50_000, 50_000, Buffer.alloc(1000)), 'failed pixel-limit');
  add(
    'bomb-2e9.png',
    png(2_000_000_000, 2_000_000_000, Buffer.alloc(10)),
    ...['failed pixel-limit', 'failed undecodable'],
  );
  add('bomb-flat.png', png(5000, 5000, Buffer.alloc(5001 * 5000)), 'skipped low-quality');
  add('bomb-rows.png', png(10, 10, Buffer.alloc(20e6)), 'skipped low-quality');
  add('zero-size.png', png(0, 0, new Uint8Array()), 'failed undecodable');
  add('no-rows.png', png(100, 100, new Uint8Array()), ...damaged);
  add(
    'bomb-screen.gif',
    gif(65_535, 65_535, 3),
    'skipped low-quality',
    'failed pixel-limit',
    'failed undecodable',
  );
  add('bomb-frames.gif', gif(16, 16, 5000), 'skipped low-quality', 'failed undecodable');
  add('one-pixel.png', png(1, 1, Buffer.alloc(2)), 'skipped low-quality');
  add('sliver.png', png(8000, 1, Buffer.alloc(8001)), 'skipped low-quality');
  add(
    'deflate.png',
    Buffer.concat([png(9, 9, Buffer.alloc(90)).subarray(0, 50), Buffer.alloc(60)]),
    ...damaged,
  );
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
  add('external.svg', Buffer.from(svg), 'skipped unsupported-format');
  add('external.jpg', Buffer.from(svg), 'skipped unsupported-format');
  add(`${'n'.repeat(250)}.jpg`, jpg, 'clear');
  add('new\nline\t\x1b[31mred\x07.jpg', jpg, 'clear');
  add('-rf --help', jpg, 'clear');
  add('=cmd|calc.jpg', jpg, 'clear');
  add('%2e%2e%2f..%00.jpg', jpg, 'clear');
  add(Buffer.from('not-\xff\xfe-utf8.jpg', 'latin1'), jpg, 'clear');
  add('\u202egpj.exe', jpg, 'clear');
  return files;
}
