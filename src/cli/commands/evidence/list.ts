import { exitCodes } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence list`. */
export const listPackages: CommandSpec = {
  name: 'list',
  about: 'tell the packages of the store, how long each is kept, and what was destroyed',
  options: ['evidenceStore', 'findingsFormat', 'quiet', 'config', 'printConfig'],
  examples: ['hashsieve evidence list', 'hashsieve evidence list --format json'],
  run: runList,
};

/** Returns 0, or 3 where the custody log is damaged. */
async function runList({ values, terminal }: CommandContext): Promise<number> {
  const { listEvidence, packageLine } = await import('../../../app/index.js');
  const { packages, damage } = await listEvidence(values);
  if (values.findingsFormat === 'json')
    await terminal.write(`${JSON.stringify({ packages, damage }, null, 2)}\n`);
  else for (const one of packages) await terminal.write(`${packageLine(one)}\n`);
  for (const line of damage) terminal.say(`damaged: ${line}`);
  return damage.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}
