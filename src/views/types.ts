import type { Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import type { ViewKind } from './budget.js';
import type { Seen } from './seen.js';

/** How far one goes to recognise a picture: each set holds the one before it. */
export const viewSets = ['none', 'basic', 'all'] as const;
export type ViewSet = (typeof viewSets)[number];

/** One way of looking at a frame before fingerprinting. */
export interface View {
  readonly about: string;
  /** What it does to the picture: views of a kind share a part of the budget of chance matches. */
  readonly kind: ViewKind;
  /** The smallest set that looks at queries in this way; absent for views of listed pictures only. */
  readonly set?: ViewSet;
  /**
   * The smallest set that puts it on a list of one's own as well: what is listed in several views is found when it was
   * altered more than the views of the query make up for. Listed views are not turned: those of the query are.
   */
  readonly listed?: ViewSet;
  /** In which ways the picture seen is turned as well; the picture as it is comes first. */
  readonly turns: readonly Turn[];
  /**
   * True where it only bends the picture as it is, and cannot add information: of no use where that one says too
   * little.
   */
  readonly bends?: true;
  /** The picture seen this way, or undefined where this view would repeat another one. Pure. */
  look(seen: Seen): Bitmap | undefined;
}
