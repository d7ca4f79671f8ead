import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { formulaPicture } from '../fingerprints/pictures.js';

/** A PNG of given header fields and raw scan lines, whatever they promise. */
export function png(width: number, height: number, raw: Uint8Array, bitDepth = 8, colourType = 2): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width >>> 0);
  header.writeUInt32BE(height >>> 0, 4);
  header.set([bitDepth, colourType], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const end = chunk('IEND', new Uint8Array());
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), end]);
}

/** A GIF header that claims any size, with one frame of four pixels. */
export function gifOf(width: number, height: number): Buffer {
  const head = Buffer.from(
    'GIF89a\0\0\0\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0;',
    'latin1',
  );
  for (const at of [6, 24]) {
    head.writeUInt16LE(width, at);
    head.writeUInt16LE(height, at + 2);
  }
  return head;
}

/** An uncompressed grey TIFF with one page for each size, its pixels where `offset` says, chained as TIFF 6.0 section 2 says. */
export function tiff(
  ...sizes: readonly (readonly [width: number, height: number, offset?: number])[]
): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\x08\0\0\0', 'latin1')];
  let at = 8;
  sizes.forEach(([width, height, offset], page) => {
    const pixels = Buffer.alloc(width * height, page * 50);
    const directoryLength = 2 + 9 * 12 + 4;
    const entries = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, offset ?? at + directoryLength],
      [277, 1],
      [278, height],
      [279, pixels.length],
    ];
    const directory = Buffer.alloc(directoryLength);
    directory.writeUInt16LE(entries.length);
    entries.forEach(([tag, value], i) => {
      directory.writeUInt16LE(tag!, 2 + i * 12);
      directory.writeUInt16LE(4, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      directory.writeUInt32LE(value!, 10 + i * 12);
    });
    at += directoryLength + pixels.length;
    if (page + 1 < sizes.length) directory.writeUInt32LE(at, directoryLength - 4);
    parts.push(directory, pixels);
  });
  return Buffer.concat(parts);
}

const scene = formulaPicture('blobs', 320, 200);

/** A drawn scene, encoded. */
export const encoded = async (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'): Promise<Buffer> =>
  sharp(scene.data, { raw: { width: scene.width, height: scene.height, channels: 3 } })
    .toFormat(format)
    .toBuffer();

/** The same bytes with some of them overwritten, always the same ones. */
export function flipped(bytes: Uint8Array, count: number): Buffer {
  const out = Buffer.from(bytes);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[Math.floor(bytes.length * (0.4 + (0.5 * state) / 2 ** 32))] = state & 255;
  }
  return out;
}

export const cut = (bytes: Uint8Array, share: number): Buffer =>
  Buffer.from(bytes.subarray(0, Math.floor(bytes.length * share)));
