import { asItIs, type Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { lowDct } from './dct.js';
import { guarded, guardedTurned } from './guard.js';
import { bitsToHex } from './hex.js';
import { resized } from './lanczos-pass.js';
import { turnCoefficients } from './turning.js';
import type { PixelFingerprinter } from './types.js';

/** The `side`² lowest frequencies, DC included, row by row, of the picture resized to 4·`side` pixels a side. */
function lowFrequencies(bitmap: Bitmap, side: number): Float64Array {
  const size = 4 * side;
  const { data } = resized(bitmap, size, size);
  const samples = new Float64Array(size);
  // First down the columns: `side` rows of `size` frequencies.
  const columns = new Float64Array(side * size);
  for (let x = 0; x < size; x++) {
    for (let y = 0; y < size; y++) samples[y] = data[y * size + x]!;
    lowDct(samples, { at: 0, size, wanted: side }, columns, x, size);
  }
  const low = new Float64Array(side * side);
  for (let y = 0; y < side; y++) lowDct(columns, { at: y * size, size, wanted: side }, low, y * side, 1);
  return low;
}

/** One bit for each frequency: set where it is above the median. */
function hexOf(low: Float64Array): string {
  const sorted = low.slice().sort();
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  return bitsToHex(Array.from(low, (value) => value > median));
}

/** The frequencies of the inverted picture: its mean is white minus the mean, and all others change their sign. */
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

/** pHash of `side`² bits as Python's imagehash 4.3 defines it, for any picture, plain ones too. */
export const phashHex = (bitmap: Bitmap, side: 8 | 16): string => phashTurned(bitmap, side, [asItIs])[0]!.hex;

/** The registry member for a hash of `side`² bits. */
export function phashOfSize(
  side: 8 | 16,
  facts: Pick<
    PixelFingerprinter,
    'threshold' | 'tail' | 'turnedTail' | 'commonplaceTail' | 'recipe' | 'about'
  >,
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
