import { readFileSync } from 'node:fs';
import { linearIndex } from './linear.js';
import { isPlainHash } from './plain-hash.js';
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
  blockhash: { bits: 256, within: 24 },
};

/** A hash with more neighbours than this says little. 0.4 % of photographs have more. */
const mostNeighbours = 8;

/**
 * How many answers are kept. The same hashes come up again and again, such as those of an entry that every picture of a
 * page matches.
 */
const mostKept = 4096;

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
    const answer = isPlainHash(algorithm, hash) || isCrowded();
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
