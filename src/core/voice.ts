/** How much a line matters: `warning` wants a look, `error` says that something could not be done. */
export type Level = 'info' | 'warning' | 'error';

/** What a line is about, for programs: its level (`info` where none is given), and numbers and names that stand in it. */
export interface About {
  readonly level?: Level;
  readonly [field: string]: string | number | boolean | readonly string[] | undefined;
}

/** How anything says something to people, and to the programs that read along. */
export interface Voice {
  /** One line for people, or several that belong together and are one record to a program. */
  say(line: string, about?: About): void;
}

/** Where data goes: standard output of a command. */
export interface DataStream {
  /**
   * Waits while the reader is slow; resolves to false once nobody reads any more. Raises StdoutLost where it cannot be
   * written.
   */
  write(text: string): Promise<boolean>;
  readonly stdoutIsTerminal: boolean;
  /** Colours wanted on that stream. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
}

/** Standard output cannot be written any more, for another reason than a reader that went away: a full disk. */
export class StdoutLost extends Error {
  readonly code: string | undefined;
  constructor(cause: Error & { readonly code?: string | undefined }) {
    super(cause.message, { cause });
    this.code = cause.code;
  }
}
