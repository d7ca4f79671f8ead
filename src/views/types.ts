import type { Bitmap, Frame } from '../core/types.js';

/** One way of looking at a frame before fingerprinting. */
export interface View {
  readonly about: string;
  /** The picture seen this way, or undefined where this view would repeat another one. Pure. */
  look(frame: Frame): Bitmap | undefined;
}
