// Functions and constants that the files of this kernel share.

/** Number of keys of a part, and of slots in its table. */
export const KEYS: u32 = 65536;

/** Number of bits of a row number. */
export const ROW: u32 = 24;

/** Mask of the bits of a row number. */
export const ROWS: u32 = 0xffffff;

/**
 * The slot of a key: the position of its bucket in the table. The bucket of the complement is next to it, because
 * mirrored pictures ask for that one.
 */
@inline
export function slotOf(key: u32): u32 {
  const top = key >> 15;
  return (((key ^ (0 - top)) & 0x7fff) << 1) | top;
}

/** The number of the part that follows `part`, of `m` parts. The first follows the last. */
@inline
export function after(part: u32, m: u32): u32 {
  return part + 1 == m ? 0 : part + 1;
}

/**
 * The distance of two rows of `words` words, in bits. Where it is above `threshold`, the function may stop early and
 * return any number above `threshold`.
 */
@inline
export function distanceOf(a: usize, b: usize, words: u32, threshold: u32): u32 {
  let distance: u32 = 0;
  for (let w: u32 = 0; w < words; w++) {
    distance += <u32>popcnt<u64>(load<u64>(a + (w << 3)) ^ load<u64>(b + (w << 3)));
    if (distance > threshold) break;
  }
  return distance;
}

/** Writes a row and its distance (u32 each) to `out` as hit number `hits`, counted from 0. */
@inline
export function putHit(out: usize, hits: u32, row: u32, distance: u32): void {
  store<u32>(out + (hits << 3), row);
  store<u32>(out + (hits << 3), distance, 4);
}
