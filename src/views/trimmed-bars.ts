import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** Removes what `trimmed` does, also where it was compressed hard or lies within another border. */
export const trimmedBars: View = {
  about: 'without borders and bars of about one colour, and those inside them',
  kind: 'trimmed',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ trims, sampled }) => (trims.wide ? sampled(trims.wide) : undefined),
};
