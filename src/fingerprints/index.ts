import { blockhash } from './blockhash.js';
import { dhash } from './dhash.js';
import { md5 } from './md5.js';
import { type PdqVariant, pdq, pdq512 } from './pdq.js';
import { phash } from './phash.js';
import { phash256 } from './phash256.js';
import { sha1 } from './sha1.js';
import { sha256 } from './sha256.js';
import type { Fingerprinter } from './types.js';

/**
 * Every algorithm, by the name that lists, options and events use.
 * @example
 * const { bits, threshold } = fingerprinters.pdq; // 256 bits; up to 31 of them may differ
 */
export const fingerprinters = {
  md5,
  sha1,
  sha256,
  pdq,
  phash,
  phash256,
  dhash,
  blockhash,
} satisfies Record<string, Fingerprinter>;

export type AlgorithmName = keyof typeof fingerprinters;

/**
 * The names of the registry, in its order.
 * @example
 * const scanner = createScanner({ algorithms: algorithmNames });
 */
export const algorithmNames = Object.keys(fingerprinters) as readonly AlgorithmName[];

/** Width of every algorithm's hashes in bits: what a list reader needs to know of them. */
export const algorithmBits = Object.fromEntries(
  algorithmNames.map((name) => [name, fingerprinters[name].bits]),
) as Readonly<Record<AlgorithmName, number>>;

/** The registry with the chosen variant of PDQ in its place. */
export function resolveFingerprinters(
  options: { readonly pdqVariant?: PdqVariant } = {},
): Readonly<Record<AlgorithmName, Fingerprinter>> {
  return options.pdqVariant === '512' ? { ...fingerprinters, pdq: pdq512 } : fingerprinters;
}

export { type PdqVariant, pdqDihedral, pdqVariants } from './pdq.js';
export type { ByteFingerprinter, Fingerprinter, PixelFingerprinter, RawHash } from './types.js';
