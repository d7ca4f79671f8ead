// Looks up queries, part by part, in an image that is not in memory (src/matching/paged.ts).

import { KEYS, slotOf } from './common';
import { scan } from './search';

/** Returned by `plan` where the offsets are damaged. */
const DAMAGED: u32 = 0xffffffff;

/**
 * Finds out which buckets of one part the caller has to read for `count` queries: those of the first `end` masks. The
 * image is not in memory. The function writes:
 * - to `needed` a bit for every slot (65 536), 1 where a query needs it; then, for every 64 slots, the number of needed
 *   slots before them (1024 u32);
 * - to `pieces`, for every needed slot in order, the place of its bucket (u32, in rows) in what the caller will have
 *   read;
 * - to `runs` what the caller has to read (u32 first row, u32 row behind the last). Buckets at most `near` rows apart
 *   share a run. A run of several buckets has at most `most` rows;
 * - to `sums` a u32 a query: the rows in its buckets, in this part and those before. A query with more than `limit`
 *   needs nothing.
 * Returns the number of runs, or DAMAGED.
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

/** Writes `pieces`, `runs` and the counts of `needed`, as `plan` describes. Returns the number of runs, or DAMAGED. */
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
      // Buckets must come in order: then all runs together are not longer than the part.
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
 * Does what `probe` and `scan` do, for one part. The caller has read its buckets to `buckets`, as `plan` said. The
 * function lists the buckets at `list`, as `probe` does. Returns the number of rows, or `capacity`, as `scan` does.
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
