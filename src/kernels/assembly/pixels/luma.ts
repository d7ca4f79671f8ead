// Rec. 601 luma in whole numbers, in tiles of eight rows.

// Swizzles: each takes two channels of four pixels of 3 or 4 bytes, as pairs of 16 bits. An index of -128 makes a zero.

/** Red and green of pixels of 3 bytes. */
export const RED_GREEN_3 = i8x16(0, -128, 1, -128, 3, -128, 4, -128, 6, -128, 7, -128, 9, -128, 10, -128);

/** Green and blue of pixels of 3 bytes. */
export const GREEN_BLUE_3 = i8x16(1, -128, 2, -128, 4, -128, 5, -128, 7, -128, 8, -128, 10, -128, 11, -128);

/** Red and green of pixels of 4 bytes. */
export const RED_GREEN_4 = i8x16(0, -128, 1, -128, 4, -128, 5, -128, 8, -128, 9, -128, 12, -128, 13, -128);

/** Green and blue of pixels of 4 bytes. */
export const GREEN_BLUE_4 = i8x16(1, -128, 2, -128, 5, -128, 6, -128, 9, -128, 10, -128, 13, -128, 14, -128);

/**
 * Four Rec. 601 lumas, computed with 16 fractional bits and rounded. The weight of green does not fit 16 bits, so each
 * of the two dot products adds half of it.
 */
@inline
export function fourLumas(at: usize, redGreen: v128, greenBlue: v128): v128 {
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

/** Writes the lumas of one row to every eighth line of 16 bytes: one line in each tile, from `tile` until `end`. */
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
 * Writes the Rec. 601 luma, (19595 R + 38470 G + 7471 B + 32768) >> 16, of eight rows of `width` pixels of 1, 3 or 4
 * channels, 16 bits a pixel, in tiles. A tile has eight pixels of the first row, then the eight below them, and so on;
 * the next tile has the next eight columns. The last tile is always whole: `width` is rounded up to a multiple of 8.
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
