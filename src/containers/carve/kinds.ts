/** Bytes from its beginning by which a file is judged before the search reads all of it. */
export const headBytes = 4096;

/** How far a file reaches that begins at a place; all places count in bytes from its beginning. */
export interface Extent {
  /** Where it ends; the end of all bytes if its format does not say. */
  readonly end: number;
  /** Where others may begin. If absent: at its end, or behind its magic if it ends with all bytes. */
  readonly next?: number;
  /** The decoded bytes of the file, if it is written in another notation, such as base64. */
  readonly bytes?: Buffer;
}

/** One kind of file that the search recognises in the middle of other bytes. */
export interface Kind {
  /**
   * Its bytes from `offset` on, as Latin-1 text: at least three; `?` stands for any byte. The first three should be
   * rare: two zeros would stop the search at every place of a gap.
   */
  readonly magic: string;
  /** Bytes of the file before `magic`. */
  readonly offset?: number;
  /**
   * Whether a file of this kind begins with `head`, which has at most `headBytes` bytes. Must reject bytes of chance.
   * @param step counts each marker that the method reads.
   */
  isCredible(head: Buffer, step: () => void): boolean;
  /**
   * How far the file reaches with which `all` begins; undefined if it is none after all. Without this method, the file
   * takes all bytes.
   * @param step counts each marker that the method reads.
   */
  extentOf?(all: Buffer, step: () => void): Extent | undefined;
}
