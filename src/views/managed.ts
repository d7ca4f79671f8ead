import { turnedAndNegative } from '../core/index.js';
import type { View } from './types.js';

/**
 * References ignore colour profiles, but people see what viewers make of them: a profile may turn noise into a picture.
 */
export const managed: View = {
  about: 'a picture through its colour profile, where that shows something else than what is stored',
  set: 'basic',
  listed: 'basic',
  turns: turnedAndNegative,
  kind: 'managed',
  look: ({ managed }) => managed,
};
