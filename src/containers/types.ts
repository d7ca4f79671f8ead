import type { Inside } from '../core/scan.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** What is looked for inside assets; every kind can be switched off. */
export const insideKinds = ['archives', 'pdf', 'thumbnails', 'video'] as const;
export type InsideKind = (typeof insideKinds)[number];

/** What looking into one asset may cost, all that is inside it included. */
export interface InsideLimits {
  /** Bytes of one asset inside another: it is held in memory. */
  readonly maxBytes: number;
  /** Pixels of a picture that is decoded where it lies. */
  readonly maxPixels: number;
  /** Seconds for reading one asset inside another. */
  readonly timeoutSeconds: number;
  /** Containers inside one another, the outermost counted. */
  readonly maxDepth: number;
  /** Assets inside, at all depths. */
  readonly maxMembers: number;
  /** Bytes of all that is inside for each byte of the container, once they are more than `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
  /** Bytes of all that is inside, at all depths. */
  readonly maxTotalBytes: number;
  /** Seconds of reading the container; what its members take besides is theirs. */
  readonly seconds: number;
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
}
