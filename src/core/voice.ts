/** How anything says something to a person. The command line writes to standard error, a server to its log. */
export interface Voice {
  /** One line. */
  say(line: string): void;
}

/** Where data goes besides: standard output of a command. */
export interface DataStream extends Voice {
  /** Waits while the reader is slow; resolves to false once nobody reads any more. Rejects where it cannot be written. */
  write(text: string): Promise<boolean>;
  readonly stdoutIsTerminal: boolean;
  /** Colours wanted on that stream. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
}
