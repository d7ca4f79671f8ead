// PDQ in float32, for pictures whose bits depend on the rounding of PDQ's reference. The functions compute in the order
// of the reference, so that each operation rounds as it does there.

// Swizzles: each takes one channel of four pixels of 3 bytes, as 32 bits. An index of -128 makes a zero.
const RED_3 = i8x16(0, -128, -128, -128, 3, -128, -128, -128, 6, -128, -128, -128, 9, -128, -128, -128);

const GREEN_3 = i8x16(1, -128, -128, -128, 4, -128, -128, -128, 7, -128, -128, -128, 10, -128, -128, -128);

const BLUE_3 = i8x16(2, -128, -128, -128, 5, -128, -128, -128, 8, -128, -128, -128, 11, -128, -128, -128);

/** Four float32 lumas, fl(fl(0.299 R) + fl(0.587 G)) + fl(0.114 B), where fl rounds to float32. */
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
 * Writes float32 lumas of eight rows of `width` pixels of 1, 3 or 4 channels, column by column; with one channel, the
 * bytes themselves. The lanes of a vector are rows, because a running sum along a row cannot be split. `width` is
 * rounded up to a multiple of 4.
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

/** Does the work of `lumaColumns` for pixels of 3 or 4 channels. `end` is the address behind the last column. */
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

/**
 * Writes eight rows of `length` floats, `stride` bytes from row to row, column by column. `length` is rounded up to a
 * multiple of 4.
 */
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
 * Writes the 16×16 lowest frequencies of a raster of 64×64 floats. `cosines` has 16 rows of 64 floats; `turned` has
 * the same cosines as 64 rows of 16. `half` has room for 16 × 64 floats. The lanes of a vector are columns of the
 * result, so that each sum keeps its order.
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

/** Stores one column: a float in each of eight rows, `stride` bytes from row to row. */
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
 * Writes running means over `window` floats, along eight rows of `length` floats that come column by column, at `count`
 * places in rising order (u32). The means of a row lie one after the other at `target`, `stride` bytes from row to row.
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

/** Does what `meansAt` does, at each of the `length` places. */
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
  // The loop makes four columns at a time, as long as four are left.
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
 * Moves the running sums of `count` columns down by one row: adds the row at `added`, subtracts the row at
 * `subtracted`. Writes the sums divided by `samples` to `means`, unless that is 0.
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
