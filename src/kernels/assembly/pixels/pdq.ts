// Makes PDQ's raster of 64×64 with one multiplication a sample.

import { GREEN_BLUE_3, GREEN_BLUE_4, RED_GREEN_3, RED_GREEN_4 } from './luma';

/** Adds four lumas, 299 R + 587 G + 114 B, times their weights, to four f32 sums. */
@inline
function addFour(at: usize, redGreen: v128, greenBlue: v128, weight: v128, sums: usize): void {
  const pixels = v128.load(at);
  const value = i32x4.add(
    i32x4.dot_i16x8_s(i8x16.swizzle(pixels, redGreen), i16x8(299, 587, 299, 587, 299, 587, 299, 587)),
    i32x4.dot_i16x8_s(i8x16.swizzle(pixels, greenBlue), i16x8(0, 114, 0, 114, 0, 114, 0, 114)),
  );
  v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(f32x4.convert_i32x4_s(value), weight)));
}

/**
 * Adds `weight` times the luma of `count` pixels to as many f32 sums. The luma is in thousandths of a level for 3 and 4
 * channels, in levels for 1.
 */
export function accumulate(source: usize, channels: u32, count: u32, weight: f32, sums: usize): void {
  const weights = f32x4.splat(weight);
  const end = sums + (count << 2);
  if (channels == 3) {
    for (; sums < end; sums += 32, source += 24) {
      addFour(source, RED_GREEN_3, GREEN_BLUE_3, weights, sums);
      addFour(source + 12, RED_GREEN_3, GREEN_BLUE_3, weights, sums + 16);
    }
  } else if (channels == 4) {
    for (; sums < end; sums += 32, source += 32) {
      addFour(source, RED_GREEN_4, GREEN_BLUE_4, weights, sums);
      addFour(source + 16, RED_GREEN_4, GREEN_BLUE_4, weights, sums + 16);
    }
  } else {
    for (; sums < end; sums += 32, source += 8) {
      const bytes = v128.load8x8_u(source);
      const left = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(bytes));
      const right = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(bytes));
      v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(left, weights)));
      v128.store(sums + 16, f32x4.add(v128.load(sums + 16), f32x4.mul(right, weights)));
    }
  }
}

/** Adds `most` × `plain` - `running` to eight i32 sums; with `falling`, `most` × `plain` + `running`. */
@inline
function addWeighted(plain: v128, running: v128, most: v128, falling: bool, sums: usize): void {
  const left = i32x4.extmul_low_i16x8_u(plain, most);
  const right = i32x4.extmul_high_i16x8_u(plain, most);
  const lower = i32x4.extend_low_i16x8_u(running);
  const upper = i32x4.extend_high_i16x8_u(running);
  v128.store(sums, i32x4.add(v128.load(sums), falling ? i32x4.add(left, lower) : i32x4.sub(left, lower)));
  v128.store(
    sums,
    i32x4.add(v128.load(sums, 16), falling ? i32x4.add(right, upper) : i32x4.sub(right, upper)),
    16,
  );
}

/** Does the work of `slope`. `most` is the weight by which it multiplies the plain sums of the rows. */
@inline
function addRun(source: usize, rowBytes: u32, rows: u32, most: u32, falling: bool, sums: usize): void {
  const factor = i16x8.splat(<i16>most);
  for (const end = source + rowBytes; source < end; source += 32, sums += 128) {
    let a = i16x8.splat(0);
    let b = i16x8.splat(0);
    let c = i16x8.splat(0);
    let d = i16x8.splat(0);
    let a2 = i16x8.splat(0);
    let b2 = i16x8.splat(0);
    let c2 = i16x8.splat(0);
    let d2 = i16x8.splat(0);
    let at = source;
    for (let row: u32 = 0; row < rows; row++, at += rowBytes) {
      a = i16x8.add(a, v128.load8x8_u(at));
      b = i16x8.add(b, v128.load8x8_u(at, 8));
      c = i16x8.add(c, v128.load8x8_u(at, 16));
      d = i16x8.add(d, v128.load8x8_u(at, 24));
      a2 = i16x8.add(a2, a);
      b2 = i16x8.add(b2, b);
      c2 = i16x8.add(c2, c);
      d2 = i16x8.add(d2, d);
    }
    addWeighted(a, a2, factor, falling, sums);
    addWeighted(b, b2, factor, falling, sums + 32);
    addWeighted(c, c2, factor, falling, sums + 64);
    addWeighted(d, d2, factor, falling, sums + 96);
  }
}

/**
 * Adds at most 22 rows of `rowBytes` samples, times their weights, to `rowBytes` i32 sums. The first row has the
 * weight `weight`; the weight rises by one from row to row, or falls with `falling`. The function does not multiply
 * each sample: it adds up the rows, adds up these sums, 16 bits each, and multiplies once.
 */
