// Exact Hamming range search by multi-index hashing: docs/index.md has the method, the proof and the layout.
//
// A hash of 64·w bits is a row of w 64-bit words, and at the same time m = 4·w parts of 16 bits. All addresses are
// bytes in the imported memory; the caller (src/matching/shard.ts) lays it out. Pointers: `rows` n rows; `offsets`
// m tables of 65 537 u32 (where each bucket starts); `buckets` m tables of 6·n bytes, a bucket of k rows being k
// u16 tags (the next part) and then k u32, of 24 bits of row number and 8 bits of second tag (the low byte of the part after the
// next).

const KEYS: u32 = 65536;
/** Bits of a row number. */
const ROW: u32 = 24;
const ROWS: u32 = 0xffffff;

/** Where the bucket of a key lies among its part's: beside that of the complement, which mirrored pictures ask for. */
@inline
function slotOf(key: u32): u32 {
  const top = key >> 15;
  return (((key ^ (0 - top)) & 0x7fff) << 1) | top;
}

/** The part after a part. */
@inline
function after(part: u32, m: u32): u32 {
  return part + 1 == m ? 0 : part + 1;
}

/** Distance of two rows of `words` words, or any number above `threshold` as soon as it is known to be above. */
@inline
function distanceOf(a: usize, b: usize, words: u32, threshold: u32): u32 {
  let distance: u32 = 0;
  for (let w: u32 = 0; w < words; w++) {
    distance += <u32>popcnt<u64>(load<u64>(a + (w << 3)) ^ load<u64>(b + (w << 3)));
    if (distance > threshold) break;
  }
  return distance;
}

/** Appends a row and its distance to `out`. */
@inline
function putHit(out: usize, hits: u32, row: u32, distance: u32): void {
  store<u32>(out + (hits << 3), row);
  store<u32>(out + (hits << 3), distance, 4);
}

/**
 * Moves the bits of `n` rows from `source` to `target` (which may be the same) as `table` says: for every byte
 * position and byte value, the row of bits that it becomes.
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
      // The second half of the last pair is beyond the row where the number of words is odd: it is not used.
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

/** The same of rows of 256 bits, whole ones at a time. */
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

/** Mixes a row to a number whose low bits can be trusted. */
@inline
function hashOf(at: usize, words: u32, seed: u64): u64 {
  let hash: u64 = seed;
  for (let w: u32 = 0; w < words; w++) {
    hash = (hash ^ load<u64>(at + (w << 3))) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return hash;
}

@inline
function isSame(a: usize, b: usize, words: u32): bool {
  for (let w: u32 = 0; w < words; w++)
    if (load<u64>(a + (w << 3)) != load<u64>(b + (w << 3))) return false;
  return true;
}

/** Rows whose slots are touched before they are looked at. */
const AHEAD: u32 = 32;
/** Bits of a row's number and one, above which a slot has some of its hash: then most others need not be compared. */
const KEPT: u32 = 25;

/**
 * Keeps the first of equal rows, in place and in order: goes over rows `from`…`to`-1, `kept` being left of those
 * before; `map` gets each row's new number (u32). `slots` is a hash table of `mask + 1` u32, more than there are rows,
 * zero at the start; `seed` keeps lists from being made to collide. Returns the number of rows left.
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
    // WASM has no prefetch: these loads, which nothing waits for, overlap the cache misses that would follow one by one.
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

/** Counts, in the table of one part whose offsets are zero at the start, rows `from`…`to`-1: slot + 1 has the number. */
export function tally(rows: usize, from: u32, to: u32, words: u32, part: u32, offsets: usize): void {
  const rowBytes: u32 = words << 3;
  let at = rows + <usize>from * rowBytes + (part << 1);
  for (let row = from; row < to; row++) {
    const slot = offsets + 4 + ((<usize>slotOf(load<u16>(at))) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
    at += rowBytes;
  }
}

/** Makes starts of the numbers that `tally` left; `cursor` (65 536 u32) gets where the next row of each bucket goes. */
export function accumulate(offsets: usize, cursor: usize): void {
  for (let key: u32 = 0, sum: u32 = 0; key < KEYS; key++) {
    store<u32>(cursor + (key << 2), sum);
    sum += load<u32>(offsets + 4 + (key << 2));
    store<u32>(offsets + 4 + (key << 2), sum);
  }
}

/** Puts rows `from`…`to`-1 into the buckets of one part, whose offsets and cursor are ready. */
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
    // Tags of the bucket, then its row numbers with the second tags.
    const bucket = buckets + <usize>start * 6;
    store<u16>(bucket + ((position - start) << 1), load<u16>(at + next));
    const tagged: u32 = row | ((<u32>load<u8>(at + second)) << ROW);
    store<u32>(bucket + (size << 1) + ((position - start) << 2), tagged);
    at += rowBytes;
  }
}

