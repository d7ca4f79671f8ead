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
function lumas(source: usize, step: usize, redGreen: v128, greenBlue: v128, target: usize, end: usize): void {
  for (; target < end; target += 16, source += step << 2) {
    const left = i16x8.narrow_i32x4_u(
      fourLumas(source, redGreen, greenBlue),
      fourLumas(source + step, redGreen, greenBlue),
    );
    const right = i16x8.narrow_i32x4_u(
      fourLumas(source + step * 2, redGreen, greenBlue),
      fourLumas(source + step * 3, redGreen, greenBlue),
    );
    v128.store(target, i8x16.narrow_i16x8_u(left, right));
  }
}

/** Bytes of Rec. 601 luma, (19595 R + 38470 G + 7471 B + 32768) >> 16, of `count` pixels of 3 or 4 channels. */
export function luma(source: usize, channels: u32, count: u32, target: usize): void {
  if (channels == 3) lumas(source, 12, RED_GREEN_3, GREEN_BLUE_3, target, target + count);
  else lumas(source, 16, RED_GREEN_4, GREEN_BLUE_4, target, target + count);
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

/** The sum with the whole weights. */
function exactSum(pixels: usize, weights: usize, blocks: u32): i32 {
  let sum = i32x4.splat(0);
  for (let end = weights + (blocks << 5); weights < end; weights += 32, pixels += 8) {
    const bytes = v128.load8x8_u(pixels);
    sum = i32x4.add(sum, i32x4.mul(i32x4.extend_low_i16x8_u(bytes), v128.load(weights)));
    sum = i32x4.add(sum, i32x4.mul(i32x4.extend_high_i16x8_u(bytes), v128.load(weights, 16)));
  }
  return total(sum);
}

/** One resampled byte, from the sum with the coarse weights where that decides it, else from the whole ones. */
@inline
function resampled(lanes: v128, shift: u32, output: usize, pixels: usize): u32 {
  const coarse = (total(lanes) << shift) + (1 << 21);
  let value = (coarse + load<i32>(output, 16)) >> 22;
  if (value != (coarse + load<i32>(output, 20)) >> 22) {
    value = (exactSum(pixels, load<u32>(output, 12), load<u32>(output, 4)) + (1 << 21)) >> 22;
  }
  return max(0, min(255, value));
}

/**
 * Resamples `rows` rows of `width` luma bytes to `columns` bytes each (rows of `stride`), four rows at a time.
 * `outputs` has six 32-bit words a column: first pixel; number of blocks of eight pixels; address of the coarse weights
 * (i16, shifted right by `shift`); address of the whole weights (i32); least and greatest sum of what was cut off.
 */
export function shrink(
  source: usize,
  width: u32,
  rows: u32,
  columns: u32,
  outputs: usize,
  shift: u32,
  target: usize,
  stride: u32,
): void {
  const lastOutput = outputs + columns * 24;
  for (let row: u32 = 0; row < rows; row += 4, source += width << 2, target += stride << 2) {
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
      for (; weights < end; weights += 16, pixels += 8) {
        const weight = v128.load(weights);
        a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_u(pixels), weight));
        b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_u(pixels + width), weight));
        c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_u(pixels + width * 2), weight));
        d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_u(pixels + width * 3), weight));
      }
      store<u8>(out, resampled(a, shift, output, first));
      store<u8>(out + stride, resampled(b, shift, output, first + width));
      store<u8>(out + stride * 2, resampled(c, shift, output, first + width * 2));
      store<u8>(out + stride * 3, resampled(d, shift, output, first + width * 3));
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
