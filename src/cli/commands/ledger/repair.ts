import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve ledger repair`. */
export const repair: CommandSpec = {
  name: 'repair',
  about:
    'make the ledger anew of every row that is as it was written; a copy of the file as it was stays beside it',
  options: ['ledger', 'wait', ...commonOptions],
  examples: ['hashsieve ledger repair'],
  run: runRepair,
};

/** Returns 0 where the ledger is whole, or the next scan finds again what was dropped; 3 where more was dropped. */
async function runRepair(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { repairLedgerFile } = await import('../../../app/index.js');
  const { path, mended } = await repairLedgerFile(values, context);
  if (!mended) {
    if (!values.quiet)
      await terminal.write(`${printable(path)}: nothing is damaged, and nothing was changed\n`);
    return exitCodes.clean;
  }
  for (const line of mended.dropped) await terminal.write(`dropped: ${line}\n`);
  const kept = Object.entries(mended.kept).flatMap(([table, rows]) => (rows > 0 ? [`${table} ${rows}`] : []));
  terminal.say(`hashsieve: ledger ${printable(path)} is mended; kept: ${kept.join(', ')}`);
  terminal.say(`hashsieve: the file as it was: ${printable(mended.backup)}`);
  if (!mended.isEvidenceLost) return exitCodes.clean;
  terminal.say(
    'hashsieve: detections, or what is known of notices and reports, were dropped: scan again, and before you file a report, ' +
      'look at the submission.jsonl of earlier drafts',
  );
  return exitCodes.incomplete;
}
