import { turned } from '../core/index.js';
import type { Window } from './sample-window.js';
import type { View } from './types.js';

/** A view that shows a window of the picture in its eight turns, and names its kind, set and side. */
export const windowed = (
  about: string,
  window: Window,
  { kind = 'bent', ...sets }: Partial<Pick<View, 'kind' | 'set' | 'listed'>>,
): View & { readonly window: Window } => ({
  ...{ about, kind, ...sets, turns: turned, window },
  look: ({ sampled }) => sampled(window),
});
