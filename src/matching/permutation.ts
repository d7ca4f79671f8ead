/**
 * Hashes of pictures have neighbouring bits that go together; parts of such bits make a few huge buckets. So every
 * hash and query has its bits moved by one fixed permutation, which leaves Hamming distances as they are.
 */

/** Names the permutation in compiled lists: a file made with another one is refused. */
export const permutationId = 1;

/** Bit that each bit of a hash moves to: Fisher–Yates with the minimal standard generator (Park and Miller 1988). */
export function permutation(bits: number): Uint16Array {
  const target = Uint16Array.from({ length: bits }, (_, bit) => bit);
  let state = bits;
  for (let last = bits - 1; last > 0; last--) {
    state = (state * 48271) % 0x7fffffff;
    const other = state % (last + 1);
    [target[last], target[other]] = [target[other]!, target[last]!];
  }
  return target;
}

/**
 * The permutation as the kernel wants it: for every byte position and byte value, the row of bits that it becomes;
 * `bits / 8 * 256 * bits / 8` bytes.
 */
export function permutationTable(bits: number): Uint8Array {
  const rowBytes = bits / 8;
  const target = permutation(bits);
  const table = new Uint8Array(rowBytes * 256 * rowBytes);
  for (let position = 0; position < rowBytes; position++) {
    for (let value = 0; value < 256; value++) {
      const row = (position * 256 + value) * rowBytes;
      for (let bit = 0; bit < 8; bit++) {
        if (((value >> bit) & 1) === 0) continue;
        const to = target[position * 8 + bit]!;
        table[row + (to >> 3)]! |= 1 << (to & 7);
      }
    }
  }
  return table;
}

/** The hash that a permuted row stands for. */
export function unpermute(row: Uint8Array): Uint8Array {
  const hash = new Uint8Array(row.length);
  permutation(row.length * 8).forEach((to, bit) => {
    if (((row[to >> 3]! >> (to & 7)) & 1) === 1) hash[bit >> 3]! |= 1 << (bit & 7);
  });
  return hash;
}
