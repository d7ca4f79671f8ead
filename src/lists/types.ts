import type { Category } from '../core/types.js';

/** Names of the algorithms that can be computed, each with the width of its hashes in bits. */
export type Algorithms = Readonly<Record<string, number>>;

/** One row of a list as its file says it: text, not yet checked. Every format's rows are judged alike (judge.ts). */
export interface ListRow {
  /** One-based line in the file where the row starts. */
  readonly line: number;
  /** The hashes of one picture; the algorithm is absent where the row does not name it. */
  readonly hashes: readonly { readonly algorithm?: string; readonly hash: string }[];
  /** The supplier's id of the entry. */
  readonly id?: string;
  readonly category?: string;
  /** The supplier's own grade, verbatim. */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** Who gave the entry to the supplier. */
  readonly member?: string;
  /** When the entry was made or last changed, as the file says it. */
  readonly added?: string;
  readonly updated?: string;
  /** Members who confirmed the entry, and who disputed it. */
  readonly votes?: { readonly up: number; readonly down: number };
  /** Own entries and allow lists: why, who, and until when (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** PDQ quality, 0…100. */
  readonly quality?: string;
  /** True when `hashsieve hash` wrote the row. */
  readonly own?: boolean;
  /** Category of entries that have none, where the format itself says what its entries are. */
  readonly fallback?: Category;
  /**
   * What makes this the same entry as another row of the file (`keyed` formats): the one that was updated last stands,
   * the later of two updated at once.
   */
  readonly key?: string;
  /** True for a row that withdraws the entry of its key. */
  readonly deleted?: boolean;
}

/** An entry that is passed over for a reason of its format; counted, like hashes that are left out. */
export interface PassedOver {
  readonly line: number;
  readonly leftOut: string;
}

/** A line that could not be read. It never quotes the line: listed hashes are confidential. */
export interface ListProblem {
  /** One-based line number in the file. */
  readonly line: number;
  readonly problem: string;
  /** True where the rest of the line was read and is told apart: it is one line, and not read whole. */
  readonly isBeside?: true;
}

/** What is suspicious of the list beyond one row of it. It never quotes a hash. */
export interface ListWarning {
  readonly line: number;
  readonly warning: string;
}

export type ListItem = ListRow | PassedOver | ListProblem | ListWarning;

/** How to read one list. */
export interface ReadOptions {
  readonly algorithms: Algorithms;
  /**
   * Field or algorithm → column name, where the header is not recognised: `{ hash: 'fp', pdq: 'PDQ value' }`;
   * `''` leaves the field unread.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /** The list's own category text → ours, or `skip`: `{ '1': 'csam', '5': 'skip' }`. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
}

export interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** File name extensions without the dot that choose this format when nothing was detected. */
  readonly extensions: readonly string[];
  /** True when rows carry a `key`, so that later rows replace or withdraw earlier ones. */
  readonly keyed?: true;
  /** True when the first characters (at most 64 Ki, without BOM) look like this format. */
  detect(head: string, options: ReadOptions): boolean;
  /**
   * Streams the rows of a file given as text (without BOM), in order and in batches, and a problem for every line
   * that is none. Memory does not grow with the file. Raises UsageError where the file as a whole cannot be read.
   */
  read(text: AsyncIterable<string>, options: ReadOptions): AsyncIterable<readonly ListItem[]>;
}
