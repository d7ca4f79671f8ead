/** Bytes that a beginning may be judged by before all of it is read. */
export const headBytes = 4096;

/** What was found to begin at a place. */
export interface Extent {
  /** Where it ends; the end of all bytes where its format does not say that. */
  readonly end: number;
  /** Where others may begin; absent: at its end, or behind its magic where that is the end of all bytes. */
  readonly next?: number;
  /** The bytes of the file, where it is written in another way than byte by byte. */
  readonly bytes?: Buffer;
}

/** One kind of file that can be told in the middle of other bytes. */
export interface Kind {
  /**
   * How it begins, from `offset` on, as Latin-1 text: at least three bytes, `?` stands for any. The first three should be rare: two
   * zeros would stop the search at every place of a gap.
   */
  readonly magic: string;
  /** Bytes of the file before `magic`. */
  readonly offset?: number;
  /** Judges by the bytes from its beginning on, `headBytes` where there are so many: chance must not pass. */
  isCredible(head: Buffer, step: () => void): boolean;
  /** Undefined where it is none after all. Absent: nothing says where it ends. `all` begins with it. */
  extentOf?(all: Buffer, step: () => void): Extent | undefined;
}
