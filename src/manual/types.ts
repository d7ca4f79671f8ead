/** An option as shells and manuals need it. */
export interface ManualOption {
  /** `-l`, where there is one. */
  readonly short?: string;
  /** `--list`. */
  readonly long: string;
  readonly about: string;
  /** What it is followed by: nothing, one of `choices`, a file, or any other text. */
  readonly takes: 'nothing' | 'choice' | 'file' | 'text';
  /** The name of the value in the help: `file`. */
  readonly value?: string;
  /** True where the value may be left out; it is then given with `=`. */
  readonly isOptional: boolean;
  readonly choices: readonly string[];
}

/** A command with its subcommands, as shells and manuals need it. */
export interface ManualCommand {
  readonly name: string;
  readonly about: string;
  readonly args: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly ManualOption[];
  readonly examples: readonly string[];
  readonly subcommands: readonly ManualCommand[];
}

/** The whole command line. */
export interface Manual extends ManualCommand {
  readonly version: string;
}
