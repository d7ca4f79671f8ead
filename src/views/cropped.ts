import { turned } from '../core/turns.js';
import { cutOut } from './box.js';
import type { View } from './types.js';

/** For listed pictures that were cropped themselves. */
export const cropped5: View = {
  about: 'the inner 95 % of width and height',
  set: 'all',
  turns: turned,
  bends: true,
  look: ({ raster }) => {
    if (!raster) return undefined;
    const width = Math.round(raster.width * 0.95);
    const height = Math.round(raster.height * 0.95);
    return cutOut(raster, {
      left: (raster.width - width) >> 1,
      top: (raster.height - height) >> 1,
      width,
      height,
    });
  },
};
