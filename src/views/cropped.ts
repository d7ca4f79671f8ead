import type { View } from './types.js';
import { windowed } from './windowed.js';

/** The middle of the picture, without `share` of its width and height. */
const cropped = (share: number, sets: Pick<View, 'set' | 'listed'>) =>
  windowed(
    `the inner ${100 * (1 - share)} % of width and height`,
    { left: share / 2, top: share / 2, right: 1 - share / 2, bottom: 1 - share / 2 },
    sets,
  );

/** Also put on own lists, for listed pictures that were cropped themselves. */
export const cropped5 = cropped(0.05, { set: 'all', listed: 'all' });
export const cropped10 = cropped(0.1, { listed: 'all' });
export const cropped20 = cropped(0.2, { listed: 'all' });
