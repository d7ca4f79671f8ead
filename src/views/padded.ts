import type { Window } from './sample-window.js';
import type { View } from './types.js';
import { windowed } from './windowed.js';

/**
 * Extends a picture by mirroring it at its edges: a cropped picture is then nearer to the whole one.
 * @param margins shares of the width or height of the picture.
 */
const padded = (
  about: string,
  { left = 0, top = 0, right = 0, bottom = 0 }: Partial<Window>,
  more: Partial<Pick<View, 'kind' | 'set'>> = {},
) =>
  windowed(about, { left: -left, top: -top, right: 1 + right, bottom: 1 + bottom }, { set: 'all', ...more });

const around = (share: number): Window => ({ left: share, top: share, right: share, bottom: share });
const corner = 'mirrored outwards by 8.5 % at one corner: crops of one corner';

/** Of all windows, this one finds most of what the upright picture misses by little: crops, tilts, reposts. */
export const padded2 = padded('mirrored outwards by 2.5 % all around: crops of about 5 %', around(0.025), {
  set: 'basic',
});
export const padded5 = padded('mirrored outwards by 5 % all around: crops of about 10 %', around(0.05));
export const padded11 = padded('mirrored outwards by 11 % all around: crops of about 20 %', around(0.11));
export const paddedTopLeft = padded(corner, { left: 0.085, top: 0.085 });
export const paddedTopRight = padded(corner, { right: 0.085, top: 0.085 });
export const paddedBottomLeft = padded(corner, { left: 0.085, bottom: 0.085 });
export const paddedBottomRight = padded(corner, { right: 0.085, bottom: 0.085 });

const onOneSide = (side: 'left' | 'top' | 'right' | 'bottom', percent: 11 | 20) =>
  padded(
    `mirrored outwards by ${percent} % at one side: crops of one side`,
    { [side]: percent / 100 },
    { kind: 'side-padded' },
  );

export const sidePadded = {
  'padded-left-11': onOneSide('left', 11),
  'padded-top-11': onOneSide('top', 11),
  'padded-right-11': onOneSide('right', 11),
  'padded-bottom-11': onOneSide('bottom', 11),
  'padded-left-20': onOneSide('left', 20),
  'padded-top-20': onOneSide('top', 20),
  'padded-right-20': onOneSide('right', 20),
  'padded-bottom-20': onOneSide('bottom', 20),
};
