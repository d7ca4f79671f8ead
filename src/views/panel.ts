import { turned } from '../core/index.js';
import type { View } from './types.js';

/** A rectangle inside a picture, by how clearly long straight seams bound it: the clearest is the first. */
const panel = (place: number, set: View['set'] = 'all'): View => ({
  about:
    'a rectangle that long straight seams bound: a picture in a collage, beside another one, in a frame or a chat',
  kind: 'panel',
  set,
  turns: turned,
  look: ({ panels, sampled }) => {
    const window = panels[place];
    return window && sampled(window);
  },
});

/** As many as `mostPanels`; most pictures have none of those that every scan looks at. */
export const panels = {
  'panel-1': panel(0, 'basic'),
  'panel-2': panel(1, 'basic'),
  'panel-3': panel(2, 'basic'),
  'panel-4': panel(3, 'basic'),
  'panel-5': panel(4),
  'panel-6': panel(5),
  'panel-7': panel(6),
  'panel-8': panel(7),
  'panel-9': panel(8),
  'panel-10': panel(9),
  'panel-11': panel(10),
  'panel-12': panel(11),
  'panel-13': panel(12),
};
