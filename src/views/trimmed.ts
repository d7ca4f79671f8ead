import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** Removes borders, letterboxes, square padding, caption bars, and the surroundings in screenshots of pages. */
export const trimmed: View = {
  about: 'without borders and bars of one colour, even where text stands on them',
  kind: 'trimmed',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ trims, sampled }) => (trims.close ? sampled(trims.close) : undefined),
};
