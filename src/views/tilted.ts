import { turned } from '../core/index.js';
import type { View } from './types.js';

/**
 * Turns back a picture that someone tilted. Whoever tilts a picture cuts off the empty corners, so the original was
 * larger: mirroring at the edges estimates the rest.
 * @param share of the width and height shown.
 */
const tilted = (degrees: number, share: number): View => ({
  about: `turned back by ${Math.abs(degrees)} degrees ${degrees < 0 ? 'counter-clockwise' : 'clockwise'}`,
  kind: 'bent',
  set: 'all',
  turns: turned,
  onlyResamples: true,
  look: ({ sampled }) => {
    const margin = (share - 1) / 2;
    return sampled({ left: -margin, top: -margin, right: 1 + margin, bottom: 1 + margin, turn: degrees });
  },
});

export const tiltedRight2 = tilted(2.5, 1.05);
export const tiltedLeft2 = tilted(-2.5, 1.05);
export const tiltedRight5 = tilted(5, 1.1);
export const tiltedLeft5 = tilted(-5, 1.1);
