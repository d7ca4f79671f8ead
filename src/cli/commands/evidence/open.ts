import { exitCodes, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence open`. */
export const openSealed: CommandSpec = {
  name: 'open',
  about:
    'decrypt a package to standard output, as a tar archive; the custody log says who, why, and for whom',
  args: [{ name: '<id>', about: 'the package, as evidence list tells it' }],
  options: ['identity', 'actor', 'reason', 'handedTo', 'evidenceStore', 'config', 'printConfig'],
  examples: [
    'hashsieve evidence open ID --identity key.txt --as "A. Miller" --reason "order 12/26" --handed-to "LKA" | age -r age1… -o copy.tar.age',
  ],
  run: runOpen,
};

async function runOpen(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  if (terminal.stdoutIsTerminal)
    throw new UsageError('the archive is not written to a terminal: send it to a program that reads tar');
  const { openEvidence } = await import('../../../app/index.js');
  for await (const bytes of await openEvidence(args[0]!, values, context))
    if (!(await passedOn(bytes))) {
      terminal.say('hashsieve: the reader ended before the archive did: it has a part of it only');
      return exitCodes.incomplete;
    }
  return exitCodes.clean;
}

/** Writes bytes to standard output, and waits while its reader is slow. False where nobody reads any more. */
const passedOn = (bytes: Uint8Array): Promise<boolean> =>
  new Promise((done, failed) => {
    process.stdout.write(bytes, (error) => {
      if (!error) done(true);
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') done(false);
      else failed(error);
    });
  });
