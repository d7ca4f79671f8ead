import { asItIs, turned } from '../core/index.js';
import type { Window } from './sample-window.js';
import type { View } from './types.js';
import type { ViewSource } from './view-source.js';

/** Width divided by height of what networks cut pictures to. */
const square = 1;
const portrait = 4 / 5;

/** How far a picture's shape may be from one of these: pixels are whole. */
const tolerance = 0.02;

const aspectOf = ({ upright: { width, height } }: ViewSource) => width / height;

/**
 * A picture of the shape that a network cuts to, mirrored outwards at two opposite sides.
 * @param margins the share of the picture that is added at each of the sides.
 */
const widened = (shape: number, margins: { readonly x?: number; readonly y?: number }): View => {
  const { x = 0, y = 0 } = margins;
  const window: Window = { left: -x, top: -y, right: 1 + x, bottom: 1 + y };
  return {
    about: `mirrored outwards at two sides, where its shape is ${shape === square ? '1:1' : '4:5'}: crops to that`,
    kind: 'widened',
    set: 'all',
    turns: turned,
    window,
    look: (source) =>
      Math.abs(aspectOf(source) / shape - 1) <= tolerance ? source.sampled(window) : undefined,
  };
};

/** What pictures of 4:3 and 3:2 lose when they are cut to a square or to 4:5. */
export const widenedViews = {
  'widened-square-17': widened(square, { x: 0.17 }),
  'widened-square-25': widened(square, { x: 0.25 }),
  'heightened-square-17': widened(square, { y: 0.17 }),
  'heightened-square-25': widened(square, { y: 0.25 }),
  'widened-portrait-33': widened(portrait, { x: 0.33 }),
  'widened-portrait-44': widened(portrait, { x: 0.44 }),
  'heightened-portrait-10': widened(portrait, { y: 0.1 }),
};

/** The largest middle part of a shape, for own lists: a query that was cut to that shape shows exactly this. */
const middle = (shape: number): View => ({
  about: `the middle in the shape ${shape === square ? '1:1' : '4:5'}, which networks cut pictures to`,
  kind: 'widened',
  listed: 'all',
  turns: [asItIs],
  look: (source) => {
    const aspect = aspectOf(source);
    const x = Math.max(0, 1 - shape / aspect) / 2;
    const y = Math.max(0, 1 - aspect / shape) / 2;
    return Math.max(x, y) > tolerance / 2
      ? source.sampled({ left: x, top: y, right: 1 - x, bottom: 1 - y })
      : undefined;
  },
});

export const middleViews = { 'middle-square': middle(square), 'middle-portrait': middle(portrait) };
