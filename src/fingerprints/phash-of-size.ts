import { asItIs, type Turn } from '../core/turns.js';
import type { Bitmap } from '../core/types.js';
import { dct } from './dct.js';
import { guarded, guardedTurned } from './guard.js';
import { bitsToHex } from './hex.js';
import { resized } from './lanczos-pass.js';
import { turnCoefficients } from './turning.js';
import type { PixelFingerprinter } from './types.js';

/** The `side`² lowest frequencies, DC included, row by row, of the picture resized to 4·`side` pixels a side. */
function lowFrequencies(bitmap: Bitmap, side: number): Float64Array {
  const size = 4 * side;
  const { data } = resized(bitmap, size, size);
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

/** A bit for each frequency above the median. */
function hexOf(low: Float64Array): string {
  const sorted = low.slice().sort();
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  return bitsToHex(Array.from(low, (value) => value > median));
}

/** Frequencies of the inverted picture: the mean goes from white downwards, all others change their sign. */
function inverted(low: Float64Array, side: number): Float64Array {
  const white = 4 * 255 * (4 * side) ** 2;
  return low.map((value, k) => (k === 0 ? white - value : -value));
}

function phashTurned(bitmap: Bitmap, side: 8 | 16, turns: readonly Turn[]): { hex: string }[] {
  const low = lowFrequencies(bitmap, side);
  return turns.map(({ dihedral, negative }) => {
    const turned = dihedral === 'identity' ? low : turnCoefficients(low, side, 0, dihedral);
    return { hex: hexOf(negative ? inverted(turned, side) : turned) };
  });
}

/** pHash of `side`² bits as Python's imagehash 4.3 defines it, of any picture however plain. */
export const phashHex = (bitmap: Bitmap, side: 8 | 16): string => phashTurned(bitmap, side, [asItIs])[0]!.hex;

/** The registry member for a hash of `side`² bits. */
export function phashOfSize(
  side: 8 | 16,
  facts: Pick<PixelFingerprinter, 'threshold' | 'tail' | 'recipe' | 'about'>,
): PixelFingerprinter {
  const raw = (bitmap: Bitmap) => ({ hex: phashHex(bitmap, side) });
  return {
    kind: 'pixels',
    bits: side * side,
    ...facts,
    raw,
    compute: guarded(raw),
    computeTurned: guardedTurned((bitmap, turns) => phashTurned(bitmap, side, turns)),
  };
}
