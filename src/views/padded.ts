import { turned } from '../core/index.js';
import type { Window } from './sample-window.js';
import type { View } from './types.js';

/**
 * Extends a picture by mirroring it at its edges: a cropped picture is then nearer to the whole one.
 * @param margins shares of the width or height of the picture.
 */
const padded = (about: string, { left = 0, top = 0, right = 0, bottom = 0 }: Partial<Window>): View => ({
  about,
  kind: 'bent',
  set: 'all',
  turns: turned,
  onlyResamples: true,
  look: ({ sampled }) => sampled({ left: -left, top: -top, right: 1 + right, bottom: 1 + bottom }),
});

const around = (share: number): Window => ({ left: share, top: share, right: share, bottom: share });
const corner = 'mirrored outwards by 8.5 % at one corner: crops of one corner';

export const padded5 = padded('mirrored outwards by 5 % all around: crops of about 10 %', around(0.05));
export const padded11 = padded('mirrored outwards by 11 % all around: crops of about 20 %', around(0.11));
export const paddedTopLeft = padded(corner, { left: 0.085, top: 0.085 });
export const paddedTopRight = padded(corner, { right: 0.085, top: 0.085 });
export const paddedBottomLeft = padded(corner, { left: 0.085, bottom: 0.085 });
export const paddedBottomRight = padded(corner, { right: 0.085, bottom: 0.085 });
