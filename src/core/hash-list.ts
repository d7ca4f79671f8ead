import type { Category, ListIdentity } from './types.js';

/** What many entries of a list share. */
export interface ListLabels {
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

/** What a supplier says of one listed hash. */
export interface ListEntry extends ListLabels {
  /** The supplier's id, or `line-N` where the list has none. */
  readonly id: string;
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
  /** The same without the id; rows that share it get the same object. */
  labels(row: number): ListLabels;
}

/** Lines of a list file that say something, or its records where it has no lines, and how many of them could not be read. */
export interface LinesRead {
  readonly lines: number;
  readonly unread: number;
}

/** True for a list of which so much could not be read that a run against it is not complete: more than one line in 1,000. */
export const isHalfRead = ({ lines, unread }: LinesRead): boolean =>
  unread > 0 && (lines < 1000 || unread * 1000 > lines);

/** One list, and everything that a run tells of it: it travels as this object, from the file to the outputs. */
export interface ListFacts extends ListIdentity {
  /** How much of it was read; absent where it is not known. */
  readonly read?: LinesRead | undefined;
  /** When it last was up to date: the end of its last sync, else the change of its file; absent where it is no file. */
  readonly updatedAt?: Date | undefined;
}

/** A hash list in memory, a few dozen bytes an entry. */
export interface HashList {
  readonly identity: ListIdentity;
  /** As in `ListFacts`. */
  readonly read?: LinesRead | undefined;
  /** As in `ListFacts`. */
  readonly updatedAt?: Date | undefined;
  /** By name of the algorithm; a list holds at least one column, and no column is empty. */
  readonly columns: ReadonlyMap<string, HashColumn>;
}

/** The hashes of one algorithm in a compiled file, equal hashes merged to one row. */
export interface CompiledColumn {
  readonly bits: number;
  /** Listed hashes, as `HashColumn.size` counts them; rows are fewer where lists say the same. */
  readonly size: number;
  /**
   * Every row within `threshold` bits of the query, nearest first, ties by row. Raises StageError('match',
   * 'list-damaged') when what is read does not agree with its checksum, and UsageError for a threshold above 0 where
   * the column answers equality only.
   */
  search(
    query: Uint8Array,
    threshold: number,
  ): readonly { readonly row: number; readonly distance: number }[];
  /**
   * Of many queries, one behind the other, marks with 1 those that may have such a row; what stays 0 has none. Raises
   * StageError as above.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
  /** Who lists the hash of a row; `list` counts in `CompiledList.lists`. Raises StageError as above. */
  entries(row: number): Iterable<{ readonly list: number; readonly entry: ListEntry }>;
  /** The hash of a row. Confidential. */
  hash(row: number): Uint8Array;
}

/** One or more hash lists in a compiled file, open for reading. */
export interface CompiledList {
  /** The lists that it was compiled of. */
  readonly lists: readonly ListFacts[];
  readonly columns: ReadonlyMap<string, CompiledColumn>;
  /** Closes the file. */
  close(): void;
}

/** Known hashes, from wherever. */
export type KnownHashes = HashList | CompiledList;

/** The lists in it, each with all that is known of it. */
export const listsIn = (known: KnownHashes): readonly ListFacts[] => {
  if (!('identity' in known)) return known.lists;
  const { identity, read, updatedAt } = known;
  return [{ ...identity, read, updatedAt }];
};

/** Names, digests and sizes of the lists in it, and nothing else: what events and plans name. */
export const identitiesOf = (known: KnownHashes): readonly ListIdentity[] =>
  listsIn(known).map(({ name, sha256, entries }) => ({ name, sha256, entries }));

/** How much of each of the lists in it was read, where that is known. */
export const linesOf = (known: KnownHashes): readonly (LinesRead & { readonly name: string })[] =>
  listsIn(known).flatMap(({ name, read }) => (read ? [{ name, ...read }] : []));

/** Name of the built-in list of the test picture. */
export const testListName = 'hashsieve-test';
