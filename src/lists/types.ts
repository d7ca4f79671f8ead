import type { Category } from '../core/types.js';

/** One known hash as a supplier lists it. */
export interface ListRecord {
  /** A name of the fingerprint registry. */
  readonly algorithm: string;
  /** Lower-case hex of exactly the algorithm's length. */
  readonly hex: string;
  /** The supplier's id of the entry; several records may share it (one picture, several algorithms). */
  readonly id: string;
  /** Absent: the category given for the whole list. */
  readonly category?: Category;
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  readonly member?: string;
  /** ISO 8601, UTC. */
  readonly addedAt?: string;
  readonly updatedAt?: string;
}

/** A line that could not be read. It never quotes the line: listed hashes are confidential. */
export interface ListProblem {
  /** One-based line number in the file; 0 where the format has no lines. */
  readonly line: number;
  readonly problem: string;
}

/** How to read one list. */
export interface ListOptions {
  /** The algorithm of hashes that don't name theirs. */
  readonly algorithm?: string;
  /** Field name → column name, where the header is not recognised: `{ hash: 'fingerprint' }`. */
  readonly columns?: Readonly<Record<string, string>>;
}

export interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** True when the first bytes (at most 64 KiB, as text without BOM) look like this format. */
  detect(head: string): boolean;
  /**
   * Streams the file's records, in order, and a problem for every line that is none. Memory does not grow with
   * the file. Raises UsageError where the whole file is unreadable.
   */
  read(chunks: AsyncIterable<Uint8Array>, options: ListOptions): AsyncIterable<ListRecord | ListProblem>;
}
