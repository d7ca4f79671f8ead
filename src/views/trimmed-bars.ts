import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** What `trimmed` takes off, when it was compressed hard or lies inside another border. */
export const trimmedBars: View = {
  about: 'without borders and bars of about one colour, and those inside them',
  kind: 'trimmed',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ trims, bent }) => (trims.wide ? bent(trims.wide) : undefined),
};
