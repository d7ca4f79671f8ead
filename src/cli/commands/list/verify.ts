import { exitCodes, printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list verify`. */
export const verify: CommandSpec = {
  name: 'verify',
  about: 'read a compiled list whole and compare every checksum; code 2 when it is damaged',
  args: [{ name: '<file>', about: 'a compiled list' }],
  options: ['expectedDigest', 'quiet', 'config', 'printConfig'],
  examples: ['hashsieve list verify known.hsx'],
  run: runVerify,
};

async function runVerify(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { requireSound } = await import('../../../app/index.js');
  const sound = await requireSound(args[0]!, values.expectedDigest, context);
  if (!sound) return exitCodes.interrupted;
  if (!values.quiet)
    terminal.say(`${printable(args[0]!)}: sound; ${sound.pages} pages, sha256 ${sound.sha256}`);
  return exitCodes.clean;
}
