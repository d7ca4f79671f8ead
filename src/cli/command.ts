import type { Around } from '../app/index.js';
import type { OptionName, OptionValues } from './options.js';
import type { Terminal } from './terminal.js';

/** One subcommand: a file of `commands/`, registered by one line in `commands/index.ts`. Light to import. */
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** In commander's notation: `[target...]`, `<hex>`. */
  readonly args?: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly OptionName[];
  /** Shown below the options of `--help`. */
  readonly examples?: readonly string[];
  readonly subcommands?: readonly CommandSpec[];
  /** What `--print-config` shows besides the settings. Raises UsageError as `run` would. */
  plan?(context: CommandContext): Promise<Record<string, unknown>>;
  /** Returns the exit code. UsageError becomes code 2; any other error is a crash. Heavy modules load in here. */
  run?(context: CommandContext): Promise<number>;
}

/** What a command is run with: its arguments and options, and what surrounds the thing that it has done. */
export interface CommandContext extends Around {
  readonly args: readonly string[];
  readonly values: OptionValues;
  readonly terminal: Terminal;
}
