/** Where the sections of an image of `rows` hashes of `bits` bits start, in bytes from its own start. */
export interface ImageLayout {
  /** `rows * bits / 8` bytes: the hashes, their bits permuted. */
  readonly rows: number;
  /** `bits / 16` tables of 65 537 u32: where each bucket starts, in the order of their slots. */
  readonly offsets: number;
  /**
   * `bits / 16` tables of `6 * rows` bytes: for each bucket its tags (u16), then its row numbers and second tags (u32).
   */
  readonly buckets: number;
  /** Length of the whole image in bytes. */
  readonly length: number;
}

/** The layout of an index's image, in memory and in a compiled list. */
export function imageLayout(bits: number, rows: number): ImageLayout {
  const parts = bits / 16;
  const offsets = (rows * bits) / 8;
  const buckets = offsets + parts * 65537 * 4;
  return { rows: 0, offsets, buckets, length: buckets + parts * 6 * rows };
}

/**
 * The unit in which a compiled list is read and checked, in bytes. A query reads hundreds of pages and needs some
 * hundred bytes of each: pages of 16 KiB took three times as long.
 */
export const pageSize = 4096;

/** `bytes` rounded up to whole pages. */
export const wholePages = (bytes: number): number => Math.ceil(bytes / pageSize) * pageSize;

/** Widths that the kernel can index. */
export const isIndexable = (bits: number): boolean => bits % 64 === 0 && bits >= 64 && bits <= 256;

/** Most rows in one image: 2.15 GB at 256 bits, well inside what a kernel can address. */
export const shardRows = 2 ** 24;

/** Gives the bytes of an image that is not in memory. */
export interface ImageSource {
  /** Bytes `from`…`to` of the image. The result is valid until the next call. */
  peek(from: number, to: number): Uint8Array;
}

/** Called with each row within the threshold, and its distance in bits. */
export type Found = (row: number, distance: number) => void;

/** The tables contradict themselves: the image is damaged or forged. */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
}
