import type { Bitmap } from '../core/types.js';
import { dct } from './dct.js';
import { guarded } from './guard.js';
import { bitsToHex } from './hex.js';
import { lanczosResize } from './lanczos.js';
import { lumaOf } from './luma.js';
import type { PixelFingerprinter } from './types.js';

/** The `side`² lowest frequencies, DC included, row by row, of the picture resized to 4·`side` pixels a side. */
function lowFrequencies(bitmap: Bitmap, side: number): Float64Array {
  const size = 4 * side;
  const { data } = lanczosResize(lumaOf(bitmap), size, size);
  const columns: Float64Array[] = [];
  for (let x = 0; x < size; x++) {
    columns.push(dct(Float64Array.from({ length: size }, (_, y) => data[y * size + x]!)));
  }
  const low = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    const row = dct(Float64Array.from({ length: size }, (_, x) => columns[x]![y]!));
    low.set(row.subarray(0, side), y * side);
  }
  return low;
}

/** pHash of `side`² bits as Python's imagehash 4.3 defines it, of any picture however plain. */
export function phashHex(bitmap: Bitmap, side: 8 | 16): string {
  const low = lowFrequencies(bitmap, side);
  const sorted = low.slice().sort();
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  return bitsToHex(Array.from(low, (value) => value > median));
}

/** The registry member for a hash of `side`² bits. */
export function phashOfSize(
  side: 8 | 16,
  facts: Pick<PixelFingerprinter, 'threshold' | 'recipe' | 'about'>,
): PixelFingerprinter {
  const raw = (bitmap: Bitmap) => ({ hex: phashHex(bitmap, side) });
  return { kind: 'pixels', bits: side * side, ...facts, raw, compute: guarded(raw) };
}
