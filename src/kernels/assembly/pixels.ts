// Inner loops of the perceptual hashes over the pixels of a picture. Each is bit-exact with a plain TypeScript twin in
// src/fingerprints; src/fingerprints/pass.ts feeds a picture in bands of rows, so that memory stays small.
//
// All addresses are bytes in the imported memory. Loops work in whole vectors: every buffer has 64 bytes behind it that may
// be read, and, where it is written, be overwritten.

// Bytes of four pixels as 16-bit pairs; -128 makes a zero.
const RED_GREEN_3 = i8x16(0, -128, 1, -128, 3, -128, 4, -128, 6, -128, 7, -128, 9, -128, 10, -128);
const GREEN_BLUE_3 = i8x16(1, -128, 2, -128, 4, -128, 5, -128, 7, -128, 8, -128, 10, -128, 11, -128);
const RED_GREEN_4 = i8x16(0, -128, 1, -128, 4, -128, 5, -128, 8, -128, 9, -128, 12, -128, 13, -128);
const GREEN_BLUE_4 = i8x16(1, -128, 2, -128, 5, -128, 6, -128, 9, -128, 10, -128, 13, -128, 14, -128);

/** Four lumas of 16 fractional bits, rounded; green's weight is shared among two pairs, because it exceeds 16 bits. */
@inline
function fourLumas(at: usize, redGreen: v128, greenBlue: v128): v128 {
  const pixels = v128.load(at);
  const warm = i32x4.dot_i16x8_s(
    i8x16.swizzle(pixels, redGreen),
    i16x8(19595, 19235, 19595, 19235, 19595, 19235, 19595, 19235),
  );
  const cold = i32x4.dot_i16x8_s(
    i8x16.swizzle(pixels, greenBlue),
    i16x8(19235, 7471, 19235, 7471, 19235, 7471, 19235, 7471),
  );
  return i32x4.shr_u(i32x4.add(i32x4.add(warm, cold), i32x4.splat(32768)), 16);
}

@inline
function lumaRow(source: usize, step: usize, redGreen: v128, greenBlue: v128, tile: usize, end: usize): void {
  for (; tile < end; tile += 128, source += step << 1) {
    v128.store(
      tile,
      i16x8.narrow_i32x4_u(
        fourLumas(source, redGreen, greenBlue),
        fourLumas(source + step, redGreen, greenBlue),
      ),
    );
  }
}

/**
 * Rec. 601 luma, (19595 R + 38470 G + 7471 B + 32768) >> 16, of eight rows of `width` pixels of 1, 3 or 4 channels, in 16 bits
 * each, in tiles: eight pixels of the first row, the eight below them, and so on; then the next eight. `width` is filled up to
 * a multiple of 8.
 */
export function tiles(source: usize, channels: u32, width: u32, target: usize): void {
  const bytes: usize = ((width + 7) >> 3) << 7;
  for (let row: usize = 0; row < 8; row++, source += width * channels) {
    let tile = target + (row << 4);
    const end = tile + bytes;
    if (channels == 3) lumaRow(source, 12, RED_GREEN_3, GREEN_BLUE_3, tile, end);
    else if (channels == 4) lumaRow(source, 16, RED_GREEN_4, GREEN_BLUE_4, tile, end);
    else for (let at = source; tile < end; tile += 128, at += 8) v128.store(tile, v128.load8x8_u(at));
  }
}

/** Adds four lumas, 299 R + 587 G + 114 B, with their weight. */
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

@inline
function total(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** The sums of the lanes of four vectors. */
@inline
function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** One row's level, from its sum with the coarse weights and what these were short of. */
function exactly(coarse: i32, pixels: usize, output: usize): i32 {
  let weights: usize = load<u32>(output, 12);
  let sum = i32x4.splat(0);
  for (const end = weights + (load<u32>(output, 4) << 4); weights < end; weights += 16, pixels += 128)
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(pixels), v128.load(weights)));
  return (coarse + total(sum)) >> 22;
}

