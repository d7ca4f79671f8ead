// Screening against small lists. Its tables list a row under its own key and under each key that differs in one bit.

import { KEYS, after, slotOf } from './common';
import { countKeys, passes } from './screen';

/** Number of keys that differ from a key in at most one bit: itself and 16 others. */
const BALL: u32 = 17;

/** Lower bits of an offset: the position at which a bucket of `placeNeighbours` starts. */
const START: u32 = 21;

/** The most rows that such a bucket may hold under their own key: the upper 11 bits of an offset hold their number. */
const OWN: u32 = 2047;

/** The key itself for `k` 0, or the key with bit `k` - 1 inverted. `k` is 0 to 16. */
@inline
function neighbour(key: u32, k: u32): u32 {
  return k == 0 ? key : key ^ (1 << (k - 1));
}

/**
 * Does what `tally` does, for a table that lists each row under its own key at `part` and under each of the 16 keys
 * that differ in one bit.
 */
export function tallyNeighbours(rows: usize, from: u32, to: u32, words: u32, part: u32, offsets: usize): void {
  const rowBytes: u32 = words << 3;
  let at = rows + <usize>from * rowBytes + (part << 1);
  for (let row = from; row < to; row++, at += rowBytes) {
    const key: u32 = load<u16>(at);
    for (let k: u32 = 0; k < BALL; k++) {
      const slot = offsets + 4 + ((<usize>neighbour(key, k)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
}

/**
 * Puts the tags of rows `from`…`to`-1 into the table that `tallyNeighbours` counted for. With `own` it puts them under
 * their own keys; the caller does this first, for all rows. Without `own` it puts them under the keys that differ in
 * one bit. With `own` it also counts the bucket's own rows in the upper bits of its offset. Returns false where a
 * bucket has more own rows than these bits can count.
 */
export function placeNeighbours(
  rows: usize,
  from: u32,
  to: u32,
  words: u32,
  part: u32,
  offsets: usize,
  tags: usize,
  cursor: usize,
  own: bool,
): bool {
  const rowBytes: u32 = words << 3;
  const here: u32 = part << 1;
  const next: u32 = after(part, words << 2) << 1;
  const first: u32 = own ? 0 : 1;
  const end: u32 = own ? 1 : BALL;
  let at = rows + <usize>from * rowBytes;
  for (let row = from; row < to; row++, at += rowBytes) {
    const key: u32 = load<u16>(at + here);
    const tag = load<u16>(at + next);
    for (let k = first; k < end; k++) {
      const slot = (<usize>neighbour(key, k)) << 2;
      const position = load<u32>(cursor + slot);
      store<u32>(cursor + slot, position + 1);
      store<u16>(tags + (position << 1), tag);
      if (!own) continue;
      const word = load<u32>(offsets + slot);
      if (word >> START == OWN) return false;
      store<u32>(offsets + slot, word + (1 << START));
    }
  }
  return true;
}

/**
 * Does what `screen` does, with the tables of `placeNeighbours` for one part; only small lists have these. A row whose
 * key differs in d bits, at least 1, also stands under some key that differs in d - 1 bits. So at a radius of 1 one
 * bucket does the work of seventeen. The function also marks queries whose buckets in this part add up to more than
 * half of the rows. `work` has room for 8 bytes a query, then 4096 u32.
 */
export function screenNeighbours(
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
  neighbourOffsets: usize,
  neighbourTags: usize,
  marks: usize,
  work: usize,
): void {
  const m: u32 = words << 2;
  const rowBytes: u32 = words << 3;
  const radius: i32 = load<i8>(radii + part);
  if (radius < 0) return;
  const following = after(part, m);
  const slack: i32 = radius + <i32>load<i8>(radii + following) + 1;
  const third = after(following, m);
  const slack2: i32 = slack + <i32>load<i8>(radii + third) + 1;
  const starts = offsets + <usize>part * ((KEYS + 1) << 2);
  const table = buckets + <usize>part * n * 6;
  const end: u32 = load<u32>(ends + ((<u32>max(radius - 1, 0)) << 2));
  sortParts(queries, count, rowBytes, part, following, work);
  for (const last = work + (count << 3); work < last; work += 8) {
    const q = load<u32>(work, 4);
    if (load<u8>(marks + q) != 0) continue;
    const key: u32 = load<u16>(work);
    const next = load<u16>(work, 2);
    let sum: u32 = 0;
    for (let k: u32 = 0; k < end; k++) {
      const mask: u32 = load<u16>(masks + (k << 1));
      const differ = <i32>popcnt(mask);
      const centre = key ^ mask;
      const word = load<u32>(neighbourOffsets + (centre << 2));
      const from = word & ((1 << START) - 1);
      const size = (load<u32>(neighbourOffsets + (centre << 2), 4) & ((1 << START) - 1)) - from;
      sum += size;
      // At a radius of 0 only rows under their own key may pass.
      const others = radius == 0 ? -1 : slack - differ - 1;
      if (!anyWithin(neighbourTags + (from << 1), size, next, word >> START, slack - differ, others)) continue;
      const query = queries + q * rowBytes;
      const second = load<u8>(query + (third << 1));
      if (ballPasses(starts, table, centre, differ, radius, next, slack, second, slack2, query, rows, n, words, threshold))
        sum = n;
    }
    if (sum > n >> 1) store<u8>(marks + q, 1);
  }
}

/**
 * Writes what one part of each query asks (u16 key, u16 tag, u32 number of the query) to `target`, sorted by the upper
 * 12 bits of the key. So a query finds in the cache what the one before it has read. Behind `target` lie 4096 u32 of
 * scratch.
 */
@inline
function sortParts(queries: usize, count: u32, rowBytes: u32, part: u32, following: u32, target: usize): void {
  const starts = target + (count << 3);
  countKeys(queries, count, rowBytes, part, starts);
  let at = queries + (part << 1);
  const toTag: usize = (<usize>following << 1) - (<usize>part << 1);
  for (let q: u32 = 0; q < count; q++, at += rowBytes) {
    const key: u32 = load<u16>(at);
    const slot = starts + ((key >> 4) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    const entry = target + (place << 3);
    store<u32>(entry, key | (<u32>load<u16>(at + toTag) << 16));
    store<u32>(entry, q, 4);
  }
}

/** The number of each lane. */
const LANES = i16x8(0, 1, 2, 3, 4, 5, 6, 7);

/**
 * True where one of the first `own` tags differs from `next` in at most `slack` bits, or one of the other tags in at
 * most `others` bits.
 */
@inline
function anyWithin(tags: usize, size: u32, next: u16, own: u32, slack: i32, others: i32): bool {
  const wanted = i16x8.splat(next);
  const most = i16x8.splat(<i16>slack);
  const least = i16x8.splat(<i16>others);
  let owned = i16x8.splat(<i16>own);
  for (; size > 8; size -= 8, tags += 16) {
    if (within(tags, wanted, owned, most, least) != 0) return true;
    owned = i16x8.sub_sat_s(owned, i16x8.splat(8));
  }
  return (within(tags, wanted, owned, most, least) & ((1 << size) - 1)) != 0;
}

/** Compares eight tags with `wanted`. Returns a bit for each: 1 where it is near enough. */
@inline
function within(tags: usize, wanted: v128, owned: v128, most: v128, least: v128): i32 {
  const differing = v128.xor(v128.load(tags), wanted);
  const allowed = v128.bitselect(most, least, i16x8.lt_s(LANES, owned));
  return i16x8.bitmask(i16x8.le_s(i16x8.extadd_pairwise_i8x16_s(i8x16.popcnt(differing)), allowed));
}

/** Calls `passes` with the bucket of a key. Also true where the offsets of the bucket are damaged. */
function bucketPasses(
  starts: usize,
  table: usize,
  key: u32,
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
  const slot = slotOf(key) << 2;
  const from = load<u32>(starts + slot);
  const size = load<u32>(starts + slot, 4) - from;
  if (size == 0) return false;
  if (from > n || size > n - from) return true;
  return passes(table + <usize>from * 6, size, next, slack, second, slack2, query, rows, n, words, threshold);
}

/**
 * True where `bucketPasses` is true for `centre` or for a key that differs from it in one bit. `centre` itself differs
 * from the query's key in `differ` bits.
 */
function ballPasses(
  starts: usize,
  table: usize,
  centre: u32,
  differ: i32,
  radius: i32,
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
  for (let k: u32 = 0; k < BALL; k++) {
    const off = k == 0 ? differ : differ + 1;
    if (off > radius) break;
    const key = neighbour(centre, k);
    if (bucketPasses(starts, table, key, next, slack - off, second, slack2 - off, query, rows, n, words, threshold))
      return true;
  }
  return false;
}
