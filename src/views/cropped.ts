import { turned } from '../core/turns.js';
import type { View } from './types.js';

/** For listed pictures that were cropped themselves. */
export const cropped5: View = {
  about: 'the inner 95 % of width and height',
  set: 'all',
  turns: turned,
  bends: true,
  look: ({ bent }) => bent({ left: 0.025, top: 0.025, right: 0.975, bottom: 0.975 }),
};