/** Levels of four rows, from their sums with the coarse weights where these decide them. */
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
 * Resamples `rows` rows of luma in tiles to `columns` bytes each (rows of `stride`), eight rows of `tileBytes` at a time.
 * `outputs` has six 32-bit words a column: address of its first tile, counted from the row's; number of tiles; address of the
 * coarse weights (i16, shifted right by `shift`); address of what was cut off of them (i16); least and greatest sum of that.
 * Their number is filled up to an even one by a column without tiles, which stands where the last one ends.
 *
 * Loading is what takes the time: neighbours share most of their pixels, so that two columns are made together, of four rows.
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
 * Adds `rows` rows of `stride` bytes, the first of them row `y`, with their weights to the rows of i32 sums that they touch.
 * `outputs` has three 32-bit words a row of sums: first row; number of rows; address of its weights (i32).
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

/** Adds `most` times eight sums, less (or with `falling`, plus) eight others, to as many i32 sums. */
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
 * Adds at most 22 rows of `rowBytes` samples to as many i32 sums, with weights that go up by one from row to row from
 * `weight` on, or down. Sums of rows and the sums of these sums, 16 bits each, stand for all products.
 */
export function slope(source: usize, rowBytes: u32, rows: u32, weight: u32, falling: bool, sums: usize): void {
  if (falling) addRun(source, rowBytes, rows, weight - rows, true, sums);
  else addRun(source, rowBytes, rows, weight + rows, false, sums);
}

@inline
function mixed(red: v128, green: v128, blue: v128, unit: v128, target: usize): void {
  const warm = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(red), f32x4.splat(0.299)),
    f32x4.mul(f32x4.convert_i32x4_s(green), f32x4.splat(0.587)),
  );
  const luma = f32x4.add(warm, f32x4.mul(f32x4.convert_i32x4_s(blue), f32x4.splat(0.114)));
  v128.store(target, f32x4.mul(luma, unit));
}

/** f32 lumas, times `unit`, of `count` pixels whose samples are i32 sums. */
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
 * `count` f64 sums of f32 values, each with weights of its own (f64, `stride` bytes a sum). `taps` has two 32-bit words a sum:
 * where its values start, in bytes, and how many pairs of them there are.
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
 * PDQ's raster, 64×64 doubles, of 256×256 grey pixels: its twice applied box filter is a tent of 1, 2 and 1 quarters there,
 * and behind the last pixel stands the same once more.
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

/** Adds `count` bytes to as many u16 sums; with 4 channels, what is wholly transparent counts as white. */
export function sumBytes(source: usize, channels: u32, count: u32, sums: usize): void {
  for (const end = source + count; source < end; source += 16, sums += 32) {
    let bytes = v128.load(source);
    if (channels == 4) {
      const clear = i32x4.eq(v128.and(bytes, i32x4.splat(0xff000000)), i32x4.splat(0));
      bytes = v128.or(bytes, v128.and(clear, i32x4.splat(0x00ffffff)));
    }
    v128.store(sums, i16x8.add(v128.load(sums), i16x8.extend_low_i8x16_u(bytes)));
    v128.store(sums + 16, i16x8.add(v128.load(sums + 16), i16x8.extend_high_i8x16_u(bytes)));
  }
}

@inline
function addLumaRow(source: usize, step: usize, redGreen: v128, greenBlue: v128, sums: usize, end: usize): void {
  for (; sums < end; sums += 16, source += step << 1) {
    const words = i16x8.narrow_i32x4_u(
      fourLumas(source, redGreen, greenBlue),
      fourLumas(source + step, redGreen, greenBlue),
    );
    v128.store(sums, i16x8.add(v128.load(sums), words));
  }
}

/** Adds the Rec. 601 lumas of `count` pixels of 1, 3 or 4 channels to as many u16 sums. */
function addLumas(source: usize, channels: u32, count: u32, sums: usize): void {
  const end = sums + (count << 1);
  if (channels == 3) addLumaRow(source, 12, RED_GREEN_3, GREEN_BLUE_3, sums, end);
  else if (channels == 4) addLumaRow(source, 16, RED_GREEN_4, GREEN_BLUE_4, sums, end);
  else {
    for (; sums < end; sums += 16, source += 8)
      v128.store(sums, i16x8.add(v128.load(sums), v128.load8x8_u(source)));
  }
}

