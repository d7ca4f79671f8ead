/** How many rows one query may compare one by one; beyond that, the search compares all rows. */
export const candidateCapacity = 65536;

/** How many hits the kernel reports at once. */
export const hitCapacity = 8192;

/**
 * Addresses of the kernel's workspace, below the image, in bytes. Sizes are the largest that a width of 256 bits needs.
 */
export const at = {
  query: 64,
  radii: 128,
  ends: 160,
  masks: 256,
  hits: 2048,
  list: 2048 + 4 + 8 * hitCapacity + 4,
  candidates: 208_896,
  permutation: 208_896 + 8 * candidateCapacity,
  cursor: 208_896,
  image: 2 ** 20,
} as const;
