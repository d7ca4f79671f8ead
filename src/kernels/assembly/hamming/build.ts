// Builds an image: moves the bits of rows, merges equal rows and fills the tables.

import { KEYS, ROW, slotOf } from './common';

/**
 * Moves the bits of `n` rows from `source` to `target`, which may be the same address. `table` holds, for every byte
 * position and byte value, the row of bits that this byte becomes; one row of scratch lies behind it.
 */
export function permute(source: usize, target: usize, n: u32, words: u32, table: usize): void {
  const rowBytes: u32 = words << 3;
  const scratch: usize = table + ((<usize>rowBytes) << 8) * rowBytes;
  if (words == 4) {
    permute256(source, target, n, table);
    return;
  }
  for (let row: u32 = 0; row < n; row++) {
    for (let w: u32 = 0; w < words; w += 2) {
      const column = table + (w << 3);
      let bits = i64x2.splat(0);
      // Words are moved in pairs. Where their number is odd, nothing uses the second word of the last pair.
      for (let p: u32 = 0; p < rowBytes; p++) {
        bits = v128.or(bits, v128.load(column + ((p << 8) | <u32>load<u8>(source + p)) * rowBytes));
      }
      v128.store(scratch + (w << 3), bits);
    }
    for (let w: u32 = 0; w < words; w++) store<u64>(target + (w << 3), load<u64>(scratch + (w << 3)));
    source += rowBytes;
    target += rowBytes;
  }
}

/** Does what `permute` does for rows of 256 bits: it moves a whole row at a time. */
function permute256(source: usize, target: usize, n: u32, table: usize): void {
  for (const end = source + ((<usize>n) << 5); source < end; source += 32, target += 32) {
    let low = i64x2.splat(0);
    let high = i64x2.splat(0);
    for (let p: u32 = 0; p < 32; p++) {
      const row = table + (((p << 8) | <u32>load<u8>(source + p)) << 5);
      low = v128.or(low, v128.load(row));
      high = v128.or(high, v128.load(row, 16));
    }
    v128.store(target, low);
    v128.store(target, high, 16);
  }
}

/** Hashes a row to a number whose low bits are evenly distributed. */
@inline
function hashOf(at: usize, words: u32, seed: u64): u64 {
  let hash: u64 = seed;
  for (let w: u32 = 0; w < words; w++) {
    hash = (hash ^ load<u64>(at + (w << 3))) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return hash;
}

/** True where two rows of `words` words are equal. */
@inline
function isSame(a: usize, b: usize, words: u32): bool {
  for (let w: u32 = 0; w < words; w++)
    if (load<u64>(a + (w << 3)) != load<u64>(b + (w << 3))) return false;
  return true;
}

/** Rows in one batch of `merge`: it loads their slots into the cache before it uses the first of them. */
const AHEAD: u32 = 32;

/**
 * Lower bits of a slot that hold a row number plus 1. The bits above hold a part of the row's hash, so that `merge`
 * need not compare most rows that are different.
 */
const KEPT: u32 = 25;

/**
 * Keeps the first of equal rows, in place and in order. This call goes over rows `from`…`to`-1; earlier calls have left
 * `kept` of the rows before them. The function writes each row's new number (u32) to `map`. `slots` is a hash table of
 * `mask + 1` u32, more than there are rows; the caller fills it with zeros before the first call. `seed` is random, so
 * that nobody can make a list whose hashes collide here. Returns the number of rows that are left.
 */
export function merge(
  rows: usize,
  from: u32,
  to: u32,
  kept: u32,
  words: u32,
  map: usize,
  slots: usize,
  mask: u32,
  seed: u64,
): u32 {
  const rowBytes: u32 = words << 3;
  for (let first = from; first < to; first += AHEAD) {
    const end = min(first + AHEAD, to);
    // WASM has no prefetch. Nothing waits for these loads, so that the processor handles their cache misses together.
    let touched: u32 = 0;
    for (let row = first; row < end; row++) {
      const slot = <u32>hashOf(rows + <usize>row * rowBytes, words, seed) & mask;
      touched += load<u8>(slots + ((<usize>slot) << 2));
    }
    store<u32>(map + ((<usize>first) << 2), touched);
    for (let row = first; row < end; row++) {
      const at = rows + <usize>row * rowBytes;
      const hash = hashOf(at, words, seed);
      const tag = (<u32>(hash >> 57)) << KEPT;
      let slot = <u32>hash & mask;
      let number: u32 = 0;
      for (let word = load<u32>(slots + ((<usize>slot) << 2)); word != 0; word = load<u32>(slots + ((<usize>slot) << 2))) {
        number = word ^ tag;
        if (number >> KEPT == 0 && isSame(rows + <usize>(number - 1) * rowBytes, at, words)) break;
        number = 0;
        slot = (slot + 1) & mask;
      }
      if (number == 0) {
        number = ++kept;
        store<u32>(slots + ((<usize>slot) << 2), number | tag);
        if (kept - 1 != row) memory.copy(rows + <usize>(kept - 1) * rowBytes, at, rowBytes);
      }
      store<u32>(map + ((<usize>row) << 2), number - 1);
    }
  }
  return kept;
}

/**
 * Counts rows `from`…`to`-1 by their key at one part. `offsets` is the table of this part, with zeros before the first
 * call; the count of each slot goes to the entry of the next slot.
 */
export function tally(rows: usize, from: u32, to: u32, words: u32, part: u32, offsets: usize): void {
  const rowBytes: u32 = words << 3;
  let at = rows + <usize>from * rowBytes + (part << 1);
  for (let row = from; row < to; row++) {
    const slot = offsets + 4 + ((<usize>slotOf(load<u16>(at))) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
    at += rowBytes;
  }
}

/**
 * Turns the counts that `tally` left into the starts of the buckets. Writes to `cursor` (65 536 u32) the position at
 * which `place` puts the next row of each bucket.
 */
export function accumulate(offsets: usize, cursor: usize): void {
  for (let key: u32 = 0, sum: u32 = 0; key < KEYS; key++) {
    store<u32>(cursor + (key << 2), sum);
    sum += load<u32>(offsets + 4 + (key << 2));
    store<u32>(offsets + 4 + (key << 2), sum);
  }
}

/** Puts rows `from`…`to`-1 into the buckets of one part. `accumulate` has made its offsets and its cursor. */
export function place(
  rows: usize,
  from: u32,
  to: u32,
  words: u32,
  part: u32,
  offsets: usize,
  buckets: usize,
  cursor: usize,
): void {
  const rowBytes: u32 = words << 3;
  const here: u32 = part << 1;
  const next: u32 = ((part + 1) % (words << 2)) << 1;
  const second: u32 = ((part + 2) % (words << 2)) << 1;
  let at = rows + <usize>from * rowBytes;
  for (let row = from; row < to; row++) {
    const slot: u32 = slotOf(load<u16>(at + here)) << 2;
    const position = load<u32>(cursor + slot);
    store<u32>(cursor + slot, position + 1);
    const start = load<u32>(offsets + slot);
    const size = load<u32>(offsets + slot, 4) - start;
    // A bucket has its tags first, then its row numbers with the second tags.
    const bucket = buckets + <usize>start * 6;
    store<u16>(bucket + ((position - start) << 1), load<u16>(at + next));
    const tagged: u32 = row | ((<u32>load<u8>(at + second)) << ROW);
    store<u32>(bucket + (size << 1) + ((position - start) << 2), tagged);
    at += rowBytes;
  }
}
