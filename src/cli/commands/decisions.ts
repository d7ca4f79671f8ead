import type { CommandSpec } from '../command.js';
import { exportAll } from './decisions/export.js';
import { list } from './decisions/list.js';

/** The group of commands `hashsieve decisions`. */
export const decisions: CommandSpec = {
  name: 'decisions',
  about: 'show what people decided and acknowledged',
  options: [],
  subcommands: [list, exportAll],
};
