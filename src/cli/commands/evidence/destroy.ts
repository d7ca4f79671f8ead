import { exitCodes, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

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
  const confirm = (sha256: string) => confirmed(sha256, values.confirmDestruction, signal);
  const certificate = await destroyEvidence(args[0]!, values, { confirm });
  await terminal.write(`${JSON.stringify(certificate, null, 2)}\n`);
  return exitCodes.clean;
}

/** Asks for a person's consent: by a question on the terminal, or by the digest of exactly this package. */
async function confirmed(sha256: string, given: string | undefined, signal: AbortSignal): Promise<void> {
  if (given !== undefined) {
    if (given === sha256) return;
    throw new UsageError(`--confirm: the digest of this package is ${sha256}, not the one given`);
  }
  if (!process.stdin.isTTY)
    throw new UsageError(`destruction needs a person's yes: give --confirm ${sha256}`);
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const word = sha256.slice(0, 8);
  const answer = await prompt.question(`Destroy this package for good? Type ${word} to do it: `, { signal });
  prompt.close();
  if (answer.trim() !== word) throw new UsageError('not confirmed: nothing was destroyed');
}
