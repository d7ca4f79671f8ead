import { asItIs, turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** The upright picture in its other turns. It costs nothing: one pass gives the hashes of all turns. */
export const turned: View = {
  about: 'the picture turned by quarters, mirrored and inverted, in all sixteen ways',
  kind: 'upright',
  set: 'basic',
  turns: turnedAndNegative.filter((turn) => turn.dihedral !== asItIs.dihedral || turn.negative),
  look: ({ upright }) => upright,
};
