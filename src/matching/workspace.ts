/** Rows that one query may have to compare whole; beyond that, everything is compared. */
export const candidateCapacity = 65536;

/** Hits that are reported at once. */
export const hitCapacity = 8192;

/** The kernel's workspace, below the image, in bytes. Sizes are the largest that a width of 256 bits needs. */
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
