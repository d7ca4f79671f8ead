import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget, InsideLimits } from './budget.js';

export type { InsideLimits };

/** What is looked for inside assets; every kind can be switched off. */
export const insideKinds = ['archives', 'pdf', 'text', 'thumbnails', 'video'] as const;
export type InsideKind = (typeof insideKinds)[number];

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
