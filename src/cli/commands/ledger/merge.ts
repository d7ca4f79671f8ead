import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve ledger merge`. */
export const merge: CommandSpec = {
  name: 'merge',
  about:
    'take over what other ledgers hold, such as those of shards or of another machine; the others stay as they are',
  args: [{ name: '<file...>', about: 'ledgers that are merged into the one of --ledger' }],
  options: ['ledger', 'decisionKey', 'wait', ...commonOptions],
  examples: ['hashsieve ledger merge shard-1.sqlite shard-2.sqlite --ledger all.sqlite'],
  run: runMerge,
};

/** Returns 0; 3 where something of another ledger is damaged, or not sealed by this key, and was left out. */
async function runMerge(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { mergeLedgers } = await import('../../../app/index.js');
  let code: number = exitCodes.clean;
  for await (const { from, came, faults, differing, waiting, unsealed } of mergeLedgers(
    args,
    values,
    context,
  )) {
    const rows = ['assets', 'runs', 'detections', 'drafts', 'takedown_records', 'decisions'] as const;
    const what = rows.flatMap((name) => (came[name] > 0 ? [`${name.replace('_', ' ')} ${came[name]}`] : []));
    if (!values.quiet)
      terminal.say(`${printable(from)}: ${what.length > 0 ? `came: ${what.join(', ')}` : 'nothing new'}`);
    if (waiting > 0 && !values.quiet)
      terminal.say(`  ${waiting} notices wait there and are told from there (hashsieve notify)`);
    if (differing > 0)
      terminal.say(
        `  ${differing} places hold other bytes in the two ledgers, and what was seen last holds: where they are of different disks, keep them apart`,
      );
    if (unsealed > 0)
      terminal.say(
        `  ${unsealed} decisions are not sealed by this key and were left out: --decision-key names that ledger's`,
      );
    for (const { table, what: place } of faults.slice(0, 10))
      terminal.say(`  damaged, left out: ${table}: ${place}`);
    if (faults.length > 0 || unsealed > 0) code = exitCodes.incomplete;
  }
  return code;
}
