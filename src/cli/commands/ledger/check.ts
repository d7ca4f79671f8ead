import { printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions } from '../../options.js';

export const check: CommandSpec = {
  name: 'check',
  about: 'read every row of the ledger, and say what is damaged; nothing is changed',
  options: ['ledger', ...commonOptions],
  examples: ['hashsieve ledger check', 'hashsieve ledger check --ledger /srv/ledger.sqlite'],
  run: runCheck,
};

/** 0 where all is as it was written, 3 where anything is not. */
async function runCheck(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { ledgerPath } = await import('../../../runs/index.js');
  const { readLedger, isClean } = await import('../../../ledger/index.js');
  const path = await ledgerPath(context, 'ledger check');
  const checked = await readLedger(path);
  if (isClean(checked)) {
    if (!values.quiet)
      await terminal.write(`${printable(path)}: ${checked.rows} rows, all as they were written\n`);
    return exitCodes.clean;
  }
  const { pages, faults, dangling, rows } = checked;
  const lines = [
    ...faults.map(({ table, what }) => `damaged: ${table}: ${what}`),
    ...pages.map((line) => `damaged: SQLite: ${line}`),
    ...dangling.map((line) => `damaged: ${line}`),
  ];
  for (const line of lines) await terminal.write(`${line}\n`);
  terminal.say(
    `hashsieve: ledger ${printable(path)} is damaged: ${lines.length} place(s); ${rows} rows are as they were written; ` +
      'hashsieve ledger repair keeps these and a copy of the file as it is',
  );
  return exitCodes.incomplete;
}
