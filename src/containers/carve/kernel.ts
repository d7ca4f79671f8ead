/** Pairs of bytes at which something may begin, as a table of all pairs read as one number in this machine's order. */
export type Pairs = Uint8Array;

/**
 * A table of pairs. A beginning may stand at an even or an odd place, so that both its first two bytes and those after the first
 * must be in it; `undefined` stands for any byte.
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
 * The first place from `from` on where a pair of the table stands, at every other place only; the length where there is none.
 * This is the loop that reads every byte: it looks at eight pairs before it asks whether one of them is there.
 * @param words the bytes, two by two. @param from in pairs, as the answer.
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
