import { asStored } from './as-stored.js';
import type { View } from './types.js';
import { upright } from './upright.js';

/** Every way of looking at a frame, by the name that matches and events use. */
export const views = { upright, 'as-stored': asStored } satisfies Record<string, View>;

export type ViewName = keyof typeof views;

export { turnUpright } from './upright.js';
