import { asItIs } from '../core/index.js';
import type { View } from './types.js';

/** The picture as people see it, with all its pixels. Lists are made from this view. */
export const upright: View = {
  about: 'the picture as people see it, turned as its EXIF orientation says',
  kind: 'upright',
  set: 'none',
  listed: 'none',
  turns: [asItIs],
  look: ({ upright: bitmap }) => bitmap,
};
