/** How important a line is: `warning` should be looked at, `error` says that something failed. */
export type Level = 'info' | 'warning' | 'error';

/** The fields of a line for programs: its level (default `info`), and the numbers and names in it. */
export interface About {
  readonly level?: Level;
  readonly [field: string]: string | number | boolean | readonly string[] | undefined;
}

/** Takes lines for people, and their fields for programs that read along. */
export interface Voice {
  /** Says one line, or several that belong together and are one record to a program. */
  say(line: string, about?: About): void;
}

/** Where a command writes data: standard output. */
export interface DataStream {
  /**
   * Writes text and waits while the reader is slow. Resolves to false once nobody reads any more. Raises StdoutLost
   * where it cannot be written.
   */
  write(text: string): Promise<boolean>;
  /** True where standard output is a terminal. */
  readonly stdoutIsTerminal: boolean;
  /** Whether the user wants colours on each stream. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
}

/** Standard output failed for another reason than that its reader ended: a full disk. */
export class StdoutLost extends Error {
  /** The system's error code. */
  readonly code: string | undefined;
  constructor(cause: Error & { readonly code?: string | undefined }) {
    super(cause.message, { cause });
    this.code = cause.code;
  }
}
