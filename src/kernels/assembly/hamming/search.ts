// Searches for one query.

import { KEYS, ROW, ROWS, after, distanceOf, putHit, slotOf } from './common';

/**
 * Lists the buckets whose key differs from part i of the query in at most `radii[i]` bits (i8; -1 skips the part).
 * Writes three u32 a bucket from `out + 8` on: table | weight << 8, start, size. The weight is the number of bits in
 * which the key differs. Writes the number of buckets to `out` and the sum of their sizes to `out + 4`.
 * `masks` are u16, ordered by their number of 1 bits; `ends` holds, for each such number, where its masks end (u32).
 * Returns 0, or 1 where the offsets are damaged.
 */
export function probe(
  query: usize,
  n: u32,
  words: u32,
  radii: usize,
  masks: usize,
  ends: usize,
  offsets: usize,
  out: usize,
): u32 {
  const m: u32 = words << 2;
  let count: u32 = 0;
  let sum: u32 = 0;
  let to = out + 8;
  for (let i: u32 = 0; i < m; i++) {
    const radius: i32 = load<i8>(radii + i);
    if (radius < 0) continue;
    const key: u32 = load<u16>(query + (i << 1));
    const starts = offsets + <usize>i * ((KEYS + 1) << 2);
    const end = load<u32>(ends + ((<u32>radius) << 2));
    for (let k: u32 = 0; k < end; k++) {
      const mask: u32 = load<u16>(masks + (k << 1));
      const at = starts + (slotOf(key ^ mask) << 2);
      const from = load<u32>(at);
      const size = load<u32>(at, 4) - from;
      if (size == 0) continue;
      if (from > n || size > n - from) return 1;
      store<u32>(to, i | (popcnt(mask) << 8));
      store<u32>(to, from, 4);
      store<u32>(to, size, 8);
      to += 12;
      count++;
      sum += size;
    }
  }
  store<u32>(out, count);
  store<u32>(out, sum, 4);
  return 0;
}

/**
 * Reads the tags of the buckets that `probe` listed and writes the rows that pass (u32 row, u32 table) to `out`, which
 * has room for `capacity` of them. Returns their number, or `capacity` where there may not be enough room.
 */
export function scan(
  query: usize,
  n: u32,
  words: u32,
  radii: usize,
  list: usize,
  buckets: usize,
  out: usize,
  capacity: u32,
): u32 {
  const m: u32 = words << 2;
  const count = load<u32>(list);
  const first = list + 8;
  // WASM has no prefetch. Nothing waits for this load of each bucket, so that the processor handles the cache misses
  // together.
  let touched: u32 = 0;
  for (let b: u32 = 0; b < count; b++) {
    const entry = first + b * 12;
    const table = load<u32>(entry) & 0xff;
    touched += load<u8>(buckets + (<usize>table * n + load<u32>(entry, 4)) * 6);
  }
  store<u32>(out, touched);
  let found: u32 = 0;
  for (let b: u32 = 0; b < count; b++) {
    const entry = first + b * 12;
    const table = load<u32>(entry) & 0xff;
    const weight = load<u32>(entry) >> 8;
    const size = load<u32>(entry, 8);
    const tags = buckets + (<usize>table * n + load<u32>(entry, 4)) * 6;
    const rowNumbers = tags + (size << 1);
    const following = after(table, m);
    const slack = <i32>load<i8>(radii + table) + <i32>load<i8>(radii + following) + 1 - <i32>weight;
    const next = load<u16>(query + (following << 1));
    const wanted = i16x8.splat(next);
    const allowed = i16x8.splat(<i16>slack);
    const third = after(following, m);
    const second: u32 = load<u8>(query + (third << 1));
    const slack2 = slack + <i32>load<i8>(radii + third) + 1;
    for (let j: u32 = 0; j < size; j += 8) {
      const differing = v128.xor(v128.load(tags + (j << 1)), wanted);
      const distances = i16x8.extadd_pairwise_i8x16_s(i8x16.popcnt(differing));
      let passed: i32 = i16x8.bitmask(i16x8.le_s(distances, allowed));
      if (size - j < 8) passed &= (1 << (size - j)) - 1;
      if (passed == 0) continue;
      if (found + 8 > capacity) return capacity;
      while (passed != 0) {
        const place = j + <u32>ctz(passed);
        passed &= passed - 1;
        const tagged = load<u32>(rowNumbers + (place << 2));
        const differ = popcnt<u32>(load<u16>(tags + (place << 1)) ^ next) + popcnt<u32>((tagged >> ROW) ^ second);
        if (<i32>differ > slack2) continue;
        store<u32>(out + (found << 3), tagged & ROWS);
        store<u32>(out + (found << 3), table, 4);
        found++;
      }
    }
  }
  return found;
}

