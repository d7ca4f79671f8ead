import type { Around } from '../app/index.js';
import type { OptionName, OptionValues } from '../options/index.js';
import type { Terminal } from './terminal.js';

/** One subcommand: a file of `commands/`, registered by one line in `commands/index.ts`. Its imports must be light. */
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** Arguments in commander's notation: `[target...]`, `<hex>`. */
  readonly args?: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly OptionName[];
  /** Lines shown below the options in `--help`. */
  readonly examples?: readonly string[];
  readonly subcommands?: readonly CommandSpec[];
  /** What `--print-config` shows besides the settings. Raises UsageError as `run` does. */
  plan?(context: CommandContext): Promise<Record<string, unknown>>;
  /**
   * Runs the command and returns the exit code. A UsageError becomes code 2; any other error is a crash. Imports heavy
   * modules itself.
   */
  run?(context: CommandContext): Promise<number>;
}

/** The arguments and options of a command, and the surroundings for the verb of `app` that it calls. */
export interface CommandContext extends Around {
  readonly args: readonly string[];
  readonly values: OptionValues;
  readonly terminal: Terminal;
  /** Loads every command of the program. */
  readonly commands: () => Promise<readonly CommandSpec[]>;
}
