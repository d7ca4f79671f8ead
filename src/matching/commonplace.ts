import { readFileSync } from 'node:fs';
import { linearIndex } from './linear.js';
import type { HashIndex } from './types.js';

/**
 * Background hashes this near, in bits, are neighbours: two photographs of a million pairs lie as near. The files are made
 * by `npm run background`.
 */
const neighbourhoods: Readonly<Record<string, { readonly bits: number; readonly within: number }>> = {
  pdq: { bits: 256, within: 84 },
  phash256: { bits: 256, within: 82 },
  phash: { bits: 64, within: 10 },
  dhash: { bits: 64, within: 6 },
};

/** More neighbours than this, and a hash says little: 0.4 % of photographs have as many. */
const mostNeighbours = 8;

/** Hashes that are asked about again and again: those of an entry that every picture of a page matches. */
const mostKept = 4096;

/**
 * Whether a hash says little by itself, because many unrelated pictures have one near it: flags, logos, letters, pages
 * of text. Such hashes match by chance far oftener than those of photographs. Asked only where something matched.
 */
export class Commonplace {
  readonly #known = new Map<string, boolean>();
  readonly #backgrounds = new Map<string, HashIndex>();

  /** @param hash its bytes, in the order of the hex text. False for algorithms that have no background. */
  has(algorithm: string, hash: Uint8Array): boolean {
    const neighbourhood = neighbourhoods[algorithm];
    if (!neighbourhood) return false;
    const key = algorithm + Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const near = this.#background(algorithm, neighbourhood.bits).search(hash, neighbourhood.within);
    const answer = near.length > mostNeighbours;
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