/** Running totals of `count` u16 sums, as u32: before the first, before the second and so on, and after the last. */
@inline
function totalsOf(sums: usize, count: u32, target: usize): void {
  let total = i32x4.splat(0);
  store<u32>(target, 0);
  for (const end = sums + (count << 1); sums < end; sums += 16, target += 32) {
    const zero = i32x4.splat(0);
    // Eight sums of at most three bytes each fit 16 bits.
    let run = v128.load(sums);
    run = i16x8.add(run, v128.shuffle<i16>(zero, run, 0, 8, 9, 10, 11, 12, 13, 14));
    run = i16x8.add(run, v128.shuffle<i16>(zero, run, 0, 1, 8, 9, 10, 11, 12, 13));
    run = i16x8.add(run, v128.shuffle<i16>(zero, run, 0, 1, 2, 3, 8, 9, 10, 11));
    v128.store(target, i32x4.add(total, i32x4.extend_low_i16x8_u(run)), 4);
    const last = i32x4.add(total, i32x4.extend_high_i16x8_u(run));
    v128.store(target, last, 20);
    total = v128.shuffle<i32>(last, last, 3, 3, 3, 3);
  }
}

/**
 * Means of `count` boxes, rounded to bytes, halves upwards. `edges` holds where each box begins and where the last one ends, in
 * bytes of the totals (u32), `widths` how many sums a box has (i32), each of them over `tall` bytes.
 */
