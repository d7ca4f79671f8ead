import type { CommandSpec } from '../command.js';
import { check } from './report/check.js';
import { draft } from './report/draft.js';
import { notice } from './report/notice.js';
import { submit } from './report/submit.js';

/** The group of commands `hashsieve report`. */
export const report: CommandSpec = {
  name: 'report',
  about: 'draft reports to authorities from detection events; nothing is sent by drafting',
  options: [],
  subcommands: [draft, check, notice, submit],
};
