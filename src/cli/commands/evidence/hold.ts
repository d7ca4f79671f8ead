import { exitCodes } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence hold`. */
export const hold: CommandSpec = {
  name: 'hold',
  about: 'keep a package from being destroyed, release it, or note when its report was completed',
  args: [{ name: '<id>', about: 'the package, as evidence list tells it' }],
  options: [
    'holdUntil',
    'release',
    'completed',
    'report',
    'actor',
    'reason',
    'evidenceStore',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve evidence hold ID --as "A. Miller" --reason "subpoena 12/26"',
    'hashsieve evidence hold ID --completed 2026-11-30 --report 123456 --as "A. Miller" --reason "filed by hand"',
  ],
  run: runHold,
};

async function runHold({ args, values, terminal }: CommandContext): Promise<number> {
  const { holdEvidence } = await import('../../../app/index.js');
  await holdEvidence(args[0]!, values);
  if (!values.quiet) terminal.say('noted in the custody log');
  return exitCodes.clean;
}