export function slope(source: usize, rowBytes: u32, rows: u32, weight: u32, falling: bool, sums: usize): void {
  if (falling) addRun(source, rowBytes, rows, weight - rows, true, sums);
  else addRun(source, rowBytes, rows, weight + rows, false, sums);
}

/** Writes four f32 lumas, times `unit`, of four pixels whose samples are i32. */
@inline
function mixed(red: v128, green: v128, blue: v128, unit: v128, target: usize): void {
  const warm = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(red), f32x4.splat(0.299)),
    f32x4.mul(f32x4.convert_i32x4_s(green), f32x4.splat(0.587)),
  );
  const luma = f32x4.add(warm, f32x4.mul(f32x4.convert_i32x4_s(blue), f32x4.splat(0.114)));
  v128.store(target, f32x4.mul(luma, unit));
}

/** Writes f32 lumas, times `unit`, of `count` pixels of 1, 3 or 4 channels whose samples are i32 sums. */
export function mix(sums: usize, channels: u32, count: u32, unit: f32, target: usize): void {
  const units = f32x4.splat(unit);
  const end = target + (count << 2);
  if (channels == 3) {
    for (; target < end; target += 16, sums += 48) {
      const a = v128.load(sums);
      const b = v128.load(sums, 16);
      const c = v128.load(sums, 32);
      const red = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 0, 3, 6, 6), c, 0, 1, 2, 5);
      const green = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 1, 4, 7, 7), c, 0, 1, 2, 6);
      const blue = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 5, 5, 5), c, 0, 1, 4, 7);
      mixed(red, green, blue, units, target);
    }
  } else if (channels == 4) {
    for (; target < end; target += 16, sums += 64) {
      const a = v128.load(sums);
      const b = v128.load(sums, 16);
      const c = v128.load(sums, 32);
      const d = v128.load(sums, 48);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const blues = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 6, 2, 6), v128.shuffle<i32>(c, d, 2, 6, 2, 6), 0, 1, 4, 5);
      mixed(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7), blues, units, target);
    }
  } else {
    for (; target < end; target += 16, sums += 16)
      v128.store(target, f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums)), units));
  }
}

/**
 * Writes `count` f64 sums of f32 values, each with weights of its own (f64, `stride` bytes a sum). `taps` has two
 * 32-bit words a sum: the place of its first value, in bytes from `values`, and the number of pairs of values.
 */
export function cells(
  values: usize,
  taps: usize,
  weights: usize,
  stride: u32,
  count: u32,
  target: usize,
): void {
  for (const end = taps + (count << 3); taps < end; taps += 8, weights += stride, target += 8) {
    let sums = f64x2.splat(0);
    let value = values + load<u32>(taps);
    let weight = weights;
    for (const last = weights + (load<u32>(taps, 4) << 4); weight < last; weight += 16, value += 8)
      sums = f64x2.add(sums, f64x2.mul(v128.load(weight), f64x2.promote_low_f32x4(v128.load64_zero(value))));
    store<f64>(target, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
  }
}

/**
 * Writes PDQ's raster, 64×64 doubles, of 256×256 grey pixels. At this size PDQ's box filter, applied twice, weighs
 * three neighbours with 1, 2 and 1 quarters. Behind the last pixel of a row or column the filter uses that pixel once
 * more.
 */
export function raster256(source: usize, target: usize): void {
  for (let row: u32 = 2; row < 256; row += 4) {
    const upper = source + (row << 8);
    const lower = row == 254 ? upper + 256 : upper + 512;
    for (let column: u32 = 2; column < 258; column += 16, target += 32) {
      let a = v128.load(upper + column);
      let b = v128.load(upper + 256 + column);
      let c = v128.load(lower + column);
      if (column == 242) {
        const edge = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 13);
        a = i8x16.swizzle(a, edge);
        b = i8x16.swizzle(b, edge);
        c = i8x16.swizzle(c, edge);
      }
      const tent = i16x8(1, 2, 1, 0, 1, 2, 1, 0);
      const left = i16x8.add(
        i16x8.add(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(c)),
        i16x8.shl(i16x8.extend_low_i8x16_u(b), 1),
      );
      const right = i16x8.add(
        i16x8.add(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(c)),
        i16x8.shl(i16x8.extend_high_i8x16_u(b), 1),
      );
      const near = i32x4.dot_i16x8_s(left, tent);
      const far = i32x4.dot_i16x8_s(right, tent);
      const sums = i32x4.add(
        v128.shuffle<i32>(near, far, 0, 2, 4, 6),
        v128.shuffle<i32>(near, far, 1, 3, 5, 7),
      );
      const unit = f64x2.splat(0.0625);
      v128.store(target, f64x2.mul(f64x2.convert_low_i32x4_s(sums), unit));
      const upperSums = v128.shuffle<i32>(sums, sums, 2, 3, 2, 3);
      v128.store(target, f64x2.mul(f64x2.convert_low_i32x4_s(upperSums), unit), 16);
    }
  }
}
