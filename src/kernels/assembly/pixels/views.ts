// Makes the small grey raster of a picture, and cuts from it the windows that derived views show.

import { GREEN_BLUE_3, GREEN_BLUE_4, RED_GREEN_3, RED_GREEN_4, fourLumas } from './luma';

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

/** Writes `count` + 1 running totals (u32) of `count` u16 sums: 0 first, then the total up to each sum. */
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
 * Writes the means of `count` boxes, rounded to bytes, halves upwards. `edges` holds the place at which each box begins
 * and the place at which the last one ends, in bytes from `totals` (u32). `widths` holds the number of sums of each box
 * (i32). Each sum is one of `tall` bytes.
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
    // A quotient that is not whole lies 1 / area or more below the next whole one: more than floats are off for areas
    // of less than 65536 bytes, which no picture below a gigapixel has.
    const means = i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.convert_i32x4_s(sum), f32x4.convert_i32x4_s(area)));
    const words = i16x8.narrow_i32x4_u(means, means);
    v128.store32_lane(target, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/**
 * Writes `boxes` rows of `count` means of the Rec. 601 luma of boxes of pixels.
 * - `source` has rows of `width` pixels, one behind the other. `talls` holds the number of them that each row of boxes
 *   takes (u32), at most three.
 * - `edges` holds the pixel at which each box of a row begins and the one at which the last box ends, times four (u32).
 * - `widths` holds the width of each box in pixels (i32), then ones up to a multiple of four.
 * - `scratch` has room for seven bytes a pixel.
 * The function may write up to three bytes behind the last row of means.
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

/** Sixteen bytes in reversed order. */
@inline
function reversed(at: usize): v128 {
  return i8x16.swizzle(v128.load(at), i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/**
 * Copies a grey raster of `width`×`height` and adds margins that show it as mirrors at its edges do. `left`, `right`,
 * `top` and `bottom` are the widths of the margins in pixels; the first two are multiples of 16. Pixels of a margin
 * that are farther than `width` from the edge have no defined value.
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
    // This loop may write beyond the row. The next loops write the margins, and so overwrite those bytes.
    for (let x: u32 = 0; x < width; x += 16) v128.store(inner + x, v128.load(raster + x));
    for (let k: u32 = 0; k < left; k += 16) v128.store(inner - 16 - k, reversed(raster + k));
    for (let k: u32 = 0; k < right; k += 16) v128.store(inner + width + k, reversed(raster + width - 16 - k));
  }
  for (let k: u32 = 0; k < top; k++) memory.copy(first - (k + 1) * stride, first + k * stride, stride);
  for (let k: u32 = 0; k < bottom; k++) memory.copy(row + k * stride, row - (k + 1) * stride, stride);
}

/**
 * The weights, in 256ths, of the pixels to the left (lower 16 bits of a lane) and to the right (upper 16 bits) of four
 * positions in 65536ths of a pixel.
 */
@inline
function shares(positions: v128): v128 {
  const right = v128.and(i32x4.shr_u(positions, 8), i32x4.splat(255));
  return v128.or(i32x4.sub(i32x4.splat(256), right), i32x4.shl(right, 16));
}

/**
 * Scales a window of a grey raster to `side`² pixels, with bilinear interpolation. The function reads pixel (x, y) of
 * the result at (startX + x·xx, startY + y·yy) of the raster, in 65536ths of a pixel; the upper 8 bits of the fraction
 * are the weight. No position may lie outside of the raster. `side` is a multiple of 16. `scratch` has room for `side`
 * × 2 words and two bytes a column.
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
    // First the loop mixes the upper and the lower row. It subtracts 32768 from each sum (0 to 255 × 256), so that the
    // sum fits a signed number of 16 bits.
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

/**
 * Four pixels of a row of the result, from the mixed rows, as i32. `offsets` is the address of the first one's entry.
 */
@inline
function scaledFour(offsets: usize, side: i32): v128 {
  let pairs = v128.load32_zero(load<u32>(offsets));
  pairs = v128.load32_lane(load<u32>(offsets, 4), pairs, 1);
  pairs = v128.load32_lane(load<u32>(offsets, 8), pairs, 2);
  pairs = v128.load32_lane(load<u32>(offsets, 12), pairs, 3);
  const sums = i32x4.dot_i16x8_s(pairs, v128.load(offsets + (side << 2)));
  return i32x4.shr_u(i32x4.add(sums, i32x4.splat((32768 << 8) + 32768)), 16);
}

/**
 * Does what `scale` does for a turned square: a step to the right in the result moves by (xx, xy) in the raster, a step
 * downwards by (yx, yy).
 */
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
