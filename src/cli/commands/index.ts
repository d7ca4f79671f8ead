import type { CommandSpec } from '../command.js';
import { block } from './block.js';
import { calibrate } from './calibrate.js';
import { compare } from './compare.js';
import { doctor } from './doctor.js';
import { hash } from './hash.js';
import { init } from './init.js';
import { list } from './list.js';
import { match } from './match.js';
import { notify } from './notify.js';
import { rematch } from './rematch.js';
import { report } from './report.js';
import { scan } from './scan.js';
import { selftest } from './selftest.js';

/** Every subcommand, in the order of `--help`. */
export const commands: readonly CommandSpec[] = [
  scan,
  rematch,
  notify,
  hash,
  match,
  compare,
  list,
  report,
  block,
  calibrate,
  init,
  doctor,
  selftest,
];
