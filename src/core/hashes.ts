import type { Fingerprint, Withheld } from './types.js';

/** The hashes of an asset, and those that were not made. */
export interface Hashes {
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}

/**
 * Where the hashes of one algorithm stand in an asset's packed bytes. All assets that were fingerprinted in the same
 * way share it.
 */
export interface HashPlaces {
  readonly algorithm: string;
  /** Width of a hash in bytes. */
  readonly width: number;
  /** Offset of each hash in bytes, from the `start` that `each` gives. */
  readonly offsets: readonly number[];
}

/** The hashes of an asset as the ledger stores them. Most are compared without ever being unpacked. */
export interface PackedHashes {
  /** Number of bytes in memory. */
  readonly size: number;
  /** True where a fingerprint was withheld. */
  readonly isPartly: boolean;
  /** Calls `visit` once for the fingerprints of each algorithm, whose hashes are in `bytes`. */
  each(visit: (places: HashPlaces, bytes: Uint8Array, start: number) => void): void;
  /** Unpacks all hashes. */
  unpack(): Hashes;
}

/** Screens many assets: false where none of an asset's hashes can be within the threshold of a listed one. */
export type Screening = (hashes: readonly Pick<PackedHashes, 'each'>[]) => readonly boolean[];