/**
 * As `tally`, for the table of one part in which a row stands under its own key and under each of the 16 that differ from it in
 * one bit.
 */
export function tallyNear(rows: usize, from: u32, to: u32, words: u32, part: u32, offsets: usize): void {
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
 * Puts the tags of rows `from`…`to`-1 into the table that `tallyNear` counted for: of the keys of one bit (`own` false), or
 * their own, which has to come first. The offsets get the number of a bucket's own rows as their upper bits; returns false where
 * these do not hold it.
 */
export function placeNear(
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

/** A key and those that differ from it in one bit. */
const BALL: u32 = 17;
/** Bits of where a bucket of `placeNear` starts. */
const START: u32 = 21;
/** Most own rows of such a bucket. */
const OWN: u32 = 2047;

@inline
function neighbour(key: u32, k: u32): u32 {
  return k == 0 ? key : key ^ (1 << (k - 1));
}

/**
 * Lists the buckets whose key lies within `radii[i]` (i8, -1 = none) of part i of the query: u32 table and weight
 * (table | weight << 8), u32 start, u32 size each, at `out + 8`; their number at `out`, the sum of their sizes at
 * `out + 4`. `masks` are u16 ordered by their number of bits, `ends` (u32) where each number of bits ends.
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
 * Reads the tags of the buckets that `probe` listed and puts the rows that pass (u32 row, u32 table) to `out`.
 * Returns their number, or `capacity` where they may be too many.
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
  // WASM has no prefetch: one early load per bucket overlaps the cache misses that would follow one by one.
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

/** Returned by `plan` where the offsets are damaged. */
const DAMAGED: u32 = 0xffffffff;

/**
 * Finds out what `count` queries need of one part, for an image that is not in memory: the buckets of the first `end` masks. `needed`
 * gets a bit for every slot (65 536), then for every 64 of them the number of slots needed before (1024 u32). `pieces` gets, for every
 * needed slot in order, where its bucket will lie (u32, in rows) among what is read; `runs` what is to be read (u32 first row and
 * u32 row behind the last): buckets that are at most `near` rows apart are read at once, but not more than `most` rows where it
 * is several. `sums` has a u32 a query, the rows of its buckets so far: a query with more than `limit` needs nothing. Returns the number of
 * runs, or DAMAGED.
 */
export function plan(
  queries: usize,
  count: u32,
  n: u32,
  words: u32,
  part: u32,
  end: u32,
  masks: usize,
  offsets: usize,
  limit: u32,
  near: u32,
  most: u32,
  sums: usize,
  needed: usize,
  pieces: usize,
  runs: usize,
): u32 {
  memory.fill(needed, 0, KEYS >> 3);
  let query = queries + (part << 1);
  for (let q: u32 = 0; q < count; q++, query += words << 3) {
    let sum = load<u32>(sums + (q << 2));
    if (sum > limit) continue;
    const key: u32 = load<u16>(query);
    for (let k: u32 = 0; k < end && sum <= limit; k++) {
      const at = offsets + (slotOf(key ^ load<u16>(masks + (k << 1))) << 2);
      const from = load<u32>(at);
      const to = load<u32>(at, 4);
      if (from > to || to > n) return DAMAGED;
      sum += to - from;
    }
    store<u32>(sums + (q << 2), sum);
    if (sum > limit) continue;
    for (let k: u32 = 0; k < end; k++) {
      const slot = slotOf(key ^ load<u16>(masks + (k << 1)));
      if (load<u32>(offsets + (slot << 2)) == load<u32>(offsets + (slot << 2), 4)) continue;
      const bits = needed + ((slot >> 6) << 3);
      store<u64>(bits, load<u64>(bits) | ((<u64>1) << (slot & 63)));
    }
  }
  return planRuns(offsets, near, most, needed, pieces, runs);
}

function planRuns(offsets: usize, near: u32, most: u32, needed: usize, pieces: usize, runs: usize): u32 {
  let piece: u32 = 0;
  let run: u32 = 0;
  let begin: u32 = 0;
  let end: u32 = 0;
  let place: u32 = 0;
  for (let w: u32 = 0; w < KEYS >> 6; w++) {
    store<u32>(needed + (KEYS >> 3) + (w << 2), piece);
    for (let bits = load<u64>(needed + (w << 3)); bits != 0; bits &= bits - 1) {
      const at = offsets + (((w << 6) + <u32>ctz(bits)) << 2);
      const from = load<u32>(at);
      const to = load<u32>(at, 4);
      // In order, so that all of it together is not more than the part has.
      if (from < end) return DAMAGED;
      if (run == 0 || from - end > near || to - begin > most) {
        place += end - begin;
        begin = from;
        store<u32>(runs + (run++ << 3), begin);
      }
      end = to;
      store<u32>(runs + ((run - 1) << 3), end, 4);
      store<u32>(pieces + (piece++ << 2), place + from - begin);
    }
  }
  return run;
}

/**
 * As `probe` and `scan`, of one part whose buckets have been read to `buckets` as `plan` said. `list` is for the buckets.
 */
export function scanPart(
  query: usize,
  words: u32,
  part: u32,
  radii: usize,
  masks: usize,
  ends: usize,
  offsets: usize,
  needed: usize,
  pieces: usize,
  buckets: usize,
  list: usize,
  out: usize,
  capacity: u32,
): u32 {
  const key: u32 = load<u16>(query + (part << 1));
  const end = load<u32>(ends + ((<u32>load<i8>(radii + part)) << 2));
  let to = list + 8;
  for (let k: u32 = 0; k < end; k++) {
    const mask: u32 = load<u16>(masks + (k << 1));
    const slot = slotOf(key ^ mask);
    const size = load<u32>(offsets + (slot << 2), 4) - load<u32>(offsets + (slot << 2));
    if (size == 0) continue;
    const word = slot >> 6;
    const before = load<u64>(needed + (word << 3)) & (((<u64>1) << (slot & 63)) - 1);
    const piece = load<u32>(needed + (KEYS >> 3) + (word << 2)) + <u32>popcnt<u64>(before);
    store<u32>(to, part | (popcnt(mask) << 8));
    store<u32>(to, load<u32>(pieces + (piece << 2)), 4);
    store<u32>(to, size, 8);
    to += 12;
  }
  store<u32>(list, <u32>(to - list - 8) / 12);
  return scan(query, 0, words, radii, list, buckets, out, capacity);
}

/** True when a table before `table` lists this row for this query too: then that one reports it. */
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
 * Compares the `count` candidates with the query, whole; puts the rows within the threshold (u32 row, u32 distance) to
 * `out`, which may be where the candidates are. Returns their number, or `count + 1` where a row number is damaged.
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

/** Where queries begin whose keys at one part have the same upper 12 bits, in the order of these: 4096 u32 at `starts`. */
@inline
function countKeys(queries: usize, count: u32, rowBytes: u32, part: u32, starts: usize): void {
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
 * Puts the numbers of `count` queries into the order of their keys at one part, as far as their upper bits tell (u32 each,
 * to `order`). `starts` is a table of 4096 u32.
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
 * Of `count` queries, one behind the other, marks (u8 1 in `marks`) those that may have a row within the threshold; what
 * stays 0 has none. By the same rules as `probe`, `scan` and `verify`, but one part for all queries, in the order of
 * their keys, so that what one query reads is still in the cache for the next. Marked, too, are queries whose buckets add
 * up to more than half of the rows, and those that meet damage: a search of their own tells. `work` has room for a u32 a
 * query, then another (the sums), zero before the first part, then 4096 u32.
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

/** True when a row of a bucket is within the threshold, or its number is damaged. */
@inline
function passes(
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

/**
 * As `screen`, for lists that are small enough for the tables of `placeNear`, of one part: a row that differs in d bits, d being at
 * least 1, stands at some key that differs in d - 1, so that one bucket serves instead of seventeen. Marked, too, are queries whose
 * buckets in one part add up to more than half of the rows. `work` has room for 8 bytes a query, then 4096 u32.
 */
export function screenNear(
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
  nearOffsets: usize,
  nearTags: usize,
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
      const word = load<u32>(nearOffsets + (centre << 2));
      const from = word & ((1 << START) - 1);
      const size = (load<u32>(nearOffsets + (centre << 2), 4) & ((1 << START) - 1)) - from;
      sum += size;
      // At a radius of 0 no other rows count.
      const others = radius == 0 ? -1 : slack - differ - 1;
      if (!anyNear(nearTags + (from << 1), size, next, word >> START, slack - differ, others)) continue;
      const query = queries + q * rowBytes;
      const second = load<u8>(query + (third << 1));
      if (ballPasses(starts, table, centre, differ, radius, next, slack, second, slack2, query, rows, n, words, threshold))
        sum = n;
    }
    if (sum > n >> 1) store<u8>(marks + q, 1);
  }
}

/**
 * Puts what is asked of one part (u16 key, u16 tag, u32 number of the query) to `target` in the order of the keys, as far as
 * their upper bits tell: neighbours find in the cache what was read for those before them. 4096 u32 behind it are scratch.
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

const LANES = i16x8(0, 1, 2, 3, 4, 5, 6, 7);

/** True when one of the first `own` tags differs from `next` in at most `slack` bits, or of the rest in at most `others`. */
@inline
function anyNear(tags: usize, size: u32, next: u16, own: u32, slack: i32, others: i32): bool {
  const wanted = i16x8.splat(next);
  const most = i16x8.splat(<i16>slack);
  const least = i16x8.splat(<i16>others);
  let owned = i16x8.splat(<i16>own);
  for (; size > 8; size -= 8, tags += 16) {
    if (nearOf(tags, wanted, owned, most, least) != 0) return true;
    owned = i16x8.sub_sat_s(owned, i16x8.splat(8));
  }
  return (nearOf(tags, wanted, owned, most, least) & ((1 << size) - 1)) != 0;
}

/** Which of eight tags are near enough, a bit each. */
@inline
function nearOf(tags: usize, wanted: v128, owned: v128, most: v128, least: v128): i32 {
  const differing = v128.xor(v128.load(tags), wanted);
  const allowed = v128.bitselect(most, least, i16x8.lt_s(LANES, owned));
  return i16x8.bitmask(i16x8.le_s(i16x8.extadd_pairwise_i8x16_s(i8x16.popcnt(differing)), allowed));
}

/** As `passes`, of the bucket of a key; true, too, where its offsets are damaged. */
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

/** The same of the buckets of `centre`, which differs from the query's key in `differ` bits, and of the keys one bit off. */
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

/**
 * Compares rows `from`…n-1 with the query until `capacity` hits (u32 row, u32 distance) are at `out + 4`; their number
 * at `out`. Returns the row to go on from: n at the end.
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
