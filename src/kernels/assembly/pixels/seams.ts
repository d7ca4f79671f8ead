// Finds the places at which a grey raster changes from one row or one column to the next. Straight lines of such places
// are seams.

/** Sets all bits of each byte where the mean of `a` and `b` and the mean of `c` and `d` differ by `least` or more. */
@inline
function steps(a: v128, b: v128, c: v128, d: v128, least: v128): v128 {
  const before = i8x16.avgr_u(a, b);
  const behind = i8x16.avgr_u(c, d);
  const step = v128.or(i8x16.sub_sat_u(before, behind), i8x16.sub_sat_u(behind, before));
  return i8x16.eq(i8x16.max_u(step, least), step);
}

/**
 * Marks the pixels at which a grey raster of `width`×`height` changes: the mean of the two pixels before differs by
 * `least` levels or more from the mean of the pixel itself and the next one.
 * - `rows` receives a bit for each pixel, which compares it with those above: row after row, `rowBytes` bytes a row (a
 *   multiple of 2), the left pixel in the lowest bit.
 * - `columns` receives a bit for each pixel, which compares it with those to the left: of every eight rows a byte for
 *   each column, the upper pixel in the highest bit.
 * Pixels too near to the edge for this comparison get any bit.
 */
export function seams(
  raster: usize,
  width: u32,
  height: u32,
  least: u32,
  rows: usize,
  rowBytes: u32,
  columns: usize,
): void {
  const levels = i8x16.splat(<i8>least);
  for (let y: u32 = 2; y + 1 < height; y++) {
    const at = raster + y * width;
    const target = rows + y * rowBytes;
    for (let x: u32 = 0; x < width; x += 16) {
      const here = at + x;
      const marked = steps(
        v128.load(here - (width << 1)),
        v128.load(here - width),
        v128.load(here),
        v128.load(here + width),
        levels,
      );
      store<u16>(target + (x >> 3), <u16>i8x16.bitmask(marked));
    }
  }
  const one = i8x16.splat(1);
  for (let y: u32 = 0; y + 8 <= height; y += 8, columns += width)
    for (let x: u32 = 0; x < width; x += 16) {
      let here = raster + y * width + x;
      let bits = i8x16.splat(0);
      for (let k = 0; k < 8; k++, here += width) {
        const marked = steps(
          v128.load(here - 2),
          v128.load(here - 1),
          v128.load(here),
          v128.load(here + 1),
          levels,
        );
        bits = v128.or(i8x16.add(bits, bits), v128.and(marked, one));
      }
      v128.store(columns + x, bits);
    }
}
