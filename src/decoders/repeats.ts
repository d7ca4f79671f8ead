import type { Picture } from './ppm.js';
import { Unlike } from './unlike.js';

/** Levels of brightness, 0…255, that no sample of a black picture exceeds. */
const black = 32;

/** Tells which pictures of a track need no look: black ones, and those like the last that was looked at. */
export class Repeats {
  readonly #unlike = new Unlike();

  isWorthLooking({ width, height, data }: Picture): boolean {
    if (data.every((level) => level <= black)) return false;
    return this.#unlike.isNew({ width, height, channels: 3, data });
  }
}
