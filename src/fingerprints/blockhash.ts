import { createRequire } from 'node:module';
import type * as BlockhashCore from 'blockhash-core';
import type { Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { certainHexOfBlocks, hexOfBlocks } from './block-sums.js';
import { blocksOf, blockSide as side } from './blocks-pass.js';
import { guarded, guardedTurned } from './guard.js';
import { turnRaster } from './turning.js';
import type { PixelFingerprinter } from './types.js';

/** blockhash-core always reads four bytes a pixel: three would give a plausible, wrong hash. */
function rgba({ width, height, channels, data }: Bitmap): Uint8Array {
  if (channels === 4) return data;
  const out = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0, o = 0; o < out.length; i += channels, o += 4) {
    out[o] = data[i]!;
    out[o + 1] = data[channels === 1 ? i : i + 1]!;
    out[o + 2] = data[channels === 1 ? i : i + 2]!;
  }
  return out;
}

/**
 * blockhash's precise method with 16 blocks a side, for any picture, plain ones too. Transparent pixels count as white.
 */
function raw(bitmap: Bitmap): { hex: string } {
  const { width, height } = bitmap;
  const isSmall = Math.min(width, height) < side;
  const certain = isSmall ? undefined : certainHexOfBlocks(blocksOf(bitmap), width, height);
  if (certain !== undefined) return { hex: certain };
  const { bmvbhash } = createRequire(import.meta.url)('blockhash-core') as typeof BlockhashCore;
  return { hex: bmvbhash({ width, height, data: rgba(bitmap) }, side) };
}

/** Computes the turned hashes from our own sums, because blockhash-core returns only the hash. */
function rawTurned(bitmap: Bitmap, turns: readonly Turn[]): { hex: string }[] {
  let sums: Float64Array | undefined;
  return turns.map(({ dihedral, negative }) => {
    if (dihedral === 'identity' && !negative) return raw(bitmap);
    sums ??= blocksOf(bitmap);
    const turned = turnRaster(sums, side, side, dihedral);
    return { hex: hexOfBlocks(negative ? turned.map((value) => 765 - value) : turned) };
  });
}

/** blockhash, 256 bits. */
export const blockhash: PixelFingerprinter = {
  kind: 'pixels',
  bits: side * side,
  threshold: 12,
  tail: { at: 24, decades: -5.5, slope: 0.16, most: 32 },
  commonplaceTail: { at: 12, decades: -2, slope: 0.03, most: 32 },
  recipe: 'blockhash-precise/1',
  about: 'blockhash of 256 bits, precise method, as blockhash-python with 16 blocks a side',
  raw,
  compute: guarded(raw),
  computeTurned: guardedTurned(rawTurned),
};
