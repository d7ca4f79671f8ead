import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget, InsideLimits } from './budget.js';

export type { InsideLimits };

/** The kinds of contents that hashsieve looks for inside assets. The operator can switch each of them off. */
export const insideKinds = ['archives', 'pdf', 'text', 'thumbnails', 'video'] as const;
/** One of `insideKinds`. */
export type InsideKind = (typeof insideKinds)[number];

/** Bytes from `from` up to `to`, counted from the beginning of the file. */
export interface Span {
  /** The first byte of the span. */
  readonly from: number;
  /** The first byte behind the span. */
  readonly to: number;
}

/** The bytes of a file that its reader does not look at. The search (`carve/`) looks for files that begin in them. */
export interface Unaccounted {
  /**
   * Records of the format that may carry a picture, such as metadata. Where the search finds nothing in them, they hold
   * no picture.
   */
  readonly records?: readonly Span[];
  /**
   * Bytes that belong to nothing: behind the end, before the beginning, between members. The file ends as
   * `skipped: unknown-format` if some of them belong to no file that the search found and may still hold a picture.
   */
  readonly strays?: readonly Span[];
  /**
   * Records that the file stores in pieces or packed, each of them put together. The search looks through these too.
   * @param budget pays for the bytes that the method unpacks; raises StageError('decode', 'archive-limit').
   */
  joined?(budget: Budget): Iterable<Joined>;
  /**
   * The length in bytes of a member that `open` yielded and that these bytes begin with; undefined if there is none.
   * The search does not yield such a member again.
   */
  toldAt?(bytes: Uint8Array): number | undefined;
}

/** Bytes that the file stores in pieces or packed, as a reader puts them together. */
export interface Joined {
  /** Where the first piece begins; bytes from the beginning of the file. */
  readonly at: number;
  /** The bytes, put together and unpacked. */
  readonly bytes: Buffer;
}

/** Reads what is inside one kind of asset. */
export interface Container {
  /** The kind of contents that it finds; the operator switches it off by this name. */
  readonly kind: InsideKind;
  /** The media types of the assets that it reads, as `sniff` names them. */
  readonly mediaTypes: readonly string[];
  /** True if assets of these types are pictures themselves. A decoder reads them as well. */
  readonly isPicture: boolean;
  /**
   * Yields every file inside, each once, in the order in which the asset stores them. It writes nothing to disk. Names
   * are labels: nothing depends on them. A member that the reader cannot read comes with the reason (`unread`). Raises
   * StageError('decode', 'archive-limit') when the budget is spent, StageError('decode', 'archive-damaged') where
   * damage stops the reader, and Skip('encrypted') if nothing can be read without a password.
   */
  open(store: ByteStore, budget: Budget): AsyncIterable<Inside>;
  /**
   * Which bytes `open` does not look at. The caller asks after `open` has ended. Absent if `open` accounts for every
   * byte itself. The answer may leave out members that `open` yielded as views of the bytes of `store`, not as copies:
   * the caller knows where those lie.
   */
  unaccounted?(store: ByteStore): Promise<Unaccounted>;
}
