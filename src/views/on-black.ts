import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** As `onWhite`, for viewers with a dark background. */
export const onBlack: View = {
  about: 'a picture with transparent pixels as it is shown on black',
  kind: 'flattened',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  look: ({ on }) => on(0),
};
