import type { Picture } from './ppm.js';
import { Unlike } from './unlike.js';

/** No sample of a black picture is above this level (0…255). */
const black = 32;

/**
 * Tells which pictures of a video track are worth a look. Black ones are not, and neither are those that look like the
 * last one that was.
 */
export class Repeats {
  readonly #unlike = new Unlike();

  /** True for a picture that is worth a look. Call it once for each picture of the track, in order. */
  isWorthLooking({ width, height, data }: Picture): boolean {
    if (data.every((level) => level <= black)) return false;
    return this.#unlike.isNew({ width, height, channels: 3, data });
  }
}
