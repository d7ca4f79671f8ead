// Pillow's resizing with the Lanczos filter, rounded as Pillow rounds, for pHash and dHash.

import { total, totals } from './common';

/**
 * The exact level of one row: the sum with the coarse weights, plus the sum with the bits that were cut off of these.
 */
function exactly(coarse: i32, pixels: usize, output: usize): i32 {
  let weights: usize = load<u32>(output, 12);
  let sum = i32x4.splat(0);
  for (const end = weights + (load<u32>(output, 4) << 4); weights < end; weights += 16, pixels += 128)
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(pixels), v128.load(weights)));
  return (coarse + total(sum)) >> 22;
}

/**
 * The levels of four rows, from their sums with the coarse weights. Where such a sum leaves two levels possible,
 * `exactly` computes the level.
 */
@inline
function levels(sums: v128, shift: u32, output: usize, pixels: usize): v128 {
  const coarse = i32x4.add(i32x4.shl(sums, shift), i32x4.splat(1 << 21));
  let level = i32x4.shr_s(i32x4.add(coarse, v128.load32_splat(output, 16)), 22);
  const same = i32x4.eq(level, i32x4.shr_s(i32x4.add(coarse, v128.load32_splat(output, 20)), 22));
  if (!i32x4.all_true(same)) {
    if (!i32x4.extract_lane(same, 0))
      level = i32x4.replace_lane(level, 0, exactly(i32x4.extract_lane(coarse, 0), pixels, output));
    if (!i32x4.extract_lane(same, 1))
      level = i32x4.replace_lane(level, 1, exactly(i32x4.extract_lane(coarse, 1), pixels + 16, output));
    if (!i32x4.extract_lane(same, 2))
      level = i32x4.replace_lane(level, 2, exactly(i32x4.extract_lane(coarse, 2), pixels + 32, output));
    if (!i32x4.extract_lane(same, 3))
      level = i32x4.replace_lane(level, 3, exactly(i32x4.extract_lane(coarse, 3), pixels + 48, output));
  }
  return level;
}

/**
 * Resamples `rows` rows of luma in tiles to `columns` bytes each. Eight rows of the source take `tileBytes` bytes; a
 * row of the result takes `stride` bytes. `outputs` has six 32-bit words a column:
 * - the address of its first tile, less the address of the row;
 * - its number of tiles;
 * - the address of the coarse weights (i16, shifted right by `shift`);
 * - the address of the bits that were cut off of the weights (i16);
 * - the least and the greatest sum that these bits can make.
 * Where the number of columns is odd, the caller adds a column without tiles, whose address is the end of the last one.
 *
 * Loads take most of the time, and neighbouring columns share most of their pixels. So the loop makes two columns of
 * four rows together.
 */
