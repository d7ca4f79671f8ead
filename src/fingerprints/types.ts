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

/** Makes an index of listed hashes, one behind the other, `bits / 8` bytes each. */
export type HashIndexMaker = (hashes: Uint8Array, bits: number) => HashIndex;

/** Answers which listed hashes lie within a threshold of a query. */
export interface HashIndex {
  /** Every row within `threshold` of the query, nearest first, ties by row. */
  search(
    query: Uint8Array,
    threshold: number,
  ): readonly { readonly row: number; readonly distance: number }[];
  /** Of many queries, one behind the other, marks with 1 those that may have such a row; what stays 0 has none. */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
}

/** A digest: a hash of the asset's bytes. */
export interface ByteFingerprinter extends Common {
  readonly kind: 'bytes';
  /** Lower-case hex of `bits / 4` digits. */
  compute(bytes: Uint8Array): string;
  /** The same for bytes that come in parts. */
  begin(): { update(bytes: Uint8Array): void; hex(): string };
}

/** A perceptual hash before the guard looked at its picture. Never match on one: plain pictures share them. */
export interface RawHash {
  /** Lower-case hex of `bits / 4` digits. */
  readonly hex: string;
  /** 0…100, only where the algorithm has a quality. */
  readonly quality?: number;
}

/** The hashes of a picture turned in several ways, in the order asked for; withheld together. */
export type TurnedFingerprints =
  | { readonly ok: true; readonly hashes: readonly RawHash[] }
  | Extract<Fingerprinted, { ok: false }>;

/** A perceptual hash of pixels, built in or handed in. */
export interface PixelAlgorithm extends Common {
  readonly kind: 'pixels';
  /** How often unrelated pictures lie how near, where that was measured (docs/accuracy.md). */
  readonly tail?: Tail;
  /** The same of hashes that say little (matching/commonplace.ts), where it was measured. */
  readonly commonplaceTail?: Tail;
  /** What listed hashes are searched with, where it is not the built-in index. */
  readonly index?: HashIndexMaker;
  /**
   * Lower-case hex of `bits / 4` digits, or `low-quality` where the picture holds too little information.
   * Pure: the same bitmap gives the same answer. Never throws for a bitmap that keeps its contract.
   */
  compute(bitmap: Bitmap): Fingerprinted;
  /**
   * The same for the picture turned, mirrored and inverted, from one pass over the pixels. Not turned, the hash is
   * that of `compute` to the bit; turned, it may be some bits off the hash of a file that was really turned.
   */
  computeTurned(bitmap: Bitmap, turns: readonly Turn[]): TurnedFingerprints;
  /** The reference's answer for any picture, plain ones included: for conformance tests, not for matching. */
  raw(bitmap: Bitmap): RawHash;
}

/** A built-in one: its chances were measured. */
export interface PixelFingerprinter extends PixelAlgorithm {
  readonly tail: Tail;
}

export type Fingerprinter = ByteFingerprinter | PixelFingerprinter;
/** Built in or handed in. */
export type KnownAlgorithm = ByteFingerprinter | PixelAlgorithm;
