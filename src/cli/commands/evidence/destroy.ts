import { exitCodes } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { requireConsent } from '../../consent.js';

/** The command `hashsieve evidence destroy`. */
export const destroy: CommandSpec = {
  name: 'destroy',
  about: 'destroy a package whose time is over, its key first; a certificate stays; asks for a typed yes',
  args: [{ name: '<id>', about: 'the package, as evidence list tells it' }],
  options: ['confirmDestruction', 'order', 'actor', 'reason', 'evidenceStore', 'config', 'printConfig'],
  examples: ['hashsieve evidence destroy ID --as "A. Miller" --reason "one year is over"'],
  run: runDestroy,
};

async function runDestroy({ args, values, terminal, signal }: CommandContext): Promise<number> {
  const { destroyEvidence } = await import('../../../app/index.js');
  const confirm = (digest: string) =>
    requireConsent(
      {
        ...{ digest, given: values.confirmDestruction },
        other: `--confirm: the digest of this package is ${digest}, not the one given`,
        unasked: "destruction needs a person's yes: give",
        question: 'Destroy this package for good?',
        refused: 'not confirmed: nothing was destroyed',
      },
      signal,
    );
  const certificate = await destroyEvidence(args[0]!, values, { confirm });
  await terminal.write(`${JSON.stringify(certificate, null, 2)}\n`);
  return exitCodes.clean;
}
