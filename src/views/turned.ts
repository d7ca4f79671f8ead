import { asItIs, turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/** The upright picture again, which costs nothing: its hashes in all ways of turning come from the same pass. */
export const turned: View = {
  about: 'the picture turned by quarters, mirrored and inverted, in all sixteen ways',
  kind: 'upright',
  set: 'basic',
  turns: turnedAndNegative.filter((turn) => turn.dihedral !== asItIs.dihedral || turn.negative),
  look: ({ upright }) => upright,
};
