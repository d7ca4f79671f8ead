// Inner loops of the perceptual hashes over the pixels of a picture. Each gives the same bits as a plain TypeScript
// twin in src/fingerprints. src/fingerprints/pass.ts feeds a picture in bands of rows, so that memory stays small.
//
// All addresses are bytes in the imported memory. Loops work in whole vectors: they may read up to 64 bytes behind the
// end of a buffer and, where they write to it, may overwrite those bytes too.

export { tiles } from './pixels/luma';
export { shrink, stack } from './pixels/lanczos';
export { accumulate, slope, mix, cells, raster256 } from './pixels/pdq';
export { frequencies, steps, turnedHashes } from './pixels/bits';
export { sumBytes } from './pixels/blocks';
export { boxLumas, mirror, scale, turn } from './pixels/views';
export { seams } from './pixels/seams';
export { lumaColumns, floatColumns, floatFrequencies, meansAt, means, boxColumns } from './pixels/reference';
