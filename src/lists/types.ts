import type { Category } from '../core/types.js';

/** Names of the known algorithms, each with the width of its hashes in bits. */
export type Algorithms = Readonly<Record<string, number>>;

/** One row of a list as its file has it: unchecked text. judge.ts checks the rows of all formats alike. */
export interface ListRow {
  /** One-based line in the file where the row starts. */
  readonly line: number;
  /** The hashes of one picture. Without `algorithm` where the row does not name it. */
  readonly hashes: readonly { readonly algorithm?: string; readonly hash: string }[];
  /** The supplier's id of the entry. */
  readonly id?: string;
  readonly category?: string;
  /** The supplier's own grade, verbatim. */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** The member who gave the entry to the supplier. */
  readonly member?: string;
  /** When the entry was created or last changed, as the file writes it. */
  readonly added?: string;
  readonly updated?: string;
  /** How many members confirmed the entry, and how many disputed it. */
  readonly votes?: { readonly up: number; readonly down: number };
  /** For own entries and allow lists: the reason, the author, and the expiry (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** PDQ quality, 0…100. */
  readonly quality?: string;
  /** For a frame of a listed video: the video's id, and the number of its frames that are listed. */
  readonly listedVideo?: string;
  readonly listedVideoFrames?: string;
  /** True when `hashsieve hash` wrote the row. */
  readonly own?: boolean;
  /** The category of entries that name none, where the format implies one. */
  readonly fallback?: Category;
  /**
   * Rows of one key are the same entry (`keyed` formats): the row that was updated last is valid, or the later of two
   * that were updated at the same time.
   */
  readonly key?: string;
  /** True for a row that withdraws the entry of its key. */
  readonly deleted?: boolean;
}

/** An entry that its format says to skip. It is counted, as hashes that are left out are. */
export interface PassedOver {
  readonly line: number;
  readonly leftOut: string;
}

/** A line that could not be read. It never quotes the line, because listed hashes are confidential. */
export interface ListProblem {
  /** One-based line number in the file. */
  readonly line: number;
  readonly problem: string;
  /** True where the rest of the line was read: this is not another unread line, but one that was read in part. */
  readonly isBeside?: true;
}

/** What looks wrong with the list beyond a single row. It never quotes a hash. */
export interface ListWarning {
  readonly line: number;
  readonly warning: string;
}

/** What a format yields: a row, or what is wrong with one. */
export type ListItem = ListRow | PassedOver | ListProblem | ListWarning;

/** How to read one list. */
export interface ReadOptions {
  readonly algorithms: Algorithms;
  /**
   * Field or algorithm → column name, for a header that is not recognised: `{ hash: 'fp', pdq: 'PDQ value' }`; `''`
   * leaves the field unread.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /** The list's own category text → ours, or `skip`: `{ '1': 'csam', '5': 'skip' }`. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
}

/** A file format of hash lists. It reads text and checks no hash. */
export interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** File name extensions without the dot that choose this format where the content does not. */
  readonly extensions: readonly string[];
  /** True where rows have a `key`, so that later rows replace or withdraw earlier ones. */
  readonly keyed?: true;
  /** True where the first characters (at most 64 Ki, without BOM) look like this format. */
  detect(head: string, options: ReadOptions): boolean;
  /**
   * Streams the rows of a file given as text (without BOM), in order and in batches, and a problem for every line that
   * is no row. Memory does not grow with the file. Raises UsageError where the file as a whole cannot be read.
   */
  read(text: AsyncIterable<string>, options: ReadOptions): AsyncIterable<readonly ListItem[]>;
}
