/** Bytes that are read at once for the thread: what is beside it is asked for next. */
export const windowLength = 1 << 20;

/** Bytes on their way from the thread, at most, and one block more. */
export const mostUnderWay = 4 << 20;

/** Where `shared` tells what, in numbers of 32 bits. */
export const places = { answered: 0, length: 1, taken: 2 } as const;

/** What the thread that runs 7-Zip is told. */
export interface SevenZipTask {
  readonly args: readonly string[];
  /** Bytes of the archive. */
  readonly size: number;
  /** Bytes of memory that 7-Zip may have. */
  readonly memory: number;
  /** See `places`. */
  readonly shared: Int32Array;
  /** Where the bytes come that were asked for. */
  readonly window: Uint8Array;
}

/** What the thread of 7-Zip tells the thread that started it. */
export type FromSevenZip =
  /** Asks for bytes of the archive; the thread stands still until they are in the window. */
  | { readonly read: number }
  /** What 7-Zip writes to standard error. */
  | { readonly told: string }
  /** What it writes to standard output; counted in `taken` once it is. */
  | { readonly data: Uint8Array }
  /** Its exit code, undefined where it broke down, and the bytes of memory that it asked for at most. */
  | { readonly end: number | undefined; readonly asked: number };
