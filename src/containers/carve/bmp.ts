import type { Span } from '../types.js';

const headerSizes = [12, 40, 52, 56, 64, 108, 124];
const depths = [1, 2, 4, 8, 16, 24, 32];
/** The longest side, in pixels, of a credible picture. */
const longestSide = 1 << 20;

/**
 * Where the BMP ends that begins at `at` (BITMAPFILEHEADER), and the bytes behind its pixels that it counts as its own
 * (`records`). Undefined if none begins there. Pure.
 */
export function bmpAt(all: Buffer, at: number): { end: number; records: Span[] } | undefined {
  if (all.toString('latin1', at, at + 2) !== 'BM' || at + 30 > all.length) return undefined;
  const size = all.readUInt32LE(at + 14);
  const isCore = size === 12;
  const [width, height] = isCore
    ? [all.readUInt16LE(at + 18), all.readUInt16LE(at + 20)]
    : [all.readInt32LE(at + 18), Math.abs(all.readInt32LE(at + 22))];
  const planes = all.readUInt16LE(at + (isCore ? 22 : 26));
  const bits = all.readUInt16LE(at + (isCore ? 24 : 28));
  const pixels = all.readUInt32LE(at + 10);
  if (!headerSizes.includes(size) || planes !== 1 || !depths.includes(bits)) return undefined;
  if (width < 1 || height < 1 || width > longestSide || height > longestSide) return undefined;
  if (pixels < 14 + size || pixels > 14 + size + 8192 || at + 34 > all.length) return undefined;
  const isPacked = !isCore && [1, 2].includes(all.readUInt32LE(at + 30));
  const row = 4 * Math.ceil((width * bits) / 32);
  const own = isPacked ? 0 : pixels + row * height;
  const end = Math.min(all.length, at + Math.max(own, all.readUInt32LE(at + 2)));
  const isSaid = end === at + all.readUInt32LE(at + 2) && end > at + own && !isPacked;
  return { end, records: isSaid ? [{ from: at + own, to: end }] : [] };
}
