import type { View } from './types.js';
import { windowed } from './windowed.js';

/**
 * Turns back a picture that someone tilted. Whoever tilts a picture cuts off the empty corners, so the original was
 * larger: mirroring at the edges estimates the rest.
 * @param share of the width and height shown.
 */
const tilted = (degrees: number, share: number, kind?: View['kind']) => {
  const margin = (share - 1) / 2;
  return windowed(
    `turned back by ${Math.abs(degrees)} degrees ${degrees < 0 ? 'counter-clockwise' : 'clockwise'}`,
    { left: -margin, top: -margin, right: 1 + margin, bottom: 1 + margin, turn: degrees },
    { set: 'all', ...(kind && { kind }) },
  );
};

export const tiltedRight2 = tilted(2.5, 1.05);
export const tiltedLeft2 = tilted(-2.5, 1.05);
export const tiltedRight5 = tilted(5, 1.1);
export const tiltedLeft5 = tilted(-5, 1.1);
export const tiltedRight10 = tilted(10, 1.2, 'tilted');
export const tiltedLeft10 = tilted(-10, 1.2, 'tilted');
export const tiltedRight15 = tilted(15, 1.3, 'tilted');
export const tiltedLeft15 = tilted(-15, 1.3, 'tilted');
