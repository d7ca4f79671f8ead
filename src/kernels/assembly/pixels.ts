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
  for (; tile < end; tile += 128, source += step << 2) {
    const left = i16x8.narrow_i32x4_u(
      fourLumas(source, redGreen, greenBlue),
      fourLumas(source + step, redGreen, greenBlue),
    );
    const right = i16x8.narrow_i32x4_u(
      fourLumas(source + step * 2, redGreen, greenBlue),
      fourLumas(source + step * 3, redGreen, greenBlue),
    );
    const bytes = i8x16.narrow_i16x8_u(left, right);
    v128.store64_lane(tile, bytes, 0);
    v128.store64_lane(tile, bytes, 1, 64);
  }
}

/**
 * Bytes of Rec. 601 luma, (19595 R + 38470 G + 7471 B + 32768) >> 16, of eight rows of `width` pixels of 1, 3 or 4 channels,
 * in tiles: eight pixels of the first row, the eight below them, and so on; then the next eight. `width` is filled up to
 * a multiple of 16.
 */
export function tiles(source: usize, channels: u32, width: u32, target: usize): void {
  const bytes: usize = ((width + 15) >> 4) << 7;
  for (let row: usize = 0; row < 8; row++, source += width * channels) {
    let tile = target + (row << 3);
    const end = tile + bytes;
    if (channels == 3) lumaRow(source, 12, RED_GREEN_3, GREEN_BLUE_3, tile, end);
    else if (channels == 4) lumaRow(source, 16, RED_GREEN_4, GREEN_BLUE_4, tile, end);
    else for (let at = source; tile < end; tile += 64, at += 8) store<u64>(tile, load<u64>(at));
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

/** One row's sum with the whole weights, as a level. */
function exactly(pixels: usize, output: usize): i32 {
  let weights: usize = load<u32>(output, 12);
  let sum = i32x4.splat(0);
  for (const end = weights + (load<u32>(output, 4) << 5); weights < end; weights += 32, pixels += 64) {
    const bytes = v128.load8x8_u(pixels);
    sum = i32x4.add(sum, i32x4.mul(i32x4.extend_low_i16x8_u(bytes), v128.load(weights)));
    sum = i32x4.add(sum, i32x4.mul(i32x4.extend_high_i16x8_u(bytes), v128.load(weights, 16)));
  }
  return (total(sum) + (1 << 21)) >> 22;
}

/** Levels of four rows, from their sums with the coarse weights where these decide them, else from the whole ones. */
@inline
function levels(sums: v128, shift: u32, output: usize, pixels: usize): v128 {
  const coarse = i32x4.add(i32x4.shl(sums, shift), i32x4.splat(1 << 21));
  let level = i32x4.shr_s(i32x4.add(coarse, v128.load32_splat(output, 16)), 22);
  const same = i32x4.eq(level, i32x4.shr_s(i32x4.add(coarse, v128.load32_splat(output, 20)), 22));
  if (!i32x4.all_true(same)) {
    if (!i32x4.extract_lane(same, 0)) level = i32x4.replace_lane(level, 0, exactly(pixels, output));
    if (!i32x4.extract_lane(same, 1)) level = i32x4.replace_lane(level, 1, exactly(pixels + 8, output));
    if (!i32x4.extract_lane(same, 2)) level = i32x4.replace_lane(level, 2, exactly(pixels + 16, output));
    if (!i32x4.extract_lane(same, 3)) level = i32x4.replace_lane(level, 3, exactly(pixels + 24, output));
  }
  return level;
}

/**
 * Resamples `rows` rows of luma in tiles to `columns` bytes each (rows of `stride`), eight rows of `tileBytes` at a time.
 * `outputs` has six 32-bit words a column: address of its first tile, counted from the row's; number of tiles; address of the
 * coarse weights (i16, shifted right by `shift`); address of the whole weights (i32); least and greatest sum of what was
 * cut off.
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
    for (let output = outputs; output < lastOutput; output += 24, out++) {
      const first = source + load<u32>(output);
      let pixels = first;
      let weights: usize = load<u32>(output, 8);
      const end = weights + (load<u32>(output, 4) << 4);
      let a = i32x4.splat(0);
      let b = i32x4.splat(0);
      let c = i32x4.splat(0);
      let d = i32x4.splat(0);
      let e = i32x4.splat(0);
      let f = i32x4.splat(0);
      let g = i32x4.splat(0);
      let h = i32x4.splat(0);
      for (; weights < end; weights += 16, pixels += 64) {
        const weight = v128.load(weights);
        a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_u(pixels), weight));
        b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 8), weight));
        c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 16), weight));
        d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 24), weight));
        e = i32x4.add(e, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 32), weight));
        f = i32x4.add(f, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 40), weight));
        g = i32x4.add(g, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 48), weight));
        h = i32x4.add(h, i32x4.dot_i16x8_s(v128.load8x8_u(pixels, 56), weight));
      }
      const upper = levels(totals(a, b, c, d), shift, output, first);
      const lower = levels(totals(e, f, g, h), shift, output, first + 32);
      const words = i16x8.narrow_i32x4_s(upper, lower);
      const bytes = i8x16.narrow_i16x8_u(words, words);
      v128.store8_lane(out, bytes, 0);
      v128.store8_lane(out + stride, bytes, 1);
      v128.store8_lane(out + stride * 2, bytes, 2);
      v128.store8_lane(out + stride * 3, bytes, 3);
      v128.store8_lane(out + stride * 4, bytes, 4);
      v128.store8_lane(out + stride * 5, bytes, 5);
      v128.store8_lane(out + stride * 6, bytes, 6);
      v128.store8_lane(out + stride * 7, bytes, 7);
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
  for (const until = y + rows; y < until; y++, values += stride) {
    for (let i: u32 = 0; i < count; i++) {
      const output = outputs + i * 12;
      const first = load<u32>(output);
      if (first > y) break;
      if (y - first >= load<u32>(output, 4)) continue;
      const weight = i32x4.splat(load<i32>(<usize>load<u32>(output, 8) + ((y - first) << 2)));
      let sum = sums + ((i * stride) << 2);
      for (let value = values; value < values + stride; value += 8, sum += 32) {
        const bytes = v128.load8x8_u(value);
        v128.store(sum, i32x4.add(v128.load(sum), i32x4.mul(i32x4.extend_low_i16x8_u(bytes), weight)));
        v128.store(
          sum + 16,
          i32x4.add(v128.load(sum + 16), i32x4.mul(i32x4.extend_high_i16x8_u(bytes), weight)),
        );
      }
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
export function addLumas(source: usize, channels: u32, count: u32, sums: usize): void {
  const end = sums + (count << 1);
  if (channels == 3) addLumaRow(source, 12, RED_GREEN_3, GREEN_BLUE_3, sums, end);
  else if (channels == 4) addLumaRow(source, 16, RED_GREEN_4, GREEN_BLUE_4, sums, end);
  else {
    for (; sums < end; sums += 16, source += 8)
      v128.store(sums, i16x8.add(v128.load(sums), v128.load8x8_u(source)));
  }
}

/**
 * Means of boxes of u16 sums, each sum over `tall` bytes, rounded to bytes, halves upwards. `edges` holds where each of
 * `count` boxes begins and where the last one ends (u32).
 */
export function boxMeans(sums: usize, tall: u32, edges: usize, count: u32, target: usize): void {
  let at = sums + (load<u32>(edges) << 1);
  for (const end = edges + (count << 2); edges < end; edges += 4, target++) {
    const from = at;
    let sum: u32 = 0;
    for (const last = sums + (load<u32>(edges, 4) << 1); at < last; at += 2) sum += load<u16>(at);
    const area = tall * (<u32>(at - from) >> 1);
    store<u8>(target, (sum + (area >> 1)) / area);
  }
}

/**
 * A grey raster in `side`² pixels, bilinear. Position (x, y) of the result is read at x·(xx, xy) + y·(yx, yy) from the start, all
 * of them in 65536ths of a pixel, of which the upper 8 bits are the weights; `columns` and `rows` (i32) tell where the raster's
 * columns and rows are, for positions outside of it too.
 */
export function bend(
  raster: usize,
  columns: usize,
  rows: usize,
  side: i32,
  startX: i32,
  startY: i32,
  xx: i32,
  xy: i32,
  yx: i32,
  yy: i32,
  target: usize,
): void {
  for (let y = 0; y < side; y++) {
    let sx = startX + y * yx;
    let sy = startY + y * yy;
    for (let x = 0; x < side; x++, target++, sx += xx, sy += xy) {
      const row = rows + ((sy >> 16) << 2);
      const column = columns + ((sx >> 16) << 2);
      const upper = raster + load<i32>(row);
      const lower = raster + load<i32>(row, 4);
      const left = load<i32>(column);
      const right = load<i32>(column, 4);
      const fx = (sx >> 8) & 255;
      const fy = (sy >> 8) & 255;
      const above = (<i32>load<u8>(upper + left) << 8) + fx * (<i32>load<u8>(upper + right) - <i32>load<u8>(upper + left));
      const below = (<i32>load<u8>(lower + left) << 8) + fx * (<i32>load<u8>(lower + right) - <i32>load<u8>(lower + left));
      store<u8>(target, ((above << 8) + fy * (below - above) + 32768) >> 16);
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

/**
 * PDQ's steps between neighbours of a raster of 64×64 doubles: three i32, the sum of whole percents, and how many percents
 * fewer and more there may be where each step is off by less than `noise`.
 */
export function steps(raster: usize, noise: f64, target: usize): void {
  let sum = 0;
  let fewer = 0;
  let more = 0;
  for (let k: usize = 0; k < 4096; k++) {
    const at = raster + (k << 3);
    for (let apart: usize = 1; apart <= 64; apart += 63) {
      if (apart == 1 ? (k & 63) == 63 : k >= 4032) continue;
      const step = <f64>abs((<f32>(load<f64>(at) - load<f64>(at + (apart << 3))) * <f32>100) / <f32>255);
      const whole = <i32>step;
      sum += whole;
      if (step - <f64>whole < noise && whole > 0) fewer++;
      if (step - <f64>whole >= 1 - noise) more++;
    }
  }
  store<i32>(target, sum);
  store<i32>(target, fewer, 4);
  store<i32>(target, more, 8);
}

// What follows is float32 arithmetic in the order of PDQ's reference: each operation rounds as it does there.

/** `count` float32 lumas, fl(fl(0.299 R) + fl(0.587 G)) + fl(0.114 B); the byte itself where there is one channel. */
export function floatLumas(source: usize, channels: u32, count: u32, target: usize): void {
  const end = target + (count << 2);
  if (channels == 1) {
    for (; target < end; target += 32, source += 8) {
      const bytes = v128.load8x8_u(source);
      v128.store(target, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(bytes)));
      v128.store(target + 16, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(bytes)));
    }
    return;
  }
  const step = channels << 2;
  const first = i32x4(0x80808000, 0x80808000, 0x80808000, 0x80808000);
  // Of pixel k: byte k·channels and three zeros.
  const red = i8x16.add(first, i32x4(0, channels, channels * 2, channels * 3));
  const green = i8x16.add(red, i32x4.splat(1));
  const blue = i8x16.add(red, i32x4.splat(2));
  for (; target < end; target += 16, source += step) {
    const pixels = v128.load(source);
    const warm = f32x4.add(
      f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(pixels, red)), f32x4.splat(0.299)),
      f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(pixels, green)), f32x4.splat(0.587)),
    );
    const cold = f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(pixels, blue)), f32x4.splat(0.114));
    v128.store(target, f32x4.add(warm, cold));
  }
}

