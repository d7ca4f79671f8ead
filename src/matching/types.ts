/** One row of an index within the threshold. */
export interface Hit {
  /** Zero-based row, in the order in which the hashes were given. */
  readonly row: number;
  /** Hamming distance in bits. */
  readonly distance: number;
}

/** Finds the entries within a distance of a fingerprint. It is exact: it never misses one. */
export interface HashIndex {
  /** Width of the hashes in bits. */
  readonly bits: number;
  /** Number of rows. */
  readonly size: number;
  /**
   * Every row at Hamming distance `threshold` or less from `query`, nearest first, ties by row.
   * @param query `bits / 8` bytes, in the order of the hex text.
   * @param threshold bits, 0…bits.
   */
  search(query: Uint8Array, threshold: number): Hit[];
  /**
   * Marks with 1 those of many queries, stored without gaps, that may have such a row; those that stay 0 have none.
   * Marks that are set already stay. An index without this method is asked with `search`.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
}

/** Makes an index of listed hashes, stored without gaps, whose distance need not be in bits. */
export type HashIndexMaker = (
  hashes: Uint8Array,
  bits: number,
) => {
  search(
    query: Uint8Array,
    threshold: number,
  ): readonly { readonly row: number; readonly distance: number }[];
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
};

/**
 * The distance in bits within which a hash of this algorithm and look matches: 0…bits. A look has the name that
 * fingerprints have as their `view`; digests have none.
 */
export type ThresholdOf = (algorithm: string, view?: string) => number;
