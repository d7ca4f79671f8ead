/** Bytes of one reading for the thread. 7-Zip usually asks for neighbouring bytes next. */
export const windowLength = 1 << 20;

/** Bytes that the thread may have sent and the parent not yet taken. The thread may exceed it by one block. */
export const mostUnderWay = 4 << 20;

/**
 * What each number of 32 bits in `shared` means, by its index: how many readings the parent has answered, the length in
 * bytes of the last answer, and how many bytes of output the parent has taken.
 */
export const places = { answered: 0, length: 1, taken: 2 } as const;

/** What the parent sends to the thread that runs 7-Zip. */
export interface SevenZipTask {
  /** The arguments of 7-Zip; `/archive` is the file. */
  readonly args: readonly string[];
  /** Bytes of the archive. */
  readonly size: number;
  /** Bytes of memory that 7-Zip may have. */
  readonly memory: number;
  /** Numbers that both threads see; `places` says what each means. */
  readonly shared: Int32Array;
  /** The parent puts the bytes here for which the thread asks; `windowLength` bytes. */
  readonly window: Uint8Array;
}

/** What the thread of 7-Zip sends to its parent. */
export type FromSevenZip =
  /** Asks for the bytes of the archive from this place on. The thread waits until they are in the window. */
  | { readonly read: number }
  /** Text that 7-Zip writes to standard error. */
  | { readonly told: string }
  /** Bytes that 7-Zip writes to standard output. The parent adds their number to `taken` when it has taken them. */
  | { readonly data: Uint8Array }
  /** The exit code of 7-Zip, undefined if it crashed, and the most bytes of memory for which it asked. */
  | { readonly end: number | undefined; readonly asked: number };
