/**
 * A table of all pairs of bytes: 1 if a file may begin at the pair. The index is the pair as a number of this machine.
 */
export type Pairs = Uint8Array;

/**
 * Makes a table of pairs; `undefined` stands for any byte. A file may begin at an even or an odd place. So the caller
 * gives both pairs of each magic: bytes one and two, and bytes two and three. Pure.
 */
export function pairsOf(all: Iterable<readonly [number, number | undefined]>): Pairs {
  const table = new Uint8Array(1 << 16);
  const pair = new Uint8Array(2);
  const number = new Uint16Array(pair.buffer);
  for (const [first, second] of all) {
    pair[0] = first;
    for (let other = second ?? 0; other <= (second ?? 255); other++) {
      pair[1] = other;
      table[number[0]!] = 1;
    }
  }
  return table;
}

/**
 * The index of the first pair from `from` on that is in the table; the number of pairs if there is none. This loop
 * reads every byte: it looks up eight pairs before it asks whether one of them is in the table. Pure.
 * @param words the bytes as pairs.
 * @param from the index of a pair.
 */
export function findPair(words: Uint16Array, table: Pairs, from: number): number {
  const last = words.length - 8;
  let at = from;
  for (; at <= last; at += 8) {
    const is =
      table[words[at]!]! |
      table[words[at + 1]!]! |
      table[words[at + 2]!]! |
      table[words[at + 3]!]! |
      table[words[at + 4]!]! |
      table[words[at + 5]!]! |
      table[words[at + 6]!]! |
      table[words[at + 7]!]!;
    if (is !== 0) break;
  }
  while (at < words.length && table[words[at]!] === 0) at++;
  return at;
}
