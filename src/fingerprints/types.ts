import type { Tail, Turn } from '../core/index.js';
import type { Bitmap, Fingerprinted } from '../core/types.js';

interface Common {
  /** Length of the hash in bits: a multiple of 16. */
  readonly bits: number;
  /** Default threshold in bits: a listed hash at this Hamming distance or nearer is a match. */
  readonly threshold: number;
  /** Names the steps and their version; changes whenever any hash would change. */
  readonly recipe: string;
  /** One line for `--help` and docs. */
  readonly about: string;
}

/** Makes an index of listed hashes, stored without gaps, `bits / 8` bytes each. */
export type HashIndexMaker = (hashes: Uint8Array, bits: number) => HashIndex;

/** Finds the listed hashes within a threshold of a query. */
export interface HashIndex {
  /** Every row within `threshold` of the query, nearest first, ties by row. */
  search(
    query: Uint8Array,
    threshold: number,
  ): readonly { readonly row: number; readonly distance: number }[];
  /** Marks with 1 those of many queries, stored without gaps, that may have such a row; those that stay 0 have none. */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
}

/** A digest: a hash of the asset's bytes. */
export interface ByteFingerprinter extends Common {
  readonly kind: 'bytes';
  /** Lower-case hex of `bits / 4` digits. */
  compute(bytes: Uint8Array): string;
  /** Computes the digest of bytes that arrive in parts. */
  begin(): { update(bytes: Uint8Array): void; hex(): string };
}

/**
 * A perceptual hash before the guard has looked at its picture. Never match with it: plain pictures share such hashes.
 */
export interface RawHash {
  /** Lower-case hex of `bits / 4` digits. */
  readonly hex: string;
  /** 0…100; absent where the algorithm has no quality. */
  readonly quality?: number;
}

/** The hashes of a picture turned in several ways, in the requested order. They are withheld together. */
export type TurnedFingerprints =
  | { readonly ok: true; readonly hashes: readonly RawHash[]; readonly lowDetail?: true }
  | Extract<Fingerprinted, { ok: false }>;

/** A perceptual hash of pixels, built in or own. */
export interface PixelAlgorithm extends Common {
  readonly kind: 'pixels';
  /** How often unrelated pictures are how near, where that was measured (docs/accuracy.md). */
  readonly tail?: Tail;
  /** The same where one of the two pictures was turned or inverted, where that differs. */
  readonly turnedTail?: Tail;
  /** The same for hashes that say little (matching/commonplace.ts), where that was measured. */
  readonly commonplaceTail?: Tail;
  /** Makes the index of listed hashes, where it is not the built-in one. */
  readonly index?: HashIndexMaker;
  /** The largest threshold of that index, where it is not `bits`. */
  readonly largest?: number;
  /**
   * The hash, `bits / 4` digits of lower-case hex, or `low-quality` where the picture holds too little information.
   * Pure: equal bitmaps give equal results. Never throws for a valid bitmap.
   */
  compute(bitmap: Bitmap): Fingerprinted;
  /**
   * The same for the picture turned, mirrored and inverted, from one pass over the pixels. Without a turn, the hash is
   * exactly that of `compute`; with one, it may differ by some bits from the hash of a file that was really turned.
   */
  computeTurned(bitmap: Bitmap, turns: readonly Turn[]): TurnedFingerprints;
  /** The reference's result for any picture, plain ones too: for conformance tests, not for matching. */
  raw(bitmap: Bitmap): RawHash;
}

/** A built-in perceptual algorithm, whose chance matches were measured. */
export interface PixelFingerprinter extends PixelAlgorithm {
  readonly tail: Tail;
}

/** A built-in algorithm. */
export type Fingerprinter = ByteFingerprinter | PixelFingerprinter;
/** An algorithm, built in or own. */
export type KnownAlgorithm = ByteFingerprinter | PixelAlgorithm;
