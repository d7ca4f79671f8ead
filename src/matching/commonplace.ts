import { readFileSync } from 'node:fs';
import { linearIndex } from './linear.js';
import type { HashIndex } from './types.js';

/**
 * How near, in bits, a background hash must be to count as a neighbour: of a million pairs of photographs, two are that
 * near. `npm run background` makes the files.
 */
const neighbourhoods: Readonly<Record<string, { readonly bits: number; readonly within: number }>> = {
  pdq: { bits: 256, within: 84 },
  phash256: { bits: 256, within: 82 },
  phash: { bits: 64, within: 10 },
  dhash: { bits: 64, within: 6 },
};

/** A hash with more neighbours than this says little. 0.4 % of photographs have more. */
const mostNeighbours = 8;

/**
 * How far the rows of 16 bits of a hash, or its columns, may repeat or invert each other: 0 not at all, 1 completely.
 * 0.4 % of photographs exceed this (6,235 of the background); flags and other stripes have 0.5 to 0.75.
 */
const mostRepetition = 0.4;

/**
 * How many answers are kept. The same hashes come up again and again, such as those of an entry that every picture of a
 * page matches.
 */
const mostKept = 4096;

/** Mean of |16 − 2d| / 16 over all pairs of rows, d being the bits in which they differ, or over all pairs of columns. */
function repetitionOf(hash: Uint8Array): number {
  const rows = Array.from({ length: 16 }, (_, at) => (hash[2 * at]! << 8) | hash[2 * at + 1]!);
  const columns = Array.from({ length: 16 }, (_, bit) =>
    rows.reduce((column, row, at) => column | (((row >> bit) & 1) << at), 0),
  );
  return Math.max(likeness(rows), likeness(columns));
}

function likeness(words: readonly number[]): number {
  let sum = 0;
  for (const [at, word] of words.entries())
    for (let other = 0; other < at; other++) sum += Math.abs(16 - 2 * bitsOf(word ^ words[other]!)) / 16;
  return sum / 120;
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits += 1;
  return bits;
}

/**
 * Tells whether a hash says little by itself, because many unrelated pictures have one near it: flags, logos, letters,
 * pages of text. Such hashes match by chance far more often than those of photographs. The matcher asks only about
 * hashes that matched.
 */
export class Commonplace {
  readonly #known = new Map<string, boolean>();
  readonly #backgrounds = new Map<string, HashIndex>();

  /**
   * True for a hash that says little. False for algorithms without a background. @param hash its bytes, in the order of
   * the hex text.
   */
  has(algorithm: string, hash: Uint8Array): boolean {
    const neighbourhood = neighbourhoods[algorithm];
    if (!neighbourhood) return false;
    const key = algorithm + Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isCrowded = () =>
      this.#background(algorithm, neighbourhood.bits).search(hash, neighbourhood.within).length >
      mostNeighbours;
    const answer = (neighbourhood.bits === 256 && repetitionOf(hash) > mostRepetition) || isCrowded();
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(key, answer);
    return answer;
  }

  #background(algorithm: string, bits: number): HashIndex {
    let index = this.#backgrounds.get(algorithm);
    if (!index) {
      const file = new URL(`../../assets/background.${algorithm}`, import.meta.url);
      index = linearIndex(readFileSync(file), bits);
      this.#backgrounds.set(algorithm, index);
    }
    return index;
  }
}
