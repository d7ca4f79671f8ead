import { printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions } from '../../options.js';

export const repair: CommandSpec = {
  name: 'repair',
  about:
    'make the ledger anew of every row that is as it was written; a copy of the file as it was stays beside it',
  options: ['ledger', 'wait', ...commonOptions],
  examples: ['hashsieve ledger repair'],
  run: runRepair,
};

/** What can be made again by a scan; all else is evidence, or says whom it was told to. */
const remade: readonly string[] = ['shapes', 'crafts', 'assets', 'results', 'runs'];

/** 0 where the ledger is whole, or what was dropped the next scan finds again; 3 where more was dropped. */
async function runRepair(context: CommandContext): Promise<number> {
  const { values, terminal, signal } = context;
  const { ledgerPath } = await import('../../../runs/index.js');
  const { repairLedger } = await import('../../../ledger/index.js');
  const path = await ledgerPath(context, 'ledger repair');
  const done = await repairLedger(path, new Date(), {
    wait: values.wait,
    signal,
    onWait: () => {
      if (!values.quiet) terminal.say('hashsieve: waiting for the run that uses the ledger');
    },
  });
  if (!done) {
    if (!values.quiet)
      await terminal.write(`${printable(path)}: nothing is damaged, and nothing was changed\n`);
    return exitCodes.clean;
  }
  const lost = [...done.faults, ...done.dropped];
  for (const { table, what } of lost) await terminal.write(`dropped: ${table}: ${what}\n`);
  const kept = Object.entries(done.kept).flatMap(([table, rows]) => (rows > 0 ? [`${table} ${rows}`] : []));
  terminal.say(`hashsieve: ledger ${printable(path)} is mended; kept: ${kept.join(', ')}`);
  terminal.say(`hashsieve: the file as it was: ${printable(done.backup)}`);
  const evidence = lost.filter(({ table }) => !remade.includes(table));
  if (evidence.length === 0) return exitCodes.clean;
  terminal.say(
    'hashsieve: detections, or what is known of notices and reports, were dropped: scan again, and before you file a report, ' +
      'look at the submission.jsonl of earlier drafts',
  );
  return exitCodes.incomplete;
}
