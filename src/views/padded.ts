import { turned } from '../core/turns.js';
import { type Margins, mirrorPad } from './bend.js';
import type { View } from './types.js';

/** A cropped picture, enlarged by what a mirror at its edges shows, lies nearer to the whole one. */
const padded = (about: string, margins: Margins): View => ({
  about,
  set: 'all',
  turns: turned,
  bends: true,
  look: ({ raster }) => (raster ? mirrorPad(raster, margins) : undefined),
});

const around = (share: number): Margins => ({ left: share, top: share, right: share, bottom: share });
const corner = (sides: Partial<Margins>): Margins => ({ left: 0, top: 0, right: 0, bottom: 0, ...sides });

export const padded5 = padded('mirrored outwards by 5 % all around: crops of about 10 %', around(0.05));
export const padded11 = padded('mirrored outwards by 11 % all around: crops of about 20 %', around(0.11));
export const paddedTopLeft = padded(
  'mirrored outwards by 8.5 % at one corner',
  corner({ left: 0.085, top: 0.085 }),
);
export const paddedTopRight = padded(
  'mirrored outwards by 8.5 % at one corner',
  corner({ right: 0.085, top: 0.085 }),
);
export const paddedBottomLeft = padded(
  'mirrored outwards by 8.5 % at one corner',
  corner({ left: 0.085, bottom: 0.085 }),
);
export const paddedBottomRight = padded(
  'mirrored outwards by 8.5 % at one corner',
  corner({ right: 0.085, bottom: 0.085 }),
);
