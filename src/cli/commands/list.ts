import type { CommandSpec } from '../command.js';
import { add } from './list/add.js';
import { compile } from './list/compile.js';
import { diff } from './list/diff.js';
import { exportList } from './list/export.js';
import { info } from './list/info.js';
import { merge } from './list/merge.js';
import { remove } from './list/remove.js';
import { verify } from './list/verify.js';

export const list: CommandSpec = {
  name: 'list',
  about: 'make, change, convert and compare hash lists; compile them into one file that opens at once',
  options: [],
  subcommands: [add, remove, merge, diff, exportList, compile, info, verify],
};
