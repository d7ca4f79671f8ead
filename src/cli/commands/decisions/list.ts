import { displayUri, exitCodes, printable } from '../../../core/index.js';
import { commonOptions, ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve decisions list`. */
export const list: CommandSpec = {
  name: 'list',
  about: 'one line for each, oldest first',
  options: [...ledgerOptions, ...commonOptions],
  examples: ['hashsieve decisions list'],
  run: runList,
};

/** Returns 0, or 3 where some rows cannot be trusted. */
async function runList(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { readDecisions } = await import('../../../app/index.js');
  const { records, lost } = await readDecisions(values, context);
  for (const one of records) {
    const note = one.note === undefined ? '' : `  ${printable(one.note)}`;
    const what =
      one.kind === 'decision'
        ? `${printable(one.event)}  ${one.decision}${one.fileViewed ? ', viewed' : ''}` +
          `${one.classification ? `, ${one.classification}` : ''}${one.report === undefined ? '' : `, report ${printable(one.report)}`}`
        : `${displayUri(one.place)}  acknowledged: ${one.code}, until ${one.until.slice(0, 10)}`;
    await terminal.write(`${one.at}  ${printable(one.by)}  ${what}${note}\n`);
  }
  return sayLost(context, lost);
}

/** Says how many rows are lost, and returns the exit code. */
export function sayLost({ terminal }: Pick<CommandContext, 'terminal'>, lost: number): number {
  if (lost === 0) return exitCodes.clean;
  terminal.say(
    `hashsieve: ${lost} of the decisions cannot be trusted or are gone; what was decided before raises the alarm again: ` +
      'decide anew (docs/decisions.md)',
    { level: 'error' },
  );
  return exitCodes.incomplete;
}
