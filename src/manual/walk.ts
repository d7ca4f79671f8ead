import type { ManualCommand } from './types.js';

/** A command with the names that lead to it: `['hashsieve', 'list', 'add']`. */
export interface Reached {
  readonly path: readonly string[];
  readonly command: ManualCommand;
}

/** Every command, those above before those below. */
export const everyCommand = (command: ManualCommand, above: readonly string[] = []): Reached[] => {
  const path = [...above, command.name];
  return [{ path, command }, ...command.subcommands.flatMap((sub) => everyCommand(sub, path))];
};
