// Functions and constants that the files of this kernel share.

export const KEYS: u32 = 65536;

/** Bits of a row number. */
export const ROW: u32 = 24;

export const ROWS: u32 = 0xffffff;

/** Where the bucket of a key lies among its part's: beside that of the complement, which mirrored pictures ask for. */
@inline
export function slotOf(key: u32): u32 {
  const top = key >> 15;
  return (((key ^ (0 - top)) & 0x7fff) << 1) | top;
}

/** The number of the part that follows a part; the first follows the last. */
@inline
export function after(part: u32, m: u32): u32 {
  return part + 1 == m ? 0 : part + 1;
}

/** Distance of two rows of `words` words in bits. It stops early, with any number above `threshold`, once above it. */
@inline
export function distanceOf(a: usize, b: usize, words: u32, threshold: u32): u32 {
  let distance: u32 = 0;
  for (let w: u32 = 0; w < words; w++) {
    distance += <u32>popcnt<u64>(load<u64>(a + (w << 3)) ^ load<u64>(b + (w << 3)));
    if (distance > threshold) break;
  }
  return distance;
}

/** Appends a row and its distance to `out`. */
@inline
export function putHit(out: usize, hits: u32, row: u32, distance: u32): void {
  store<u32>(out + (hits << 3), row);
  store<u32>(out + (hits << 3), distance, 4);
}