/** True where a table before `table` also finds this row for this query: then that table reports it. */
function foundEarlier(query: usize, row: usize, m: u32, radii: usize, table: u32): bool {
  for (let i: u32 = 0; i < table; i++) {
    const radius: i32 = load<i8>(radii + i);
    const here = <i32>popcnt<u32>(load<u16>(query + (i << 1)) ^ load<u16>(row + (i << 1)));
    if (here > radius) continue;
    const next = after(i, m);
    const there = here + <i32>popcnt<u32>(load<u16>(query + (next << 1)) ^ load<u16>(row + (next << 1)));
    const slack = radius + <i32>load<i8>(radii + next) + 1;
    if (there > slack) continue;
    const third = after(next, m);
    const beyond = there + <i32>popcnt<u32>(load<u8>(query + (third << 1)) ^ load<u8>(row + (third << 1)));
    if (beyond <= slack + <i32>load<i8>(radii + third) + 1) return true;
  }
  return false;
}

/**
 * Compares the whole row of each of `count` candidates with the query. Writes the rows within the threshold (u32 row,
 * u32 distance) to `out`, which may be the address of the candidates. Returns their number, or `count + 1` where a row
 * number is damaged.
 */
export function verify(
  query: usize,
  rows: usize,
  n: u32,
  words: u32,
  radii: usize,
  threshold: u32,
  candidates: usize,
  count: u32,
  out: usize,
): u32 {
  let hits: u32 = 0;
  for (let c: u32 = 0; c < count; c++) {
    const row = load<u32>(candidates + (c << 3));
    const table = load<u32>(candidates + (c << 3), 4);
    if (row >= n) return count + 1;
    const at = rows + <usize>row * (words << 3);
    const distance = distanceOf(query, at, words, threshold);
    if (distance > threshold || foundEarlier(query, at, words << 2, radii, table)) continue;
    putHit(out, hits++, row, distance);
  }
  return hits;
}

/**
 * Compares rows `from`…n-1 with the query until it has `capacity` hits. Writes the number of hits to `out`, then the
 * hits (u32 row, u32 distance). Returns the row at which the next call goes on: n at the end.
 */
export function linear(
  query: usize,
  rows: usize,
  from: u32,
  n: u32,
  words: u32,
  threshold: u32,
  out: usize,
  capacity: u32,
): u32 {
  let hits: u32 = 0;
  let row = from;
  if (words == 4) {
    const q0 = load<u64>(query);
    const q1 = load<u64>(query, 8);
    const q2 = load<u64>(query, 16);
    const q3 = load<u64>(query, 24);
    for (let at = rows + ((<usize>from) << 5); row < n && hits < capacity; row++, at += 32) {
      let distance = <u32>(popcnt<u64>(load<u64>(at) ^ q0) + popcnt<u64>(load<u64>(at, 8) ^ q1));
      if (distance > threshold) continue;
      distance += <u32>(popcnt<u64>(load<u64>(at, 16) ^ q2) + popcnt<u64>(load<u64>(at, 24) ^ q3));
      if (distance <= threshold) putHit(out + 4, hits++, row, distance);
    }
  } else if (words == 1) {
    const q0 = load<u64>(query);
    for (let at = rows + ((<usize>from) << 3); row < n && hits < capacity; row++, at += 8) {
      const distance = <u32>popcnt<u64>(load<u64>(at) ^ q0);
      if (distance <= threshold) putHit(out + 4, hits++, row, distance);
    }
  } else {
    const rowBytes: u32 = words << 3;
    for (; row < n && hits < capacity; row++) {
      const distance = distanceOf(query, rows + <usize>row * rowBytes, words, threshold);
      if (distance <= threshold) putHit(out + 4, hits++, row, distance);
    }
  }
  store<u32>(out, hits);
  return row;
}
