import type { CommandSpec } from '../command.js';
import { check } from './ledger/check.js';
import { merge } from './ledger/merge.js';
import { repair } from './ledger/repair.js';

/** The group of commands `hashsieve ledger`. */
export const ledger: CommandSpec = {
  name: 'ledger',
  about: 'look whether the ledger is as it was written, mend it where it is not, and merge others into it',
  options: [],
  subcommands: [check, repair, merge],
};
