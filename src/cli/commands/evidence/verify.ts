import { exitCodes } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence verify`. */
export const verify: CommandSpec = {
  name: 'verify',
  about: 'compare every byte of the store with the custody log, and put the result on record',
  args: [{ name: '[id...]', about: 'packages; all without it' }],
  options: [
    'identity',
    'head',
    'evidenceStore',
    'evidenceTimestamp',
    'allowPrivate',
    'actor',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: ['hashsieve evidence verify', 'hashsieve evidence verify --identity /media/usb/key.txt'],
  run: runVerify,
};

/** Returns 0 where everything is as it was sealed, otherwise 3. */
async function runVerify(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { verifyEvidence } = await import('../../../app/index.js');
  const { packages, found, head } = await verifyEvidence(args, values, context);
  for (const line of found) await terminal.write(`damaged: ${line}\n`);
  if (!values.quiet) {
    const state = found.length === 0 ? ', all as they were sealed' : '';
    terminal.say(`${packages} package(s) read${state}`);
    terminal.say(`head of the custody log, to be noted elsewhere: ${head}`);
  }
  return found.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}
