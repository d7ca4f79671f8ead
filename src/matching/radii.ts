/** Widest radius that the masks cover: 697 masks of at most three bits. */
const widest = 3;

/**
 * How far to search around each 16-bit part of a query, so that every hash of `parts` parts within `threshold` is found
 * (proof: docs/search-index.md). The radii sum to threshold − parts + 1 and differ by at most one; −1 means not at all.
 * Undefined where a radius would be wider than the masks: then only comparing everything is exact.
 */
export function radiiFor(parts: number, threshold: number): Int8Array | undefined {
  const sum = threshold - parts + 1;
  const base = Math.floor(sum / parts);
  const wider = sum - base * parts;
  if (base + (wider > 0 ? 1 : 0) > widest) return undefined;
  return Int8Array.from({ length: parts }, (_, part) => base + (part < wider ? 1 : 0));
}

// Each mask gains one bit above its highest: so no mask comes twice.
const byWeight: number[][] = [[0]];
for (let weight = 0; weight < widest; weight++) {
  const wider = (mask: number) => {
    const lowest = 32 - Math.clz32(mask);
    return Array.from({ length: 16 - lowest }, (_, above) => mask | (1 << (lowest + above)));
  };
  byWeight.push(byWeight[weight]!.flatMap(wider));
}

/** Every 16-bit mask of at most three bits, fewest bits first. */
export const masks = Uint16Array.from(byWeight.flat());

/** Where the masks of 0, 1, 2 and 3 bits end in `masks`. */
export const maskEnds = Uint32Array.from(byWeight, (_, weight) =>
  byWeight.slice(0, weight + 1).reduce((sum, some) => sum + some.length, 0),
);
