// Screening: the kernel finds out for many queries at once which of them may have a row within the threshold.

import { KEYS, ROW, ROWS, after, distanceOf, slotOf } from './common';

/**
 * Counts queries by the upper 12 bits of their key at one part. Writes to `starts` (4096 u32), for each value of these
 * bits, the position of its first query in sorted order.
 */
@inline
export function countKeys(queries: usize, count: u32, rowBytes: u32, part: u32, starts: usize): void {
  memory.fill(starts, 0, 4096 << 2);
  let at = queries + (part << 1);
  for (let q: u32 = 0; q < count; q++, at += rowBytes) {
    const slot = starts + ((<usize>load<u16>(at) >> 4) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  for (let key: u32 = 0, sum: u32 = 0; key < 4096; key++) {
    const size = load<u32>(starts + (key << 2));
    store<u32>(starts + (key << 2), sum);
    sum += size;
  }
}

/**
 * Writes the numbers of `count` queries (u32 each) to `order`, sorted by the upper 12 bits of their key at one part.
 * `starts` is scratch of 4096 u32.
 */
@inline
function sortByKey(queries: usize, count: u32, rowBytes: u32, part: u32, order: usize, starts: usize): void {
  countKeys(queries, count, rowBytes, part, starts);
  let at = queries + (part << 1);
  for (let q: u32 = 0; q < count; q++, at += rowBytes) {
    const slot = starts + ((<usize>load<u16>(at) >> 4) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u32>(order + (place << 2), q);
  }
}

/**
 * Marks the queries that may have a row within the threshold: it writes 1 to the query's u8 in `marks`. A query whose
 * u8 is still 0 after all parts has no such row. `count` queries lie one behind the other.
 *
 * The rules are those of `probe`, `scan` and `verify`. But a call looks at one part of all queries, in the order of
 * their keys: what one query reads is still in the cache for the next. The function also marks queries whose buckets
 * add up to more than half of the rows, and queries that meet damage; the caller then searches for each of them.
 * `work` has room for a u32 a query, then for the sum of each query (u32, zero before the first part), then for 4096
 * u32.
 */
export function screen(
  queries: usize,
  count: u32,
  rows: usize,
  n: u32,
  words: u32,
  part: u32,
  radii: usize,
  threshold: u32,
  masks: usize,
  ends: usize,
  offsets: usize,
  buckets: usize,
  marks: usize,
  work: usize,
): void {
  const m: u32 = words << 2;
  const rowBytes: u32 = words << 3;
  const sums = work + (count << 2);
  const radius: i32 = load<i8>(radii + part);
  if (radius < 0) return;
  const following = after(part, m);
  const slack: i32 = radius + <i32>load<i8>(radii + following) + 1;
  const third = after(following, m);
  const slack2: i32 = slack + <i32>load<i8>(radii + third) + 1;
  const starts = offsets + <usize>part * ((KEYS + 1) << 2);
  const table = buckets + <usize>part * n * 6;
  const end = load<u32>(ends + ((<u32>radius) << 2));
  sortByKey(queries, count, rowBytes, part, work, sums + (count << 2));
  for (let place: u32 = 0; place < count; place++) {
    const q = load<u32>(work + (place << 2));
    if (load<u8>(marks + q) != 0) continue;
    const query = queries + q * rowBytes;
    const key: u32 = load<u16>(query + (part << 1));
    const next = load<u16>(query + (following << 1));
    const second = load<u8>(query + (third << 1));
    let sum = load<u32>(sums + (q << 2));
    for (let k: u32 = 0; k < end; k++) {
      const mask: u32 = load<u16>(masks + (k << 1));
      const at = starts + (slotOf(key ^ mask) << 2);
      const from = load<u32>(at);
      const size = load<u32>(at, 4) - from;
      if (size == 0) continue;
      sum += size;
      if (from > n || size > n - from || sum > n >> 1) {
        store<u8>(marks + q, 1);
        break;
      }
      const weight = <i32>popcnt(mask);
      const tags = table + <usize>from * 6;
      if (passes(tags, size, next, slack - weight, second, slack2 - weight, query, rows, n, words, threshold)) {
        store<u8>(marks + q, 1);
        break;
      }
    }
    store<u32>(sums + (q << 2), sum);
  }
}

/**
 * True where a row of a bucket is within the threshold, or where its number is damaged. `tags` is the address of the
 * bucket and `size` its number of rows. Only rows that pass are compared whole: their tag may differ from `next` in
 * `slack` bits, and both tags from `next` and `second` in `slack2` bits.
 */
@inline
export function passes(
  tags: usize,
  size: u32,
  next: u16,
  slack: i32,
  second: u8,
  slack2: i32,
  query: usize,
  rows: usize,
  n: u32,
  words: u32,
  threshold: u32,
): bool {
  const rowNumbers = tags + (size << 1);
  const wanted = i16x8.splat(next);
  const allowed = i16x8.splat(<i16>slack);
  for (let j: u32 = 0; j < size; j += 8) {
    const differing = v128.xor(v128.load(tags + (j << 1)), wanted);
    const distances = i16x8.extadd_pairwise_i8x16_s(i8x16.popcnt(differing));
    let passed: i32 = i16x8.bitmask(i16x8.le_s(distances, allowed));
    if (size - j < 8) passed &= (1 << (size - j)) - 1;
    while (passed != 0) {
      const place = j + <u32>ctz(passed);
      passed &= passed - 1;
      const tagged = load<u32>(rowNumbers + (place << 2));
      const differ = popcnt<u32>(load<u16>(tags + (place << 1)) ^ next) + popcnt<u32>((tagged >> ROW) ^ second);
      if (<i32>differ > slack2) continue;
      const row = tagged & ROWS;
      if (row >= n) return true;
      if (distanceOf(query, rows + <usize>row * (words << 3), words, threshold) <= threshold) return true;
    }
  }
  return false;
}
