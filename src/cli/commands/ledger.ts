import type { CommandSpec } from '../command.js';
import { check } from './ledger/check.js';
import { repair } from './ledger/repair.js';

/** The group of commands `hashsieve ledger`. */
export const ledger: CommandSpec = {
  name: 'ledger',
  about: 'look whether the ledger is as it was written, and mend it where it is not',
  options: [],
  subcommands: [check, repair],
};
