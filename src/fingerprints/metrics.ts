import type { HashIndex, HashIndexMaker } from './types.js';

/** How two hashes are compared besides by different bits: byte by byte. */
export const byteMetrics = {
  /** The sum of the differences of their bytes. */
  l1: (difference: number) => Math.abs(difference),
  /** The sum of the squares of the differences of their bytes. */
  'l2-squared': (difference: number) => difference * difference,
} as const satisfies Record<string, (difference: number) => number>;
/** A name of `byteMetrics`. */
export type ByteMetric = keyof typeof byteMetrics;

/** The largest distance that is told exactly. A threshold must not be larger. */
export const largestDistance = 2 ** 20 - 1;

/** Makes an index that compares a query with every listed hash, byte by byte. */
export const byteIndex =
  (metric: ByteMetric): HashIndexMaker =>
  (hashes, bits): HashIndex => {
    const width = bits / 8;
    const of = byteMetrics[metric];
    return {
      search(query, threshold) {
        const hits: { row: number; distance: number }[] = [];
        for (let row = 0, at = 0; at < hashes.length; row++, at += width) {
          let distance = 0;
          for (let k = 0; k < width && distance <= threshold; k++)
            distance += of(hashes[at + k]! - query[k]!);
          if (distance <= threshold) hits.push({ row, distance });
        }
        return hits.sort((a, b) => a.distance - b.distance || a.row - b.row);
      },
    };
  };
