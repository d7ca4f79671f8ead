/** How many hashes are examined: enough for certainty, few enough to compare each with each. */
const sample = 2000;
/** Fewer hashes than this prove nothing. */
const fewest = 50;
/**
 * Hashes nearer than this, in bits, come from one picture and count once: copies would multiply one picture's accident.
 */
const apart = 64;
/** How many standard errors below zero the mean must lie for a list to count as reversed. */
const certainty = 3.5;
/**
 * How many standard errors above zero the mean of the columns must lie: the columns of photographs tell the same as
 * their rows, and reversing the words leaves them as they are. Checks and stripes look reversed in both directions.
 */
const upright = 1;

/**
 * Weight of "bits of row i and of row i + lag agree", by row i. We found the weights on crops of 115 photographs: the
 * coefficients of the lowest vertical frequencies, two or four rows apart, differ in sign more often than those of the
 * highest. They are antisymmetric, so that the sum changes its sign when the rows are reversed.
 */
const weights: readonly { readonly lag: number; readonly byRow: readonly number[] }[] = [
  { lag: 2, byRow: [-9, -2, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 2, 9] },
  { lag: 4, byRow: [-4, -3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 4] },
  { lag: 6, byRow: [-4, -2, -1, -1, 0, 0, 1, 1, 2, 4] },
];

/**
 * Recognises a list whose PDQ hashes have their sixteen words in reverse order, as some programs print them: such a
 * list looks right and matches nothing. No single hash shows it; the average over a few hundred does.
 */
export class WordOrder {
  readonly #seen: Uint8Array[] = [];
  readonly #rows = new Evidence();
  readonly #columns = new Evidence();
  #looked = 0;

  /** Adds a hash. @param hash 32 bytes, in the order of the hex text. */
  see(hash: Uint8Array): void {
    if (this.#seen.length >= sample || this.#looked++ >= 5 * sample) return;
    if (this.#seen.some((other) => distance(hash, other) < apart)) return;
    this.#seen.push(hash);
    // The text begins with word 15, which is the row of the highest frequency.
    const rows = Array.from({ length: 16 }, (_, i) => hash[30 - 2 * i]! * 256 + hash[31 - 2 * i]!);
    const columns = rows.map((_, bit) => rows.reduce((sum, row, i) => sum | (((row >> bit) & 1) << i), 0));
    this.#rows.add(evidenceOf(rows));
    this.#columns.add(evidenceOf(columns));
  }

  /** True where the hashes so far are, beyond reasonable doubt, those of a reversed list. */
  isReversed(): boolean {
    return (
      this.#seen.length >= fewest && this.#rows.errors() < -certainty && this.#columns.errors() > upright
    );
  }
}

/** Sums up what hashes tell of their order. */
class Evidence {
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#sum += value;
    this.#squares += value * value;
  }

  /** How many standard errors the mean lies above zero. */
  errors(): number {
    return this.#squares === 0 ? 0 : this.#sum / Math.sqrt(this.#squares);
  }
}

/** Above 0 for the right order of rows or columns, below 0 for the reversed one. */
function evidenceOf(words: readonly number[]): number {
  let evidence = 0;
  for (const { lag, byRow } of weights)
    byRow.forEach((weight, i) => {
      evidence += weight * (8 - ones(words[i]! ^ words[i + lag]!));
    });
  return evidence;
}

function distance(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < a.length && bits < apart; i += 2)
    bits += ones((a[i]! ^ b[i]!) * 256 + (a[i + 1]! ^ b[i + 1]!));
  return bits;
}

/** The number of bits that are set in a 16-bit number. */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x5555);
  x = (x & 0x3333) + ((x >>> 2) & 0x3333);
  x = (x + (x >>> 4)) & 0x0f0f;
  return (x + (x >>> 8)) & 0x1f;
}
