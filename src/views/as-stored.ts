import { asItIs } from '../core/index.js';
import type { View } from './types.js';

/** The pixels in the order of the file: reference tools hash these. */
export const asStored: View = {
  about: 'the pixels in the order of the file, where EXIF orientation turns them',
  kind: 'as-stored',
  set: 'basic',
  turns: [asItIs],
  look: ({ frame }) => (frame.orientation === 1 ? undefined : frame.bitmap),
};
