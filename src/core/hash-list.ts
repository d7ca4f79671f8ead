import type { Category, ListedVideo, ListIdentity } from './types.js';

/** The facts that many entries of a list share. */
export interface ListLabels {
  /** What the entry is on the list for. */
  readonly category: Category;
  /** The supplier's own grade, word for word. */
  readonly classification?: string;
  /** Name of the supplier's scale of grades. */
  readonly classificationScheme?: string;
  /** Who supplies the list. */
  readonly supplier?: string;
  /** The organisation that gave the entry to the supplier. */
  readonly member?: string;
  /** For entries of allow lists: why the entry exists, who made it, and until when it counts (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** For a frame of a listed video: which video. */
  readonly listedVideo?: ListedVideo;
}

/** The facts that a list gives for one hash. */
export interface ListEntry extends ListLabels {
  /** The supplier's id, or `line-N` where the list has none. */
  readonly id: string;
}

/** The hashes of one algorithm on one list, row by row in the order of the file. */
export interface HashColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Number of rows. */
  readonly size: number;
  /** `size * bits / 8` bytes, hash after hash, bytes in the order of the hex text. Confidential: never printed. */
  readonly hashes: Uint8Array;
  /** The facts of a row, 0…size-1. */
  entry(row: number): ListEntry;
  /** The same without the id; rows with the same labels get the same object. */
  labels(row: number): ListLabels;
}

/**
 * Number of lines of a list file that hold an entry (or of records, where the format has no lines), and how many of
 * them could not be read.
 */
export interface LinesRead {
  /** Number of lines with an entry. */
  readonly lines: number;
  /** Number of those that could not be read. */
  readonly unread: number;
}

/** True for a list of which more than one line in 1,000 could not be read: a run that used it is not complete. */
export const isHalfRead = ({ lines, unread }: LinesRead): boolean =>
  unread > 0 && (lines < 1000 || unread * 1000 > lines);

/** One list with all facts that a run tells of it; this object goes with the list from its file to the outputs. */
export interface ListFacts extends ListIdentity {
  /** How many lines were read; absent where that is not known. */
  readonly read?: LinesRead | undefined;
  /**
   * When the list was last up to date: the end of its last sync, or else the time of its file; absent for standard
   * input.
   */
  readonly updatedAt?: Date | undefined;
  /** Number of entries by category; absent where that is not known without reading the list. */
  readonly categories?: Readonly<Partial<Record<Category, number>>> | undefined;
}

/** A hash list in memory; it takes a few dozen bytes an entry. */
export interface HashList {
  readonly identity: ListIdentity;
  /** As in `ListFacts`. */
  readonly read?: LinesRead | undefined;
  /** As in `ListFacts`. */
  readonly updatedAt?: Date | undefined;
  /** Columns by algorithm. There is at least one, and none is empty. */
  readonly columns: ReadonlyMap<string, HashColumn>;
}

/** The hashes of one algorithm in a compiled file; equal hashes share one row. */
export interface CompiledColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Number of listed hashes, as `HashColumn.size` counts them. There are fewer rows where lists hold the same hash. */
  readonly size: number;
  /**
   * Finds every row within `threshold` bits of the query, nearest first, ties by row. Raises StageError('match',
   * 'list-damaged') where a part of the file does not have its checksum, and UsageError for a threshold above 0 where
   * the column only finds equal hashes.
   */
  search(
    query: Uint8Array,
    threshold: number,
  ): readonly { readonly row: number; readonly distance: number }[];
  /**
   * Screens many queries, which stand one behind the other in `queries`. Sets `marks` to 1 for those that may have a
   * row within `threshold`; where a mark stays 0 there is none. Raises StageError as `search` does.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
  /** The entries of a row's hash; `list` is an index into `CompiledList.lists`. Raises StageError as `search` does. */
  entries(row: number): Iterable<{ readonly list: number; readonly entry: ListEntry }>;
  /** The hash of a row. Confidential: never printed. */
  hash(row: number): Uint8Array;
  /**
   * The hashes of all rows without gaps, where the file has no index that finds near ones: whoever searches makes an
   * index of them in memory. Raises StageError as `search` does.
   */
  all?(): Uint8Array;
}

/** One or more hash lists in an open compiled file. */
export interface CompiledList {
  /** The lists from which the file was compiled. */
  readonly lists: readonly ListFacts[];
  /** Columns by algorithm. */
  readonly columns: ReadonlyMap<string, CompiledColumn>;
  /** Closes the file. */
  close(): void;
}

/** Known hashes, in memory or compiled. */
export type KnownHashes = HashList | CompiledList;

/** The facts of every list in it. */
export const listsIn = (known: KnownHashes): readonly ListFacts[] => {
  if (!('identity' in known)) return known.lists;
  const { identity, read, updatedAt } = known;
  return [{ ...identity, read, updatedAt }];
};

/** Names, digests and sizes of the lists in it, which events and plans carry. */
export const identitiesOf = (known: KnownHashes): readonly ListIdentity[] =>
  listsIn(known).map(({ name, sha256, entries }) => ({ name, sha256, entries }));

/** How many lines of each list in it were read, where that is known. */
export const linesOf = (known: KnownHashes): readonly (LinesRead & { readonly name: string })[] =>
  listsIn(known).flatMap(({ name, read }) => (read ? [{ name, ...read }] : []));

/** Name of the built-in list, which holds the test picture. */
export const testListName = 'hashsieve-test';
