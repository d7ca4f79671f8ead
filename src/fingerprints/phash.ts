import { phashOfSize } from './phash-of-size.js';

/** pHash, 64 bits. */
export const phash = phashOfSize(8, {
  threshold: 6,
  tail: { at: 10, decades: -5.77, slope: 0.45, most: 13 },
  turnedTail: { at: 12, decades: -5.05, slope: 0.45, most: 13 },
  commonplaceTail: { at: 6, decades: -2.3, slope: 0.1, most: 13 },
  recipe: 'phash-imagehash/1',
  about: "pHash of 64 bits, as Python's imagehash.phash",
});
