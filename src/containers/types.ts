import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget, InsideLimits } from './budget.js';

export type { InsideLimits };

/** What is looked for inside assets; every kind can be switched off. */
export const insideKinds = ['archives', 'pdf', 'text', 'thumbnails', 'video'] as const;
/** One of `insideKinds`. */
export type InsideKind = (typeof insideKinds)[number];

/** Bytes from `from` up to `to`, counted from the beginning of the file. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The bytes of a file that its reader does not look at. All of them are searched for beginnings (carve/). */
export interface Unaccounted {
  /** Records of the format that may carry a picture, such as metadata: what is not found in them is none. */
  readonly records?: readonly Span[];
  /**
   * Bytes that belong to nothing: behind the end, before the beginning, between members. What is neither found in them nor
   * known to hold no picture makes the file `skipped: unknown-format`.
   */
  readonly strays?: readonly Span[];
  /** Records that the file stores in pieces or packed, each put together: they are searched besides. */
  joined?(budget: Budget): Iterable<Joined>;
  /** The length of a member that `open` yielded and that these bytes begin with: what is found so is not told again. */
  toldAt?(bytes: Uint8Array): number | undefined;
}

/** Bytes of a file as its readers put them together, and where they begin in it. */
export interface Joined {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Reads what is inside one kind of asset. */
export interface Container {
  readonly kind: InsideKind;
  /** As `sniff` tells them. */
  readonly mediaTypes: readonly string[];
  /** True where assets of these types are pictures, which are decoded besides. */
  readonly isPicture: boolean;
  /**
   * Everything inside that is a file, each once, in the order in which it is stored; nothing is written anywhere. Names
   * are labels: nothing depends on them. A member that cannot be had comes with the reason why.
   * Ends with StageError('decode', …): `archive-limit` where the budget is spent, `archive-damaged` where it cannot be
   * read on, and with Skip(`encrypted`) where nothing can be read without a password.
   */
  open(store: ByteStore, budget: Budget): AsyncIterable<Inside>;
  /**
   * Which bytes `open` does not look at, told when it has ended; absent where it accounts for every byte itself. It need not say
   * anything of what it yielded as a part of the bytes of `store` (no copy): that is accounted for.
   */
  unaccounted?(store: ByteStore): Promise<Unaccounted>;
}
