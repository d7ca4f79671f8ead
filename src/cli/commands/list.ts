import type { CommandSpec } from '../command.js';
import { add } from './list/add.js';
import { diff } from './list/diff.js';
import { exportList } from './list/export.js';
import { merge } from './list/merge.js';
import { remove } from './list/remove.js';

export const list: CommandSpec = {
  name: 'list',
  about: 'make, change, convert and compare hash lists',
  options: [],
  subcommands: [add, remove, merge, diff, exportList],
};
