import { turnedAndNegative } from '../core/turns.js';
import type { View } from './types.js';

/** Borders, letterboxes, square padding. */
export const trimmed: View = {
  about: 'without borders of one colour',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ trims, bent }) => (trims.strict ? bent(trims.strict) : undefined),
};
