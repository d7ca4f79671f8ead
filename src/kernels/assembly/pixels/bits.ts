// PDQ's frequencies, its quality, and its hashes of a picture that is turned, mirrored or inverted.

import { total } from './common';

/** Writes the differences and the sums of `count` pairs of doubles: one of `near`, one of `far`. */
@inline
function fold(near: usize, far: usize, count: u32, differences: usize, sums: usize): void {
  for (const end = near + (count << 3); near < end; near += 16, far += 16, differences += 16, sums += 16) {
    v128.store(differences, f64x2.sub(v128.load(near), v128.load(far)));
    v128.store(sums, f64x2.add(v128.load(near), v128.load(far)));
  }
}

/**
 * Writes the 16×16 lowest frequencies (no DC) of a raster of 64×64 doubles to `target`. `cosines` has 16 rows of 64
 * doubles. In a mirrored raster odd frequencies have the opposite sign and even ones the same. So the function adds and
 * subtracts mirrored samples first, which halves the work. `scratch` has room for 16 × 64 + 128 doubles.
 */
export function frequencies(raster: usize, cosines: usize, scratch: usize, target: usize): void {
  const half = scratch + 1024;
  memory.fill(half, 0, 8192);
  for (let k: usize = 0; k < 32; k++) {
    fold(raster + (k << 9), raster + ((63 - k) << 9), 64, scratch, scratch + 512);
    for (let i: usize = 0; i < 16; i++) {
      const cosine = v128.load64_splat(cosines + (i << 9) + (k << 3));
      let from = scratch + ((i & 1) << 9);
      let to = half + (i << 9);
      for (const end = to + 512; to < end; to += 16, from += 16)
        v128.store(to, f64x2.add(v128.load(to), f64x2.mul(cosine, v128.load(from))));
    }
  }
  for (let i: usize = 0; i < 16; i++) {
    const row = half + (i << 9);
    for (let k: usize = 0; k < 32; k++) {
      const near = load<f64>(row + (k << 3));
      const far = load<f64>(row + ((63 - k) << 3));
      store<f64>(scratch + (k << 3), near - far);
      store<f64>(scratch + 256 + (k << 3), near + far);
    }
    for (let j: usize = 0; j < 16; j++, target += 8) {
      const from = scratch + ((j & 1) << 8);
      const cosine = cosines + (j << 9);
      let sum: f64 = 0;
      for (let k: usize = 0; k < 256; k += 8) sum += load<f64>(from + k) * load<f64>(cosine + k);
      store<f64>(target, sum);
    }
  }
}

/**
 * The least float that is not below a double of 0 or more. A float is below the result exactly where it is below
 * `value`.
 */
@inline
function floatAbove(value: f64): f32 {
  const near = <f32>value;
  return <f64>near < value ? reinterpret<f32>(reinterpret<u32>(near) + 1) : near;
}

/** The differences of four doubles at `a` and four at `b`, as floats. */
@inline
function differences(a: usize, b: usize): v128 {
  const low = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(a), v128.load(b)));
  const high = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(a, 16), v128.load(b, 16)));
  return v128.shuffle<i64>(low, high, 0, 2);
}

/**
 * Sums PDQ's steps between neighbours of a raster of 64×64 doubles, which make its quality. Writes three i32: the sum
 * of the steps in whole percents; then by how many percents the sum may be too high, and by how many too low, where
 * each step is off by less than `noise` percents.
 */
