import { printable, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';

export const verify: CommandSpec = {
  name: 'verify',
  about: 'read a compiled list whole and compare every checksum; code 2 when it is damaged',
  args: [{ name: '<file>', about: 'a compiled list' }],
  options: ['expectedDigest', 'quiet', 'config', 'printConfig'],
  examples: ['hashsieve list verify known.hsx'],
  run: runVerify,
};

async function runVerify({ args, values, terminal, signal }: CommandContext): Promise<number> {
  const wanted = values.expectedDigest?.toLowerCase();
  if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted)) {
    throw new UsageError('option --sha256: expected the 64 hexadecimal digits that list compile told');
  }
  const { verifyCompiled } = await import('../../../matching/index.js');
  const { algorithmBits } = await import('../../../fingerprints/index.js');
  const path = args[0]!;
  const label = printable(path);
  try {
    const { pages, damaged, firstDamaged, sha256, expected } = await verifyCompiled(
      path,
      algorithmBits,
      signal,
    );
    if (damaged > 0) {
      const first = firstDamaged.slice(0, 5).join(', ');
      throw new UsageError(
        `${label}: ${damaged} of ${pages} pages are damaged (${first}): compile the list again`,
      );
    }
    if (sha256 !== expected) throw new UsageError(`${label}: its SHA-256 is wrong: compile the list again`);
    if (wanted !== undefined && sha256 !== wanted) {
      throw new UsageError(`${label}: sound, but not the file that --sha256 names: its SHA-256 is ${sha256}`);
    }
    if (!values.quiet) terminal.say(`${label}: sound; ${pages} pages, sha256 ${sha256}`);
    return exitCodes.clean;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}
