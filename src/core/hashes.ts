import type { Fingerprint, Withheld } from './types.js';

/** The hashes of an asset. */
export interface Hashes {
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}

/** The hashes of an asset as they are stored: most of them are never wanted but to be compared. */
export interface PackedHashes {
  /** True where a fingerprint was withheld. */
  readonly isPartly: boolean;
  /** Calls `visit` for every fingerprint: its hash is `length` bytes of `bytes`, from `at` on. */
  each(visit: (algorithm: string, bytes: Uint8Array, at: number, length: number) => void): void;
  unpack(): Hashes;
}

/** Of each of many assets: false where certainly none of its hashes lies within the threshold of a listed one. */
export type Screening = (hashes: readonly PackedHashes[]) => readonly boolean[];
