/** Within which limits the hashes of photographs lie: of 1,013 upright ones, at most four lie outside of each. */
interface Limits {
  /** The most that rows, or columns, repeat or invert each other: 0…1. */
  readonly repetition: number;
  /** The fewest neighbours in a row or column that differ, in bits. */
  readonly changes: number;
  /** The fewest bits that are set, and that are not. */
  readonly minority: number;
}

const limits: Readonly<Record<string, Limits>> = {
  pdq: { repetition: 0.4, changes: 0, minority: 0 },
  phash256: { repetition: 0.4, changes: 0, minority: 0 },
  phash: { repetition: 0.62, changes: 30, minority: 28 },
  dhash: { repetition: 0.77, changes: 20, minority: 15 },
  blockhash: { repetition: 0.8, changes: 45, minority: 105 },
};

/**
 * True for a hash that is nearly empty, nearly of one piece, or made of rows or columns that repeat each other (stripes,
 * checks, flags): its picture says little. False for an algorithm without limits. @param hash its bytes, in the order of
 * the hex text, row by row.
 */
export function isPlainHash(algorithm: string, hash: Uint8Array): boolean {
  const limit = limits[algorithm];
  if (!limit) return false;
  const side = hash.length === 8 ? 8 : 16;
  const rows = Array.from({ length: side }, (_, at) =>
    side === 8 ? hash[at]! : (hash[2 * at]! << 8) | hash[2 * at + 1]!,
  );
  const columns = Array.from({ length: side }, (_, bit) =>
    rows.reduce((column, row, at) => column | (((row >> bit) & 1) << at), 0),
  );
  const set = rows.reduce((sum, row) => sum + bitsOf(row), 0);
  return (
    Math.min(set, side * side - set) < limit.minority ||
    changesOf(rows, side) + changesOf(columns, side) < limit.changes ||
    Math.max(likeness(rows, side), likeness(columns, side)) > limit.repetition
  );
}

/** The neighbours within the words that differ. */
const changesOf = (words: readonly number[], side: number): number =>
  words.reduce((sum, word) => sum + bitsOf((word ^ (word >> 1)) & ((1 << (side - 1)) - 1)), 0);

/** Mean of |side − 2d| / side over all pairs of words, d being the bits in which they differ. */
function likeness(words: readonly number[], side: number): number {
  let sum = 0;
  for (const [at, word] of words.entries())
    for (let other = 0; other < at; other++) sum += Math.abs(side - 2 * bitsOf(word ^ words[other]!)) / side;
  return sum / ((side * (side - 1)) / 2);
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits += 1;
  return bits;
}