export function shrink(
  source: usize,
  tileBytes: u32,
  rows: u32,
  columns: u32,
  outputs: usize,
  shift: u32,
  target: usize,
  stride: u32,
): void {
  const lastOutput = outputs + columns * 24;
  for (let row: u32 = 0; row < rows; row += 8, source += tileBytes, target += stride << 3) {
    let out = target;
    for (let output = outputs; output < lastOutput; output += 48, out += 2) {
      for (let half: usize = 0; half < 2; half++) {
        const first = source + (half << 6) + load<u32>(output);
        const second = source + (half << 6) + load<u32>(output, 24);
        const firstEnd = first + (load<u32>(output, 4) << 7);
        const secondEnd = second + (load<u32>(output, 28) << 7);
        let left: usize = load<u32>(output, 8);
        let right: usize = load<u32>(output, 32);
        let a = i32x4.splat(0);
        let b = i32x4.splat(0);
        let c = i32x4.splat(0);
        let d = i32x4.splat(0);
        let e = i32x4.splat(0);
        let f = i32x4.splat(0);
        let g = i32x4.splat(0);
        let h = i32x4.splat(0);
        let pixels = first;
        for (; pixels < second; pixels += 128, left += 16) {
          const weight = v128.load(left);
          a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(pixels), weight));
          b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(pixels, 16), weight));
          c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load(pixels, 32), weight));
          d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load(pixels, 48), weight));
        }
        for (; pixels < firstEnd; pixels += 128, left += 16, right += 16) {
          const weight = v128.load(left);
          const other = v128.load(right);
          const row0 = v128.load(pixels);
          a = i32x4.add(a, i32x4.dot_i16x8_s(row0, weight));
          e = i32x4.add(e, i32x4.dot_i16x8_s(row0, other));
          const row1 = v128.load(pixels, 16);
          b = i32x4.add(b, i32x4.dot_i16x8_s(row1, weight));
          f = i32x4.add(f, i32x4.dot_i16x8_s(row1, other));
          const row2 = v128.load(pixels, 32);
          c = i32x4.add(c, i32x4.dot_i16x8_s(row2, weight));
          g = i32x4.add(g, i32x4.dot_i16x8_s(row2, other));
          const row3 = v128.load(pixels, 48);
          d = i32x4.add(d, i32x4.dot_i16x8_s(row3, weight));
          h = i32x4.add(h, i32x4.dot_i16x8_s(row3, other));
        }
        for (; pixels < secondEnd; pixels += 128, right += 16) {
          const weight = v128.load(right);
          e = i32x4.add(e, i32x4.dot_i16x8_s(v128.load(pixels), weight));
          f = i32x4.add(f, i32x4.dot_i16x8_s(v128.load(pixels, 16), weight));
          g = i32x4.add(g, i32x4.dot_i16x8_s(v128.load(pixels, 32), weight));
          h = i32x4.add(h, i32x4.dot_i16x8_s(v128.load(pixels, 48), weight));
        }
        const lefts = levels(totals(a, b, c, d), shift, output, first);
        const rights = levels(totals(e, f, g, h), shift, output + 24, second);
        const words = v128.shuffle<i16>(lefts, rights, 0, 8, 2, 10, 4, 12, 6, 14);
        const bytes = i8x16.narrow_i16x8_u(words, words);
        const to = out + half * (stride << 2);
        v128.store16_lane(to, bytes, 0);
        v128.store16_lane(to + stride, bytes, 1);
        v128.store16_lane(to + stride * 2, bytes, 2);
        v128.store16_lane(to + stride * 3, bytes, 3);
      }
    }
  }
}

/**
 * Adds `rows` rows of `stride` bytes, times their weights, to `count` rows of i32 sums. The first of the rows is row
 * `y` of the picture. `outputs` has three 32-bit words for each row of sums: the first row that it needs, the number
 * of rows that it needs, and the address of their weights (i32).
 */
export function stack(
  values: usize,
  stride: u32,
  rows: u32,
  y: u32,
  count: u32,
  outputs: usize,
  sums: usize,
): void {
  for (const end = outputs + count * 12; outputs < end; outputs += 12, sums += stride << 2) {
    const first = load<u32>(outputs);
    const from = max(first, y);
    const until = min(first + load<u32>(outputs, 4), y + rows);
    if (from >= until) continue;
    const weights: usize = load<u32>(outputs, 8) + ((from - first) << 2);
    const lastWeight = weights + ((until - from) << 2);
    for (let column: u32 = 0; column < stride; column += 8) {
      const sum = sums + (column << 2);
      let left = v128.load(sum);
      let right = v128.load(sum, 16);
      let value = values + (from - y) * stride + column;
      for (let at = weights; at < lastWeight; at += 4, value += stride) {
        const bytes = v128.load8x8_u(value);
        const weight = v128.load32_splat(at);
        left = i32x4.add(left, i32x4.mul(i32x4.extend_low_i16x8_u(bytes), weight));
        right = i32x4.add(right, i32x4.mul(i32x4.extend_high_i16x8_u(bytes), weight));
      }
      v128.store(sum, left);
      v128.store(sum, right, 16);
    }
  }
}