@inline
function boxMeans(totals: usize, tall: u32, edges: usize, widths: usize, count: u32, target: usize): void {
  let before = v128.load32_zero(totals + load<u32>(edges));
  for (const end = target + count; target < end; target += 4, edges += 16, widths += 16) {
    let until = v128.load32_zero(totals + load<u32>(edges, 4));
    until = v128.load32_lane(totals + load<u32>(edges, 8), until, 1);
    until = v128.load32_lane(totals + load<u32>(edges, 12), until, 2);
    until = v128.load32_lane(totals + load<u32>(edges, 16), until, 3);
    const from = v128.shuffle<i32>(before, until, 0, 4, 5, 6);
    before = v128.shuffle<i32>(until, until, 3, 3, 3, 3);
    const area = i32x4.mul(v128.load(widths), i32x4.splat(tall));
    const sum = i32x4.add(i32x4.sub(until, from), i32x4.shr_u(area, 1));
    // A quotient that is not whole lies 1 / area or more below the next whole one: more than floats are off for areas of
    // less than 65536 bytes, which no picture below a gigapixel has.
    const means = i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.convert_i32x4_s(sum), f32x4.convert_i32x4_s(area)));
    const words = i16x8.narrow_i32x4_u(means, means);
    v128.store32_lane(target, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/**
 * `boxes` rows of `count` box means of Rec. 601 luma: `talls` (u32) tells how many of the rows of `width` pixels that follow
 * each other at `source` a row of boxes takes, at most three. `edges` holds where each box of a row begins and where the last
 * one ends, times four (u32), `widths` how many pixels it is wide (i32), filled up with ones to a multiple of four; the means
 * behind the last row are overwritten. `scratch` has room for seven bytes a pixel.
 */
export function boxLumas(
  source: usize,
  channels: u32,
  width: u32,
  talls: usize,
  boxes: u32,
  edges: usize,
  widths: usize,
  count: u32,
  scratch: usize,
  target: usize,
): void {
  const totals = scratch + (((width << 1) + 79) & ~15);
  for (let row: u32 = 0; row < boxes; row++, target += count) {
    const tall = load<u32>(talls + (row << 2));
    memory.fill(scratch, 0, width << 1);
    for (let k: u32 = 0; k < tall; k++, source += width * channels) addLumas(source, channels, width, scratch);
    totalsOf(scratch, width, totals);
    boxMeans(totals, tall, edges, widths, count, target);
  }
}

/** Sixteen bytes, the last one first. */
@inline
function reversed(at: usize): v128 {
  return i8x16.swizzle(v128.load(at), i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/**
 * A grey raster of `width`×`height` with what mirrors at its edges show, so many pixels to each side; to the left and to the
 * right multiples of 16, and what is farther away than `width` is anything.
 */
export function mirror(
  raster: usize,
  width: u32,
  height: u32,
  left: u32,
  right: u32,
  top: u32,
  bottom: u32,
  target: usize,
): void {
  const stride = left + width + right;
  const first = target + top * stride;
  let row = first;
  for (let y: u32 = 0; y < height; y++, raster += width, row += stride) {
    const inner = row + left;
    // What is copied too far is the margin, which comes next.
    for (let x: u32 = 0; x < width; x += 16) v128.store(inner + x, v128.load(raster + x));
    for (let k: u32 = 0; k < left; k += 16) v128.store(inner - 16 - k, reversed(raster + k));
    for (let k: u32 = 0; k < right; k += 16) v128.store(inner + width + k, reversed(raster + width - 16 - k));
  }
  for (let k: u32 = 0; k < top; k++) memory.copy(first - (k + 1) * stride, first + k * stride, stride);
  for (let k: u32 = 0; k < bottom; k++) memory.copy(row + k * stride, row - (k + 1) * stride, stride);
}

/** Both weights, of 256, of the pixels left and right of positions in 65536ths of a pixel. */
@inline
function shares(positions: v128): v128 {
  const right = v128.and(i32x4.shr_u(positions, 8), i32x4.splat(255));
  return v128.or(i32x4.sub(i32x4.splat(256), right), i32x4.shl(right, 16));
}

/**
 * A grey raster in `side`² pixels, bilinear. Position (x, y) of the result is read at the start plus x·xx to the right and y·yy
 * downwards, all of them in 65536ths of a pixel, of which the upper 8 bits are the weights; no position lies outside of
 * the raster. `side` is a multiple of 16; `scratch` has room for `side` × 2 words and two bytes a column.
 */
export function scale(
  raster: usize,
  stride: u32,
  side: i32,
  startX: i32,
  startY: i32,
  xx: i32,
  yy: i32,
  scratch: usize,
  target: usize,
): void {
  const offsets = scratch;
  const weights = scratch + (side << 2);
  const line = weights + (side << 2);
  for (let x = 0; x < side; x++) {
    const sx = startX + x * xx;
    store<u32>(offsets + (x << 2), line + ((sx >> 16) << 1));
    const right = (sx >> 8) & 255;
    store<u32>(weights + (x << 2), (256 - right) | (right << 16));
  }
  const first = (startX >> 16) & ~15;
  const last = ((startX + (side - 1) * xx) >> 16) + 2;
  for (let y = 0; y < side; y++) {
    const sy = startY + y * yy;
    const upper = raster + (sy >> 16) * stride;
    const below = i16x8.splat(<i16>((sy >> 8) & 255));
    const above = i16x8.sub(i16x8.splat(256), below);
    // Downwards first: sums of up to 255 × 256, less 32768, so that they are signed.
    for (let x = first; x < last; x += 16) {
      const a = v128.load(upper + x);
      const b = v128.load(upper + stride + x);
      const left = i16x8.add(
        i16x8.mul(i16x8.extend_low_i8x16_u(a), above),
        i16x8.mul(i16x8.extend_low_i8x16_u(b), below),
      );
      const right = i16x8.add(
        i16x8.mul(i16x8.extend_high_i8x16_u(a), above),
        i16x8.mul(i16x8.extend_high_i8x16_u(b), below),
      );
      v128.store(line + (x << 1), v128.xor(left, i16x8.splat(-32768)));
      v128.store(line + (x << 1), v128.xor(right, i16x8.splat(-32768)), 16);
    }
    for (let at = offsets; at < weights; at += 64, target += 16) {
      const a = scaledFour(at, side);
      const b = scaledFour(at + 16, side);
      const c = scaledFour(at + 32, side);
      const d = scaledFour(at + 48, side);
      v128.store(target, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(a, b), i16x8.narrow_i32x4_u(c, d)));
    }
  }
}

@inline
function scaledFour(offsets: usize, side: i32): v128 {
  let pairs = v128.load32_zero(load<u32>(offsets));
  pairs = v128.load32_lane(load<u32>(offsets, 4), pairs, 1);
  pairs = v128.load32_lane(load<u32>(offsets, 8), pairs, 2);
  pairs = v128.load32_lane(load<u32>(offsets, 12), pairs, 3);
  const sums = i32x4.dot_i16x8_s(pairs, v128.load(offsets + (side << 2)));
  return i32x4.shr_u(i32x4.add(sums, i32x4.splat((32768 << 8) + 32768)), 16);
}

/** The same turned: one step to the right moves by (xx, xy), one downwards by (yx, yy). */
export function turn(
  raster: usize,
  stride: u32,
  side: i32,
  startX: i32,
  startY: i32,
  xx: i32,
  xy: i32,
  yx: i32,
  yy: i32,
  target: usize,
): void {
  const toAddress = i32x4.splat((stride << 16) | 1);
  const base = i32x4.splat(<i32>raster);
  for (let y = 0; y < side; y++) {
    const lefts = startX + y * yx;
    const tops = startY + y * yy;
    let sx = i32x4.add(i32x4.splat(lefts), i32x4.mul(i32x4.splat(xx), i32x4(0, 1, 2, 3)));
    let sy = i32x4.add(i32x4.splat(tops), i32x4.mul(i32x4.splat(xy), i32x4(0, 1, 2, 3)));
    for (let x = 0; x < side; x += 4, target += 4) {
      const whole = v128.or(i32x4.shr_u(sx, 16), v128.and(sy, i32x4.splat(0xffff0000)));
      const at = i32x4.add(base, i32x4.dot_i16x8_s(whole, toAddress));
      const p = <usize>i32x4.extract_lane(at, 0);
      const q = <usize>i32x4.extract_lane(at, 1);
      const r = <usize>i32x4.extract_lane(at, 2);
      const s = <usize>i32x4.extract_lane(at, 3);
      let pixels = v128.load16_lane(p, i32x4.splat(0), 0);
      pixels = v128.load16_lane(q, pixels, 1);
      pixels = v128.load16_lane(r, pixels, 2);
      pixels = v128.load16_lane(s, pixels, 3);
      pixels = v128.load16_lane(p + stride, pixels, 4);
      pixels = v128.load16_lane(q + stride, pixels, 5);
      pixels = v128.load16_lane(r + stride, pixels, 6);
      pixels = v128.load16_lane(s + stride, pixels, 7);
      const weights = shares(sx);
      const above = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), weights);
      const below = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), weights);
      const down = v128.and(i32x4.shr_u(sy, 8), i32x4.splat(255));
      const sums = i32x4.add(i32x4.shl(above, 8), i32x4.mul(down, i32x4.sub(below, above)));
      const levels = i32x4.shr_u(i32x4.add(sums, i32x4.splat(32768)), 16);
      const words = i16x8.narrow_i32x4_u(levels, levels);
      v128.store32_lane(target, i8x16.narrow_i16x8_u(words, words), 0);
      sx = i32x4.add(sx, i32x4.splat(xx << 2));
      sy = i32x4.add(sy, i32x4.splat(xy << 2));
    }
  }
}

