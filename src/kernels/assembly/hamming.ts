// Exact Hamming range search by multi-index hashing: docs/search-index.md has the method, the proof and the layout.
//
// A hash of 64·w bits is a row of w 64-bit words, and at the same time m = 4·w parts of 16 bits. All addresses are
// bytes in the imported memory; the caller (src/matching/shard.ts) lays it out. Pointers: `rows` n rows; `offsets`
// m tables of 65 537 u32 (where each bucket starts); `buckets` m tables of 6·n bytes, a bucket of k rows being k
// u16 tags (the next part) and then k u32, of 24 bits of row number and 8 bits of second tag (the low byte of the part after the
// next).

export { permute, merge, tally, accumulate, place } from './hamming/build';
export { probe, scan, verify, linear } from './hamming/search';
export { plan, scanPart } from './hamming/paged';
export { screen } from './hamming/screen';
export { tallyNeighbours, placeNeighbours, screenNeighbours } from './hamming/neighbours';
