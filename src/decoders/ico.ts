import { StageError } from '../core/index.js';
import { bmpStill } from './bmp.js';
import { readPng } from './handed-on.js';
import { chunksOf } from './png-chunks.js';
import { decodedStills, type Still, undecodable } from './stills.js';
import type { Decoded, DecodeLimits, PictureDecoder } from './types.js';

const pngSignature = '\x89PNG\r\n\x1a\n';

/**
 * A picture of an icon that is a BMP without its file header. Its header declares twice the height, because a mask of
 * the transparent pixels follows the picture. Raises StageError('decode', 'undecodable') for an impossible header.
 */
function bitmapStill(dib: Uint8Array): Still {
  const head = new DataView(dib.buffer, dib.byteOffset, dib.length);
  const size = dib.length < 40 ? 0 : head.getUint32(0, true);
  if (![40, 52, 56, 64, 108, 124].includes(size) || dib.length < size)
    throw undecodable('a picture of the icon has no header that is known');
  const bits = head.getUint16(14, true);
  const colours = bits <= 8 ? Math.min(head.getUint32(32, true) || 2 ** bits, 2 ** bits) : 0;
  const compression = head.getUint32(16, true);
  const hasAlpha = bits === 32 && compression === 0;
  // With 32 bits the fourth byte is alpha. The BMP reader only knows alpha from masks, so it gets a header with masks.
  const header = Buffer.alloc(14 + (hasAlpha ? 56 : size));
  header.write('BM', 'latin1');
  header.set(dib.subarray(0, hasAlpha ? 40 : size), 14);
  header.writeInt32LE(Math.trunc(head.getInt32(8, true) / 2), 22);
  if (hasAlpha) {
    header.writeUInt32LE(56, 14);
    header.writeUInt32LE(3, 30);
    for (const [i, mask] of [0xff0000, 0xff00, 0xff, 0xff000000].entries())
      header.writeUInt32LE(mask, 54 + i * 4);
  }
  const masks = size === 40 ? ({ 3: 12, 6: 16 }[compression] ?? 0) : 0;
  header.writeUInt32LE(header.length + masks + colours * 4, 10);
  const masked = dib.subarray(size, size + masks);
  // Entries may share bytes. Each copies its own only while the decoder reads it, so the copies do not add up.
  return bmpStill(Buffer.concat([header, masked]), (length) =>
    Buffer.concat([header, dib.subarray(size, size + length - header.length)]),
  );
}

/** A picture of an icon that is a PNG. Raises StageError('decode', 'undecodable') where it has no header. */
function pngStill(png: Uint8Array, limits: DecodeLimits): Still {
  const [header] = chunksOf(png);
  if (header?.type !== 'IHDR' || header.data.length !== 13)
    throw undecodable('a picture of the icon has no header');
  const view = new DataView(header.data.buffer, header.data.byteOffset);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    isHandedOn: true,
    read: (clock) => readPng(png, limits, clock),
  };
}

/**
 * The pictures of an icon or cursor (`stills`), and an error for each whose header cannot be read (`lost`). Raises
 * StageError('decode', 'undecodable') where the bytes are no icon.
 */
export function iconStills(
  bytes: Uint8Array,
  limits: DecodeLimits,
): { readonly stills: Still[]; readonly lost: StageError[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isIcon =
    bytes.length >= 6 && view.getUint16(0, true) === 0 && [1, 2].includes(view.getUint16(2, true));
  if (!isIcon) throw undecodable('no icon');
  const stills: Still[] = [];
  const seen = new Set<string>();
  const lost: StageError[] = [];
  for (let i = 0; i < view.getUint16(4, true); i++) {
    const at = 6 + i * 16;
    try {
      if (at + 16 > bytes.length) throw undecodable('the icon ends in its directory');
      const from = view.getUint32(at + 12, true);
      const end = Math.min(bytes.length, from + view.getUint32(at + 8, true));
      if (seen.has(`${from} ${end}`)) continue;
      seen.add(`${from} ${end}`);
      const data = bytes.subarray(from, end);
      const isPng = Buffer.from(data.subarray(0, 8)).toString('latin1') === pngSignature;
      stills.push(isPng ? pngStill(data, limits) : bitmapStill(data));
    } catch (error) {
      if (!(error instanceof StageError)) throw error;
      lost.push(error);
    }
  }
  return { stills, lost };
}

/**
 * Decodes icons and cursors: every picture of the file, BMP or PNG. It reads a picture once, however many entries point
 * at it. It ignores the mask of transparent pixels and reads the alpha of 32-bit pictures. Raises as
 * `PictureDecoder.decode`. Source: ICONDIR and ICONDIRENTRY of the Windows documentation.
 */
export const icoDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const { stills, lost } = iconStills(bytes, limits);
    return decodedStills(stills, limits, { lost });
  },
};