export function steps(raster: usize, noise: f64, target: usize): void {
  const least = f32x4.splat(floatAbove(noise));
  const most = f32x4.splat(floatAbove(1 - noise));
  const zero = i32x4.splat(0);
  let sum = zero;
  let fewer = zero;
  let more = zero;
  for (let k: usize = 0; k < 4096; k += 4) {
    const at = raster + (k << 3);
    for (let apart: usize = 1; apart <= 64; apart += 63) {
      if (apart == 64 && k >= 4032) continue;
      let step = f32x4.abs(
        f32x4.div(f32x4.mul(differences(at, at + (apart << 3)), f32x4.splat(100)), f32x4.splat(255)),
      );
      // The last pixel of a row has no right neighbour. The loop uses half a percent instead, which changes none of
      // the sums.
      if (apart == 1 && (k & 63) == 60) step = f32x4.replace_lane(step, 3, 0.5);
      const whole = f32x4.trunc(step);
      const part = f32x4.sub(step, whole);
      sum = i32x4.add(sum, i32x4.trunc_sat_f32x4_s(whole));
      fewer = i32x4.sub(fewer, v128.and(f32x4.lt(part, least), f32x4.gt(whole, zero)));
      more = i32x4.sub(more, f32x4.ge(part, most));
    }
  }
  store<i32>(target, total(sum));
  store<i32>(target, total(fewer), 4);
  store<i32>(target, total(more), 8);
}

/** Returns the 128th in rising order of the 256 doubles at `values`, by Hoare's selection. It changes their order. */
function middle(values: usize): f64 {
  let from: i32 = 0;
  let until: i32 = 255;
  while (from < until) {
    const pivot = load<f64>(values + (<usize>((from + until) >> 1) << 3));
    let i = from;
    let j = until;
    while (i <= j) {
      while (load<f64>(values + (<usize>i << 3)) < pivot) i++;
      while (load<f64>(values + (<usize>j << 3)) > pivot) j--;
      if (i <= j) {
        const kept = load<f64>(values + (<usize>i << 3));
        store<f64>(values + (<usize>i << 3), load<f64>(values + (<usize>j << 3)));
        store<f64>(values + (<usize>j << 3), kept);
        i++;
        j--;
      }
    }
    if (127 <= j) until = j;
    else if (127 >= i) from = i;
    else break;
  }
  return load<f64>(values + 1016);
}

/**
 * Writes 16 PDQ hashes of a picture that is turned, mirrored or inverted, made of its 256 coefficients. The first four
 * use the coefficients as they are, with odd columns negated, with odd rows negated, and with both. The next four are
 * these with rows and columns swapped. The last eight are the complements of the first eight. A hash has 16 rows of 16
 * bits, the last row first; a bit is 1 where the coefficient is above the median. `scratch` has room for 512 doubles.
 */
export function turnedHashes(coefficients: usize, scratch: usize, target: usize): void {
  const sorted = scratch + 2048;
  for (let turn: u32 = 0; turn < 4; turn++, target += 32) {
    for (let row: usize = 0; row < 16; row++) {
      // The first row and the first column have frequency 1, which is odd.
      const odd = (turn & 2) != 0 && (row & 1) == 0;
      const even = odd != ((turn & 1) != 0);
      const signs = i64x2(even ? i64.MIN_VALUE : 0, odd ? i64.MIN_VALUE : 0);
      for (let at = row << 7, end = at + 128; at < end; at += 16)
        v128.store(scratch + at, v128.xor(v128.load(coefficients + at), signs));
    }
    memory.copy(sorted, scratch, 2048);
    const median = f64x2.splat(middle(sorted));
    const swapped = target + 128;
    memory.fill(swapped, 0, 32);
    for (let row: u32 = 0; row < 16; row++) {
      let bits: u32 = 0;
      const from = scratch + (row << 7);
      for (let k: u32 = 0; k < 8; k++)
        bits |= <u32>i64x2.bitmask(f64x2.gt(v128.load(from + (k << 4)), median)) << (k << 1);
      store<u16>(target + ((15 - row) << 1), bswap<u16>(<u16>bits));
      const byte = swapped + (row < 8 ? 1 : 0);
      for (let column: u32 = 0; column < 16; column++) {
        const at = byte + ((15 - column) << 1);
        store<u8>(at, load<u8>(at) | (((bits >> column) & 1) << (row & 7)));
      }
    }
    for (let at: usize = 0; at < 32; at += 16) {
      v128.store(target + 256 + at, v128.not(v128.load(target + at)));
      v128.store(swapped + 256 + at, v128.not(v128.load(swapped + at)));
    }
  }
}
