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
  /** PDQ quality, 0…100. */
  readonly quality?: string;
  /** True when `hashsieve hash` wrote the row. */
  readonly own?: boolean;
}

/** A line that could not be read. It never quotes the line: listed hashes are confidential. */
export interface ListProblem {
  /** One-based line number in the file. */
  readonly line: number;
  readonly problem: string;
}

export type ListItem = ListRow | ListProblem;

/** How to read one list. */
export interface ReadOptions {
  readonly algorithms: Algorithms;
  /**
   * Field or algorithm → column name, where the header is not recognised: `{ hash: 'fp', pdq: 'PDQ value' }`;
   * `''` leaves the field unread.
   */
  readonly columns?: Readonly<Record<string, string>>;
}

export interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** File name extensions without the dot that choose this format when nothing was detected. */
  readonly extensions: readonly string[];
  /** True when the first characters (at most 64 Ki, without BOM) look like this format. */
  detect(head: string, options: ReadOptions): boolean;
  /**
   * Streams the rows of a file given as text (without BOM), in order and in batches, and a problem for every line
   * that is none. Memory does not grow with the file. Raises UsageError where the file as a whole cannot be read.
   */
  read(text: AsyncIterable<string>, options: ReadOptions): AsyncIterable<readonly ListItem[]>;
}