/** Sums and differences of `count` doubles `near` and `far`. */
@inline
function fold(near: usize, far: usize, count: u32, differences: usize, sums: usize): void {
  for (const end = near + (count << 3); near < end; near += 16, far += 16, differences += 16, sums += 16) {
    v128.store(differences, f64x2.sub(v128.load(near), v128.load(far)));
    v128.store(sums, f64x2.add(v128.load(near), v128.load(far)));
  }
}

/**
 * The 16×16 lowest frequencies (no DC) of a raster of 64×64 doubles. `cosines` has 16 rows of 64. Odd frequencies change their
 * sign where the raster is mirrored, so that sums and differences of mirrored samples halve the work. `scratch` has room
 * for 16 × 64 + 128 doubles.
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

/** The least float that is not below a double of 0 or more: floats lie below the one where they lie below the other. */
@inline
function floatAbove(value: f64): f32 {
  const near = <f32>value;
  return <f64>near < value ? reinterpret<f32>(reinterpret<u32>(near) + 1) : near;
}

/** Differences of four doubles, as floats. */
@inline
function differences(a: usize, b: usize): v128 {
  const low = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(a), v128.load(b)));
  const high = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(a, 16), v128.load(b, 16)));
  return v128.shuffle<i64>(low, high, 0, 2);
}

/**
 * PDQ's steps between neighbours of a raster of 64×64 doubles: three i32, the sum of whole percents, and how many percents
 * fewer and more there may be where each step is off by less than `noise`.
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
      // No step leads from the end of a row to the next one: in its place, half a percent, which counts nowhere.
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

/** Puts the 128th in rising order of the 256 doubles at `values`, whose order is lost, by Hoare's selection. */
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
 * PDQ's hashes of a picture turned, from its 256 coefficients: as they are, with odd columns negated, odd rows, and both; of each
 * the bits of coefficients above their median, 16 rows of 16 bits, the last row first; then the same with rows and columns
 * swapped; then the complements of all eight. `scratch` has room for 512 doubles.
 */
