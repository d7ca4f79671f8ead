import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve ledger check`. */
export const check: CommandSpec = {
  name: 'check',
  about: 'read every row of the ledger, and say what is damaged; nothing is changed',
  options: ['ledger', ...commonOptions],
  examples: ['hashsieve ledger check', 'hashsieve ledger check --ledger /srv/ledger.sqlite'],
  run: runCheck,
};

/** Returns 0 where no row is damaged, otherwise 3. */
async function runCheck(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { checkLedgerFile } = await import('../../../app/index.js');
  const { path, rows, damage } = await checkLedgerFile(values, context);
  if (damage.length === 0) {
    if (!values.quiet) await terminal.write(`${printable(path)}: ${rows} rows, all as they were written\n`);
    return exitCodes.clean;
  }
  for (const line of damage) await terminal.write(`damaged: ${line}\n`);
  terminal.say(
    `hashsieve: ledger ${printable(path)} is damaged: ${damage.length} place(s); ${rows} rows are as they were written; ` +
      'hashsieve ledger repair keeps these and a copy of the file as it is',
  );
  return exitCodes.incomplete;
}
