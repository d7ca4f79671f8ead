import { commonOptions, ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { sayLost } from './list.js';

/** The command `hashsieve decisions export`. */
export const exportAll: CommandSpec = {
  name: 'export',
  about: 'everything as JSON lines, oldest first',
  options: [...ledgerOptions, ...commonOptions],
  examples: ['hashsieve decisions export > decisions.jsonl'],
  run: runExport,
};

/** Returns 0, or 3 where some rows cannot be trusted. */
async function runExport(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { readDecisions } = await import('../../../app/index.js');
  const { records, lost } = await readDecisions(values, context);
  for (const one of records) await terminal.write(`${JSON.stringify(one)}\n`);
  return sayLost(context, lost);
}