/** Swaps rows and columns of 4×4 floats. */
@inline
function transpose(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStep);
  const c = v128.load(from + fromStep * 2);
  const d = v128.load(from + fromStep * 3);
  const left = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const right = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const left2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const right2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(left, right, 0, 1, 4, 5));
  v128.store(to + toStep, v128.shuffle<f32>(left, right, 2, 3, 6, 7));
  v128.store(to + toStep * 2, v128.shuffle<f32>(left2, right2, 0, 1, 4, 5));
  v128.store(to + toStep * 3, v128.shuffle<f32>(left2, right2, 2, 3, 6, 7));
}

/**
 * Running means along four rows of `length` floats, in place; `stride` bytes from row to row. `scratch` and `result` have
 * room for four rows. Running sums cannot be split along a row, so that the four lanes are four rows.
 */
export function boxRows(
  rows: usize,
  stride: usize,
  length: u32,
  window: u32,
  scratch: usize,
  result: usize,
): void {
  for (let x: u32 = 0; x < length; x += 4) transpose(rows + (x << 2), stride, scratch + (x << 4), 16);
  const half = (window + 2) >> 1;
  const full = f32x4.splat(<f32>window);
  let sum = f32x4.splat(0);
  let incoming: u32 = 0;
  let outgoing = scratch;
  let out = result;
  for (; incoming < half - 1; incoming++) sum = f32x4.add(sum, v128.load(scratch + (incoming << 4)));
  while (incoming < window) {
    sum = f32x4.add(sum, v128.load(scratch + (incoming << 4)));
    incoming++;
    v128.store(out, f32x4.div(sum, f32x4.splat(<f32>incoming)));
    out += 16;
  }
  for (; incoming < length; incoming++, outgoing += 16, out += 16) {
    sum = f32x4.sub(f32x4.add(sum, v128.load(scratch + (incoming << 4))), v128.load(outgoing));
    v128.store(out, f32x4.div(sum, full));
  }
  for (const end = result + (length << 4); out < end; out += 16) {
    sum = f32x4.sub(sum, v128.load(outgoing));
    outgoing += 16;
    v128.store(out, f32x4.div(sum, f32x4.splat(<f32>(length - <u32>((outgoing - scratch) >> 4)))));
  }
  for (let x: u32 = 0; x < length; x += 4) transpose(result + (x << 4), 16, rows + (x << 2), stride);
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
  for (let at: u32 = 0, end: u32 = count << 2; at < end; at += 16) {
    const sum = f32x4.sub(f32x4.add(v128.load(sums + at), v128.load(added + at)), v128.load(subtracted + at));
    v128.store(sums + at, sum);
    if (means) v128.store(means + at, f32x4.div(sum, divisor));
  }
}