export function turnedHashes(coefficients: usize, scratch: usize, target: usize): void {
  const sorted = scratch + 2048;
  for (let turn: u32 = 0; turn < 4; turn++, target += 32) {
    for (let row: usize = 0; row < 16; row++) {
      // The first row and column are one half wave: an odd frequency.
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

// What follows is float32 arithmetic in the order of PDQ's reference: each operation rounds as it does there.

// A byte of each of four pixels as 32 bits; -128 makes a zero.
const RED_3 = i8x16(0, -128, -128, -128, 3, -128, -128, -128, 6, -128, -128, -128, 9, -128, -128, -128);
const GREEN_3 = i8x16(1, -128, -128, -128, 4, -128, -128, -128, 7, -128, -128, -128, 10, -128, -128, -128);
const BLUE_3 = i8x16(2, -128, -128, -128, 5, -128, -128, -128, 8, -128, -128, -128, 11, -128, -128, -128);

/** Four float32 lumas, fl(fl(0.299 R) + fl(0.587 G)) + fl(0.114 B). */
@inline
function floatLumas(at: usize, channels: u32): v128 {
  const pixels = v128.load(at);
  let red: v128;
  let green: v128;
  let blue: v128;
  if (channels == 3) {
    red = i8x16.swizzle(pixels, RED_3);
    green = i8x16.swizzle(pixels, GREEN_3);
    blue = i8x16.swizzle(pixels, BLUE_3);
  } else {
    red = v128.and(pixels, i32x4.splat(255));
    green = v128.and(i32x4.shr_u(pixels, 8), i32x4.splat(255));
    blue = v128.and(i32x4.shr_u(pixels, 16), i32x4.splat(255));
  }
  const warm = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(red), f32x4.splat(0.299)),
    f32x4.mul(f32x4.convert_i32x4_s(green), f32x4.splat(0.587)),
  );
  return f32x4.add(warm, f32x4.mul(f32x4.convert_i32x4_s(blue), f32x4.splat(0.114)));
}

/** Four grey bytes as floats. */
@inline
function floatBytes(at: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at))));
}

/** Stores 4×4 floats with rows and columns swapped, `step` bytes from row to row. */
@inline
function storeSwapped(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const left = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const right = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const left2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const right2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(left, right, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(left, right, 2, 3, 6, 7));
  v128.store(to + step * 2, v128.shuffle<f32>(left2, right2, 0, 1, 4, 5));
  v128.store(to + step * 3, v128.shuffle<f32>(left2, right2, 2, 3, 6, 7));
}

/**
 * Float32 lumas of eight rows of `width` pixels, column by column: running sums cannot be split along a row, so that the lanes
 * are rows. Of one channel, the bytes themselves. `width` is filled up to a multiple of 4.
 */
export function lumaColumns(source: usize, channels: u32, width: u32, target: usize): void {
  const end = target + (width << 5);
  if (channels == 3) lumasOf(source, width * 3, 3, target, end);
  else if (channels == 4) lumasOf(source, width * 4, 4, target, end);
  else {
    for (let at = source; target < end; target += 128, at += 4) {
      const lower = at + width * 4;
      storeSwapped(floatBytes(at), floatBytes(at + width), floatBytes(at + width * 2), floatBytes(at + width * 3), target, 32);
      storeSwapped(
        floatBytes(lower),
        floatBytes(lower + width),
        floatBytes(lower + width * 2),
        floatBytes(lower + width * 3),
        target + 16,
        32,
      );
    }
  }
}

@inline
function lumasOf(at: usize, rowBytes: usize, channels: u32, target: usize, end: usize): void {
  for (; target < end; target += 128, at += channels << 2) {
    const lower = at + rowBytes * 4;
    storeSwapped(
      floatLumas(at, channels),
      floatLumas(at + rowBytes, channels),
      floatLumas(at + rowBytes * 2, channels),
      floatLumas(at + rowBytes * 3, channels),
      target,
      32,
    );
    storeSwapped(
      floatLumas(lower, channels),
      floatLumas(lower + rowBytes, channels),
      floatLumas(lower + rowBytes * 2, channels),
      floatLumas(lower + rowBytes * 3, channels),
      target + 16,
      32,
    );
  }
}

