/**
 * Hashes of pictures have neighbouring bits that go together; parts of such bits make a few huge buckets. So every
 * hash and query has its bits moved by one fixed permutation, which leaves Hamming distances as they are.
 *
 * Bits stay with those whose row and column, in the square that a hash is, are even or odd like theirs: a quarter of a hash each.
 * What is mirrored, turned round or inverted has the signs of its frequencies changed by just that (docs/search-index.md), so that such a
 * quarter is, but for a few bits, the same or its complement, and the looks at one picture read the same places of an index.
 */

/** Names the permutation in compiled lists: a file made with another one is refused. */
export const permutationId = 2;

/** Which quarter a bit belongs to, 0…3. A hash of 128 bits is half a square of 256. */
function quarterOf(bit: number, bits: number): number {
  const side = bits === 64 ? 8 : 16;
  return 2 * (Math.floor(bit / side) % 2) + (bit % 2);
}

/**
 * Bit that each bit of a hash moves to: shuffled (Fisher–Yates with the minimal standard generator, Park and Miller 1988), then
 * by quarters.
 */
export function permutation(bits: number): Uint16Array {
  const shuffled = Array.from({ length: bits }, (_, bit) => bit);
  let state = bits;
  for (let last = bits - 1; last > 0; last--) {
    state = (state * 48271) % 0x7fffffff;
    const other = state % (last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  const quarters = Uint8Array.from({ length: bits }, (_, bit) => quarterOf(bit, bits));
  shuffled.sort((a, b) => quarters[a]! - quarters[b]!);
  const target = new Uint16Array(bits);
  for (const [to, bit] of shuffled.entries()) target[bit] = to;
  return target;
}

/** Puts the hash, its bits moved as `moves` says, to `target` at `offset`. */
export function permute(hash: Uint8Array, moves: Uint16Array, target: Uint8Array, offset: number): void {
  target.fill(0, offset, offset + hash.length);
  for (let byte = 0; byte < hash.length; byte++) {
    for (let rest = hash[byte]!; rest > 0; rest &= rest - 1) {
      const to = moves[byte * 8 + 31 - Math.clz32(rest & -rest)]!;
      target[offset + (to >> 3)]! |= 1 << (to & 7);
    }
  }
}

/** The hash that a permuted row stands for. */
export function unpermute(row: Uint8Array): Uint8Array {
  const back = new Uint16Array(row.length * 8);
  permutation(row.length * 8).forEach((to, bit) => {
    back[to] = bit;
  });
  const hash = new Uint8Array(row.length);
  permute(row, back, hash, 0);
  return hash;
}

/**
 * The permutation as the kernel wants it for many rows: for every byte position and byte value, the row of bits that
 * it becomes; `bits / 8 * 256 * bits / 8` bytes.
 */
export function permutationTable(bits: number): Uint8Array {
  const rowBytes = bits / 8;
  const moves = permutation(bits);
  const table = new Uint8Array(rowBytes * 256 * rowBytes);
  const hash = new Uint8Array(rowBytes);
  for (let position = 0; position < rowBytes; position++) {
    for (let value = 0; value < 256; value++) {
      hash[position] = value;
      permute(hash, moves, table, (position * 256 + value) * rowBytes);
    }
    hash[position] = 0;
  }
  return table;
}
