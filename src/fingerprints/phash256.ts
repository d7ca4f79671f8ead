import { phashOfSize } from './phash-of-size.js';

/** pHash, 256 bits. */
export const phash256 = phashOfSize(16, {
  threshold: 32,
  tail: { at: 68, decades: -8, slope: 0.138, most: 89 },
  commonplaceTail: { at: 32, decades: -2.6, slope: 0.044, most: 89 },
  recipe: 'phash256-imagehash/1',
  about: "pHash of 256 bits, as Python's imagehash.phash with hash_size=16",
});
