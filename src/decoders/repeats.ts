import type { Picture } from './ppm.js';
import { Unlike } from './unlike.js';

/** No sample of a black picture is above this level (0…255). */
const black = 32;

/**
 * Tells which pictures of a video track are worth hashing. Black ones are not, and neither is one that looks like the
 * last picture that was.
 */
export class Repeats {
  readonly #unlike = new Unlike();

  /** True for a picture that is worth hashing. Call it once for each picture of the track, in order. */
  isWorthLooking({ width, height, data }: Picture): boolean {
    if (data.every((level) => level <= black)) return false;
    return this.#unlike.isNew({ width, height, channels: 3, data });
  }
}
