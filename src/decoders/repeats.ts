import type { Picture } from './ppm.js';
import { Unlike } from './unlike.js';

/** Levels of brightness, 0…255, that no sample of a black picture exceeds. */
const black = 32;

/**
 * Recognises pictures of a track that need not be looked at: black ones, and those like the last one that was looked
 * at.
 */
export class Repeats {
  readonly #unlike = new Unlike();

  isWorthLooking({ width, height, data }: Picture): boolean {
    if (data.every((level) => level <= black)) return false;
    return this.#unlike.isNew({ width, height, channels: 3, data });
  }
}
