import type { Dihedral } from '../core/index.js';

/** What each turn does: it mirrors columns, rows, or both, and then may swap rows and columns. */
export const steps: Readonly<Record<Dihedral, { flipX: boolean; flipY: boolean; transpose: boolean }>> = {
  identity: { flipX: false, flipY: false, transpose: false },
  rotate90: { flipX: false, flipY: true, transpose: true },
  rotate180: { flipX: true, flipY: true, transpose: false },
  rotate270: { flipX: true, flipY: false, transpose: true },
  flipX: { flipX: true, flipY: false, transpose: false },
  flipY: { flipX: false, flipY: true, transpose: false },
  flipPlus1: { flipX: false, flipY: false, transpose: true },
  flipMinus1: { flipX: true, flipY: true, transpose: true },
};

/**
 * The coefficients of a cosine transform of the turned picture: mirroring negates those of odd frequency.
 * @param lowest frequency (in half waves) of the first row and column: 0 with the mean, 1 without it.
 */
export function turnCoefficients(
  values: Float64Array,
  side: number,
  lowest: 0 | 1,
  dihedral: Dihedral,
): Float64Array {
  const { flipX, flipY, transpose } = steps[dihedral];
  const out = new Float64Array(values.length);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const odd = (flipX && (i + lowest) % 2 === 1) !== (flipY && (j + lowest) % 2 === 1);
      const value = values[i * side + j]!;
      out[transpose ? j * side + i : i * side + j] = odd ? -value : value;
    }
  }
  return out;
}

/** Turns a raster, row by row; `transpose` swaps its width and height. */
export function turnRaster<T extends Uint8Array | Float64Array>(
  values: T,
  width: number,
  height: number,
  dihedral: Dihedral,
): T {
  const { flipX, flipY, transpose } = steps[dihedral];
  const out = values.slice() as T;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[(flipX ? height - 1 - y : y) * width + (flipY ? width - 1 - x : x)]!;
      out[transpose ? x * height + y : y * width + x] = value;
    }
  }
  return out;
}
