/** Where the sections of an image of `rows` hashes of `bits` bits lie, in bytes from its start. */
export interface ImageLayout {
  /** `rows * bits / 8` bytes: the hashes, their bits permuted. */
  readonly rows: number;
  /** `bits / 16` tables of 65 537 u32: where each bucket starts, in the order of their slots. */
  readonly offsets: number;
  /** `bits / 16` tables of `6 * rows` bytes: per bucket its tags (u16), then its row numbers and second tags (u32). */
  readonly buckets: number;
  /** Bytes of the whole image. */
  readonly length: number;
}

/** The image of an index: the same in memory and in a compiled list. */
export function imageLayout(bits: number, rows: number): ImageLayout {
  const parts = bits / 16;
  const offsets = (rows * bits) / 8;
  const buckets = offsets + parts * 65537 * 4;
  return { rows: 0, offsets, buckets, length: buckets + parts * 6 * rows };
}

/**
 * What a compiled list is read and checked by, in bytes. A query reads hundreds of pages and needs some hundred bytes of
 * each: pages of 16 KiB took three times as long.
 */
export const pageSize = 4096;

/** `bytes` rounded up to whole pages. */
export const wholePages = (bytes: number): number => Math.ceil(bytes / pageSize) * pageSize;

/** Widths that the kernel can index. */
export const isIndexable = (bits: number): boolean => bits % 64 === 0 && bits >= 64 && bits <= 256;

/** Most rows in one image: 2.15 GB at 256 bits, well inside what a kernel can address. */
export const shardRows = 2 ** 24;

/** The bytes of an image that is not in memory. */
export interface ImageSource {
  /** Bytes `from`…`to` of the image; what comes back is good until the next call. */
  peek(from: number, to: number): Uint8Array;
}

/** Takes one row within the threshold. */
export type Found = (row: number, distance: number) => void;

/** Raised when the tables contradict themselves: a damaged or forged image. */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
}
