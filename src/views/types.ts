import type { Turn } from '../core/turns.js';
import type { Bitmap } from '../core/types.js';
import type { Seen } from './seen.js';

/** How far one goes to recognise a picture: each set holds the one before it. */
export const viewSets = ['none', 'basic', 'all'] as const;
export type ViewSet = (typeof viewSets)[number];

/** One way of looking at a frame before fingerprinting. */
export interface View {
  readonly about: string;
  /** The smallest set that it belongs to. */
  readonly set: ViewSet;
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