/** Eight rows of floats, `stride` bytes from row to row, column by column; filled up to a multiple of 4. */
export function floatColumns(rows: usize, stride: usize, length: u32, target: usize): void {
  const lower = stride * 4;
  for (const end = target + (length << 5); target < end; target += 128, rows += 16) {
    storeSwapped(
      v128.load(rows),
      v128.load(rows + stride),
      v128.load(rows + stride * 2),
      v128.load(rows + stride * 3),
      target,
      32,
    );
    storeSwapped(
      v128.load(rows + lower),
      v128.load(rows + lower + stride),
      v128.load(rows + lower + stride * 2),
      v128.load(rows + lower + stride * 3),
      target + 16,
      32,
    );
  }
}

/**
 * The 16×16 lowest frequencies of a raster of 64×64 floats. `cosines` has 16 rows of 64, `turned` the same as 64 rows of 16;
 * `half` has room for 16 × 64 floats. Lanes are columns of the result, so that each sum keeps its order.
 */
export function floatFrequencies(
  raster: usize,
  cosines: usize,
  turned: usize,
  half: usize,
  target: usize,
): void {
  for (let i: usize = 0; i < 16; i++) {
    for (let column: usize = 0; column < 256; column += 64) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      let from = raster + column;
      for (let k: usize = 0; k < 256; k += 4, from += 256) {
        const cosine = v128.load32_splat(cosines + (i << 8) + k);
        a = f32x4.add(a, f32x4.mul(cosine, v128.load(from)));
        b = f32x4.add(b, f32x4.mul(cosine, v128.load(from, 16)));
        c = f32x4.add(c, f32x4.mul(cosine, v128.load(from, 32)));
        d = f32x4.add(d, f32x4.mul(cosine, v128.load(from, 48)));
      }
      const to = half + (i << 8) + column;
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
  }
  for (let i: usize = 0; i < 16; i++, target += 64) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let from = turned;
    for (let k: usize = 0; k < 256; k += 4, from += 64) {
      const value = v128.load32_splat(half + (i << 8) + k);
      a = f32x4.add(a, f32x4.mul(value, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(from, 16)));
      c = f32x4.add(c, f32x4.mul(value, v128.load(from, 32)));
      d = f32x4.add(d, f32x4.mul(value, v128.load(from, 48)));
    }
    v128.store(target, a);
    v128.store(target, b, 16);
    v128.store(target, c, 32);
    v128.store(target, d, 48);
  }
}

/** One column of eight rows, `stride` bytes from row to row. */
@inline
function storeColumn(upper: v128, lower: v128, to: usize, stride: usize): void {
  v128.store32_lane(to, upper, 0);
  v128.store32_lane(to + stride, upper, 1);
  v128.store32_lane(to + stride * 2, upper, 2);
  v128.store32_lane(to + stride * 3, upper, 3);
  v128.store32_lane(to + stride * 4, lower, 0);
  v128.store32_lane(to + stride * 5, lower, 1);
  v128.store32_lane(to + stride * 6, lower, 2);
  v128.store32_lane(to + stride * 7, lower, 3);
}

/**
 * Running means along eight rows of `length` floats that come column by column, at `count` places in rising order (u32): each
 * row's go to `target`, one after the other, `stride` bytes from row to row.
 */
export function meansAt(
  columns: usize,
  length: u32,
  window: u32,
  places: usize,
  count: u32,
  target: usize,
  stride: usize,
): void {
  const half = (window + 2) >> 1;
  let upper = f32x4.splat(0);
  let lower = f32x4.splat(0);
  let incoming: u32 = 0;
  let outgoing: u32 = 0;
  for (const end = places + (count << 2); places < end; places += 4, target += 4) {
    const wanted = load<u32>(places) + half;
    for (const until = min(wanted, window); incoming < until; incoming++) {
      upper = f32x4.add(upper, v128.load(columns + (incoming << 5)));
      lower = f32x4.add(lower, v128.load(columns + (incoming << 5), 16));
    }
    for (const until = min(wanted, length); incoming < until; incoming++, outgoing++) {
      const from = columns + (incoming << 5);
      const past = columns + (outgoing << 5);
      upper = f32x4.sub(f32x4.add(upper, v128.load(from)), v128.load(past));
      lower = f32x4.sub(f32x4.add(lower, v128.load(from, 16)), v128.load(past, 16));
    }
    for (; outgoing + window < wanted; outgoing++) {
      upper = f32x4.sub(upper, v128.load(columns + (outgoing << 5)));
      lower = f32x4.sub(lower, v128.load(columns + (outgoing << 5), 16));
    }
    const divisor = f32x4.splat(<f32>(incoming - outgoing));
    storeColumn(f32x4.div(upper, divisor), f32x4.div(lower, divisor), target, stride);
  }
}

