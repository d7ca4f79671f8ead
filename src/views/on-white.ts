import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/**
 * What viewers show. References hash the colour under the alpha channel, which may be of another picture or of none.
 */
export const onWhite: View = {
  about: 'a picture with transparent pixels as it is shown on white',
  kind: 'flattened',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ on }) => on(255),
};
