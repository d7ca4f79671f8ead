// Exact Hamming range search by multi-index hashing: docs/search-index.md has the method, the proof and the layout.
//
// A hash of 64·w bits is a row of w 64-bit words, and at the same time m = 4·w parts of 16 bits. All addresses are
// bytes in the imported memory; the caller (src/matching/shard.ts) plans its layout. These pointers occur in most
// functions:
// - `rows` points to n rows.
// - `offsets` points to m tables of 65 537 u32: the row at which each bucket starts.
// - `buckets` points to m tables of 6·n bytes. A bucket of k rows has k tags (u16: the next part), then k words (u32).
//   The lower 24 bits of a word are the row number, the upper 8 the second tag: the low byte of the part after the
//   next.

export { permute, merge, tally, accumulate, place } from './hamming/build';
export { probe, scan, verify, linear } from './hamming/search';
export { plan, scanPart } from './hamming/paged';
export { screen } from './hamming/screen';
export { tallyNeighbours, placeNeighbours, screenNeighbours } from './hamming/neighbours';
