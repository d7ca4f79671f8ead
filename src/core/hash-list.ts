import type { Category, ListIdentity } from './types.js';

/** What a supplier says of one listed hash. */
export interface ListEntry {
  /** The supplier's id, or `line-N` where the list has none. */
  readonly id: string;
  readonly category: Category;
  /** The supplier's own grade, verbatim. */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** Who gave the entry to the supplier. */
  readonly member?: string;
  /** Entries of allow lists: why, who, and until when (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
}

/** The hashes of one algorithm on one list, row by row in the order of the file. */
export interface HashColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Rows. */
  readonly size: number;
  /** `size * bits / 8` bytes, hash after hash, bytes in the order of the hex text. Confidential: never printed. */
  readonly hashes: Uint8Array;
  /** What the list says of row 0…size-1. */
  entry(row: number): ListEntry;
}

/** A hash list in memory, a few dozen bytes an entry. */
export interface HashList {
  readonly identity: ListIdentity;
  /** By name of the algorithm; a list holds at least one column, and no column is empty. */
  readonly columns: ReadonlyMap<string, HashColumn>;
}
