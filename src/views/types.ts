import type { Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import type { ViewKind } from './budget.js';
import type { Window } from './sample-window.js';
import type { ViewSource } from './view-source.js';

/** How many ways of looking are tried to recognise a picture: each set contains the one before it. */
export const viewSets = ['none', 'basic', 'all'] as const;
/** One of `viewSets`. */
export type ViewSet = (typeof viewSets)[number];

/** One way of looking at a frame before fingerprinting. */
export interface View {
  readonly about: string;
  /** What it does to the picture: views of one kind share a part of the accepted chance matches. */
  readonly kind: ViewKind;
  /** The smallest set in which it looks at queries; absent for views of listed pictures only. */
  readonly set?: ViewSet;
  /**
   * The smallest set in which own lists hold it as well. A picture that is listed in several views is found after
   * stronger alterations than the views of the query undo. Listed views are not turned, because those of the query are.
   */
  readonly listed?: ViewSet;
  /** The turns of this view, starting with none. */
  readonly turns: readonly Turn[];
  /**
   * The part of the picture that it shows, for a view that only bends the picture as it is and cannot add information:
   * it is skipped where the picture holds too little.
   */
  readonly window?: Window;
  /** The picture seen this way. Undefined where this view would repeat another one. Pure. */
  look(source: ViewSource): Bitmap | undefined;
}