/** The same at every place. */
export function means(columns: usize, length: u32, window: u32, target: usize, stride: usize): void {
  const half = (window + 2) >> 1;
  const full = f32x4.splat(<f32>window);
  let upper = f32x4.splat(0);
  let lower = f32x4.splat(0);
  let incoming: u32 = 0;
  for (; incoming < half - 1; incoming++) {
    upper = f32x4.add(upper, v128.load(columns + (incoming << 5)));
    lower = f32x4.add(lower, v128.load(columns + (incoming << 5), 16));
  }
  for (; incoming < window; target += 4) {
    upper = f32x4.add(upper, v128.load(columns + (incoming << 5)));
    lower = f32x4.add(lower, v128.load(columns + (incoming << 5), 16));
    incoming++;
    const divisor = f32x4.splat(<f32>incoming);
    storeColumn(f32x4.div(upper, divisor), f32x4.div(lower, divisor), target, stride);
  }
  let from = columns + (incoming << 5);
  let past = columns;
  const end = columns + (length << 5);
  // Four columns at a time, as long as there are four.
  for (; from + 128 <= end; from += 128, past += 128, target += 16) {
    upper = f32x4.sub(f32x4.add(upper, v128.load(from)), v128.load(past));
    lower = f32x4.sub(f32x4.add(lower, v128.load(from, 16)), v128.load(past, 16));
    const upper0 = f32x4.div(upper, full);
    const lower0 = f32x4.div(lower, full);
    upper = f32x4.sub(f32x4.add(upper, v128.load(from, 32)), v128.load(past, 32));
    lower = f32x4.sub(f32x4.add(lower, v128.load(from, 48)), v128.load(past, 48));
    const upper1 = f32x4.div(upper, full);
    const lower1 = f32x4.div(lower, full);
    upper = f32x4.sub(f32x4.add(upper, v128.load(from, 64)), v128.load(past, 64));
    lower = f32x4.sub(f32x4.add(lower, v128.load(from, 80)), v128.load(past, 80));
    const upper2 = f32x4.div(upper, full);
    const lower2 = f32x4.div(lower, full);
    upper = f32x4.sub(f32x4.add(upper, v128.load(from, 96)), v128.load(past, 96));
    lower = f32x4.sub(f32x4.add(lower, v128.load(from, 112)), v128.load(past, 112));
    storeSwapped(upper0, upper1, upper2, f32x4.div(upper, full), target, stride);
    storeSwapped(lower0, lower1, lower2, f32x4.div(lower, full), target + stride * 4, stride);
  }
  for (; from < end; from += 32, past += 32, target += 4) {
    upper = f32x4.sub(f32x4.add(upper, v128.load(from)), v128.load(past));
    lower = f32x4.sub(f32x4.add(lower, v128.load(from, 16)), v128.load(past, 16));
    storeColumn(f32x4.div(upper, full), f32x4.div(lower, full), target, stride);
  }
  for (let left = window - 1; left + half > window; left--, past += 32, target += 4) {
    upper = f32x4.sub(upper, v128.load(past));
    lower = f32x4.sub(lower, v128.load(past, 16));
    const divisor = f32x4.splat(<f32>left);
    storeColumn(f32x4.div(upper, divisor), f32x4.div(lower, divisor), target, stride);
  }
}

/**
 * One step of the running sums down `count` columns: adds a row, subtracts another, and writes the means where `means` is
 * an address.
 */
export function boxColumns(
  sums: usize,
  added: usize,
  subtracted: usize,
  count: u32,
  samples: f32,
  means: usize,
): void {
  const divisor = f32x4.splat(samples);
  const end = count << 2;
  for (let at: u32 = 0; at < end; at += 16) {
    const sum = f32x4.sub(f32x4.add(v128.load(sums + at), v128.load(added + at)), v128.load(subtracted + at));
    v128.store(sums + at, sum);
    if (means != 0) v128.store(means + at, f32x4.div(sum, divisor));
  }
}
