import type { Bitmap } from '../core/types.js';
import { guarded } from './guard.js';
import { bitsToHex } from './hex.js';
import { lanczosResize } from './lanczos.js';
import { lumaOf } from './luma.js';
import type { PixelFingerprinter } from './types.js';

const side = 8;

/** dHash as Python's imagehash 4.3 defines it, of any picture however plain: is a pixel brighter than its left one? */
function raw(bitmap: Bitmap): { hex: string } {
  const { data } = lanczosResize(lumaOf(bitmap), side + 1, side);
  const bits: boolean[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 1; x <= side; x++) bits.push(data[y * (side + 1) + x]! > data[y * (side + 1) + x - 1]!);
  }
  return { hex: bitsToHex(bits) };
}

/** dHash, 64 bits. */
export const dhash: PixelFingerprinter = {
  kind: 'pixels',
  bits: side * side,
  threshold: 4,
  recipe: 'dhash-imagehash/1',
  about: "dHash of 64 bits, as Python's imagehash.dhash",
  raw,
  compute: guarded(raw),
};
