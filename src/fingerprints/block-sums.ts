import type { Bitmap } from '../core/types.js';
import { bitsToHex } from './hex.js';

/**
 * Mean of R + G + B, 0…765, of each of `side`² equal blocks, row by row. A pixel on a border counts in both blocks by
 * its share. Fully transparent pixels count as white, as in blockhash.
 */
export function blockSums({ width, height, channels, data }: Bitmap, side: number): Float64Array {
  const sums = new Float64Array(side * side);
  const line = new Float64Array(side);
  const across = shares(width, side);
  const down = shares(height, side);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let x = 0, i = y * width * channels; x < width; x++, i += channels) {
      let value = 765;
      if (channels === 1) value = 3 * data[i]!;
      else if (channels === 3 || data[i + 3]! > 0) value = data[i]! + data[i + 1]! + data[i + 2]!;
      const block = across.first[x]!;
      const share = across.share[x]!;
      line[block]! += value * share;
      if (share < 1 && block + 1 < side) line[block + 1]! += value * (1 - share);
    }
    const block = down.first[y]!;
    const share = down.share[y]!;
    for (let k = 0; k < side; k++) {
      sums[block * side + k]! += line[k]! * share;
      if (share < 1 && block + 1 < side) sums[(block + 1) * side + k]! += line[k]! * (1 - share);
    }
  }
  const area = (width / side) * (height / side);
  return sums.map((sum) => sum / area);
}

/**
 * For each pixel along a side of at least `blocks` pixels: the first block it lies in, and the share of it that does.
 */
export function shares(length: number, blocks: number): { first: Int32Array; share: Float64Array } {
  const first = new Int32Array(length);
  const share = new Float64Array(length);
  const size = length / blocks;
  for (let x = 0; x < length; x++) {
    const block = Math.min(blocks - 1, Math.floor(x / size));
    first[x] = block;
    share[x] = Math.min(1, (block + 1) * size - x);
  }
  return { first, share };
}

/**
 * blockhash's bits. A bit is set where its block is above the median of its quarter of the blocks, or equals it in a
 * mostly bright quarter.
 */
export function hexOfBlocks(blocks: Float64Array): string {
  const bits: boolean[] = [];
  const band = blocks.length / 4;
  for (let at = 0; at < blocks.length; at += band) {
    const values = blocks.subarray(at, at + band);
    const sorted = values.slice().sort();
    const median = (sorted[band / 2 - 1]! + sorted[band / 2]!) / 2;
    for (const value of values)
      bits.push(value > median || (Math.abs(value - median) < 1e-6 && median > 384));
  }
  return bitsToHex(bits);
}

/** An upper bound of the difference between two ways of summing a block in double precision. */
const noise = 1e-9;

/**
 * The bits that blockhash-core gives for a picture of `width` × `height` with these blocks. Undefined where its own
 * rounding decides a bit: where a block equals its band's median and the borders cut through pixels.
 */
export function certainHexOfBlocks(blocks: Float64Array, width: number, height: number): string | undefined {
  const bits: boolean[] = [];
  const band = blocks.length / 4;
  const side = Math.sqrt(blocks.length);
  const isWhole = width % side === 0 && height % side === 0;
  // blockhash-core compares sums and takes blocks within 1 of the median as equal to it.
  const equal = (side * side) / (width * height);
  for (let at = 0; at < blocks.length; at += band) {
    const values = blocks.subarray(at, at + band);
    const sorted = values.slice().sort();
    const median = (sorted[band / 2 - 1]! + sorted[band / 2]!) / 2;
    if (Math.abs(median - 384) < noise) return undefined;
    for (const value of values) {
      const below = median - value;
      if (median > 384 ? Math.abs(below - equal) < noise : isTie(below, value, isWhole)) return undefined;
      bits.push(median > 384 ? below < equal : below < -noise);
    }
  }
  return bitsToHex(bits);
}

/** Sums of whole pixels, and of black ones, have no rounding in any order. */
const isTie = (below: number, value: number, isWhole: boolean) =>
  Math.abs(below) < noise && !isWhole && value > 0;
