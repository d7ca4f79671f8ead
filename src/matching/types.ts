/** One row of an index within the threshold. */
export interface Hit {
  /** Zero-based row in the order in which the hashes were given. */
  readonly row: number;
  /** Hamming distance in bits. */
  readonly distance: number;
}

/** Answers "which entries lie within this distance of this fingerprint?" exactly: it never misses one. */
export interface HashIndex {
  /** Width of the hashes in bits. */
  readonly bits: number;
  /** Rows. */
  readonly size: number;
  /**
   * Every row at Hamming distance `threshold` or less from `query`, nearest first, ties by row.
   * @param query `bits / 8` bytes, in the order of the hex text.
   * @param threshold bits, 0…bits.
   */
  search(query: Uint8Array, threshold: number): Hit[];
  /**
   * Of many queries, one behind the other, marks with 1 those that may have such a row; what stays 0 has none. Marks that
   * are set already stay. Without this, `search` tells.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
}

/**
 * Bits within which a hash of this algorithm, seen in this look, matches: 0…bits. A look is named as fingerprints name
 * their `view`; digests have none.
 */
export type ThresholdOf = (algorithm: string, view?: string) => number;
