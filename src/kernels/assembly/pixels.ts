// Inner loops of the perceptual hashes over the pixels of a picture. Each is bit-exact with a plain TypeScript twin in
// src/fingerprints; src/fingerprints/pass.ts feeds a picture in bands of rows, so that memory stays small.
//
// All addresses are bytes in the imported memory. Loops work in whole vectors: every buffer has 64 bytes behind it that may
// be read, and, where it is written, be overwritten.

export { tiles } from './pixels/luma';
export { shrink, stack } from './pixels/lanczos';
export { accumulate, slope, mix, cells, raster256 } from './pixels/pdq';
export { frequencies, steps, turnedHashes } from './pixels/bits';
export { sumBytes } from './pixels/blocks';
export { boxLumas, mirror, scale, turn } from './pixels/views';
export { seams } from './pixels/seams';
export { lumaColumns, floatColumns, floatFrequencies, meansAt, means, boxColumns } from './pixels/reference';
