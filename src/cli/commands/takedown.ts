import type { CommandSpec } from '../command.js';
import { add, search } from './takedown/add.js';
import { close, withdraw } from './takedown/end.js';
import { due, list, show } from './takedown/list.js';
import { notice, receipt, record, request } from './takedown/papers.js';

/** The group of commands `hashsieve takedown`. */
export const takedown: CommandSpec = {
  name: 'takedown',
  about: 'act on a request to remove an intimate image: find its copies, keep it down, watch the 48 hours',
  options: [],
  subcommands: [add, search, list, show, due, close, withdraw, request, receipt, record, notice],
};
