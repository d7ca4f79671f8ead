/**
 * Neighbouring bits of a picture's hash correlate, and parts made of neighbouring bits would fill a few huge buckets.
 * So one fixed permutation moves the bits of every hash and query, which leaves Hamming distances as they are. A hash
 * is a square of bits. The permutation keeps together the bits whose row and column have the same parity: four groups,
 * each a quarter of a hash. Mirroring, a half turn and inversion change the signs of just those frequencies
 * (docs/search-index.md). So such a quarter stays the same or becomes its complement, but for a few bits, and the looks
 * at one picture read the same places of an index.
 */

/** Names the permutation in compiled lists. The program refuses a file that was made with another one. */
export const permutationId = 2;

/** The quarter that a bit belongs to, 0…3. A hash of 128 bits is half a square of 256. */
function quarterOf(bit: number, bits: number): number {
  const side = bits === 64 ? 8 : 16;
  return 2 * (Math.floor(bit / side) % 2) + (bit % 2);
}

/**
 * The position that each bit of a hash moves to: shuffled (Fisher–Yates with the minimal standard generator, Park and
 * Miller 1988), then sorted by quarters.
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

/** Writes the hash to `target` at `offset`, with its bits moved as `moves` says. */
export function permute(hash: Uint8Array, moves: Uint16Array, target: Uint8Array, offset: number): void {
  target.fill(0, offset, offset + hash.length);
  for (let byte = 0; byte < hash.length; byte++) {
    for (let rest = hash[byte]!; rest > 0; rest &= rest - 1) {
      const to = moves[byte * 8 + 31 - Math.clz32(rest & -rest)]!;
      target[offset + (to >> 3)]! |= 1 << (to & 7);
    }
  }
}

/** The hash of a permuted row. */
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
 * The permutation in the form in which the kernel applies it to many rows: for every position and value of a byte, the
 * row of bits that it becomes; `bits / 8 * 256 * bits / 8` bytes.
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
