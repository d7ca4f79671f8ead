import { turnedAndNegative } from '../core/turns.js';
import type { View } from './types.js';

/** Caption bars, screenshots of pages. */
export const trimmedBars: View = {
  about: 'without bars of one colour, even where text stands on them',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ trims, bent }) => (trims.bars ? bent(trims.bars) : undefined),
};
