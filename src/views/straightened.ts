import { turned } from '../core/index.js';
import type { View } from './types.js';

/** Whoever tilts a picture and keeps it whole leaves four plain corners, which tell how it was tilted. */
export const straightened: View = {
  about: 'turned back, without corners of one colour: a picture that was tilted and kept whole',
  kind: 'straightened',
  set: 'basic',
  listed: 'basic',
  turns: turned,
  look: ({ straight, sampled }) => straight && sampled(straight),
};
