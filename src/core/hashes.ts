import type { Fingerprint, Withheld } from './types.js';

/** The hashes of an asset. */
export interface Hashes {
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}

/** Where in an asset's bytes the hashes of one algorithm lie: the same for all assets that were looked at in one way. */
export interface HashPlaces {
  readonly algorithm: string;
  /** Bytes of each hash. */
  readonly width: number;
  /** Where each begins, in bytes from the start that `each` tells. */
  readonly offsets: readonly number[];
}

/** The hashes of an asset as they are stored: most of them are never wanted but to be compared. */
export interface PackedHashes {
  /** Bytes. */
  readonly size: number;
  /** True where a fingerprint was withheld. */
  readonly isPartly: boolean;
  /** Calls `visit` for all fingerprints, those of one algorithm together: their hashes are in `bytes`. */
  each(visit: (places: HashPlaces, bytes: Uint8Array, start: number) => void): void;
  unpack(): Hashes;
}

/** Of each of many assets: false where certainly none of its hashes lies within the threshold of a listed one. */
export type Screening = (hashes: readonly Pick<PackedHashes, 'each'>[]) => readonly boolean[];
