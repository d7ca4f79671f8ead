import { asItIs, type Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { guarded, guardedTurned } from './guard.js';
import { bitsToHex } from './hex.js';
import { resized } from './lanczos-pass.js';
import { steps, turnRaster } from './turning.js';
import type { PixelFingerprinter } from './types.js';

const side = 8;

/** A bit of a raster of 9×8 is set where a pixel is brighter than its left neighbour (inverted: darker). */
function hexOf(raster: Uint8Array, negative: boolean): string {
  const bits: boolean[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 1; x <= side; x++) {
      const step = raster[y * (side + 1) + x]! - raster[y * (side + 1) + x - 1]!;
      bits.push(negative ? step < 0 : step > 0);
    }
  }
  return bitsToHex(bits);
}

/** For a quarter turn, the picture is shrunk to 8×9 first and then turned. */
function rawTurned(bitmap: Bitmap, turns: readonly Turn[]): { hex: string }[] {
  let across: Uint8Array | undefined;
  let down: Uint8Array | undefined;
  return turns.map(({ dihedral, negative }) => {
    if (steps[dihedral].transpose) {
      down ??= resized(bitmap, side, side + 1).data;
      return { hex: hexOf(turnRaster(down, side, side + 1, dihedral), negative) };
    }
    across ??= resized(bitmap, side + 1, side).data;
    return { hex: hexOf(turnRaster(across, side + 1, side, dihedral), negative) };
  });
}

/**
 * dHash as Python's imagehash 4.3 defines it, for any picture, plain ones too: is a pixel brighter than its left
 * neighbour?
 */
const raw = (bitmap: Bitmap): { hex: string } => rawTurned(bitmap, [asItIs])[0]!;

/** dHash, 64 bits. */
export const dhash: PixelFingerprinter = {
  kind: 'pixels',
  bits: side * side,
  threshold: 4,
  tail: { at: 8, decades: -5.45, slope: 0.38, most: 10 },
  turnedTail: { at: 8, decades: -5.95, slope: 0.42, most: 10 },
  commonplaceTail: { at: 4, decades: -2.2, slope: 0.1, most: 10 },
  recipe: 'dhash-imagehash/1',
  about: "dHash of 64 bits, as Python's imagehash.dhash",
  raw,
  compute: guarded(raw),
  computeTurned: guardedTurned(rawTurned),
};
