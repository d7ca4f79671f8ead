import { displayUri, exitCodes } from '../../core/index.js';
import { commonOptions, ledgerOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve acknowledge`. */
export const acknowledge: CommandSpec = {
  name: 'acknowledge',
  about:
    'note that a person knows of files that cannot be read, so that a run is complete without them for a time',
  args: [{ name: '[place...]', about: 'paths or addresses of files, as outputs name them' }],
  options: ['scanId', 'reviewer', 'reason', 'endsOn', ...ledgerOptions, ...commonOptions],
  examples: [
    'hashsieve acknowledge uploads/broken.jpg --as ann --note "cut off in 2019" --until 2027-06-30',
    'hashsieve acknowledge --scan latest --as ann --note "ticket 812" --until 2027-01-31',
  ],
  run: runAcknowledge,
};

async function runAcknowledge(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { acknowledge: noteAcknowledgements } = await import('../../app/index.js');
  const made = await noteAcknowledgements(args, values, context);
  for (const { place, code, until } of made)
    await terminal.write(`${displayUri(place)}: ${code}, until ${until.slice(0, 10)}\n`);
  if (made.length === 0) terminal.say('hashsieve: that run could read everything; nothing was noted');
  return exitCodes.clean;
}
