import { exitCodes } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence due`. */
export const due: CommandSpec = {
  name: 'due',
  about: 'tell what may be destroyed now, for cron; code 10 where there is any; destroys nothing',
  options: ['within', 'evidenceStore', 'findingsFormat', 'quiet', 'config', 'printConfig'],
  examples: ['hashsieve evidence due', 'hashsieve evidence due --within 30d'],
  run: runDue,
};

/** Returns 10 where something is due, and 3 (with something due 11) where the custody log is damaged. */
async function runDue({ values, terminal }: CommandContext): Promise<number> {
  const { dueEvidence, packageLine } = await import('../../../app/index.js');
  const { due, waiting, damage } = await dueEvidence(values);
  if (values.findingsFormat === 'json')
    await terminal.write(`${JSON.stringify({ due, waiting, damage }, null, 2)}\n`);
  else for (const one of due) await terminal.write(`${packageLine(one)}\n`);
  if (!values.quiet) for (const one of waiting) terminal.say(`waiting: ${packageLine(one)}`);
  for (const line of damage) terminal.say(`damaged: ${line}`);
  if (due.length > 0) return damage.length === 0 ? exitCodes.match : exitCodes.matchIncomplete;
  return damage.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}
