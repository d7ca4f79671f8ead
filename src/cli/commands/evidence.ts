import type { CommandSpec } from '../command.js';
import { destroy } from './evidence/destroy.js';
import { due } from './evidence/due.js';
import { hold } from './evidence/hold.js';
import { listPackages } from './evidence/list.js';
import { openSealed } from './evidence/open.js';
import { seal } from './evidence/seal.js';
import { verify } from './evidence/verify.js';

/** The group of commands `hashsieve evidence`. */
export const evidence: CommandSpec = {
  name: 'evidence',
  about: 'preserve what was reported: sealed so that this machine cannot open it, with a custody log',
  options: [],
  subcommands: [seal, listPackages, verify, openSealed, hold, destroy, due],
};
