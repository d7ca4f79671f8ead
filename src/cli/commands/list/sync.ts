import type { SyncOutcome } from '../../../app/index.js';
import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list sync`. */
export const sync: CommandSpec = {
  name: 'sync',
  about: 'bring lists up to date from the exchanges of the configuration; a failure leaves them as they were',
  args: [{ name: '[name...]', about: 'lists of the block "exchanges" (default: all of them)' }],
  options: ['fresh', 'wait', ...commonOptions],
  examples: ['hashsieve list sync ncmec', 'hashsieve scan ./uploads --list ncmec --max-list-age 2d'],
  run: runSync,
};

async function runSync(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { syncLists } = await import('../../../app/index.js');
  let code: number = exitCodes.clean;
  for await (const ended of syncLists(args, values, context)) {
    const { name, outcome } = ended;
    if (outcome === 'interrupted') {
      terminal.say(`hashsieve: interrupted; the next sync of ${name} goes on`);
      return exitCodes.interrupted;
    }
    if (outcome === 'refused') {
      terminal.say(`hashsieve: list ${name} is not up to date: ${ended.message}`);
      code = exitCodes.usage;
    } else if (outcome === 'failed') {
      terminal.say(`hashsieve: list ${name} is not up to date: ${printable(ended.message)} (${ended.code})`);
      if (code === exitCodes.clean) code = exitCodes.incomplete;
    } else if (!values.quiet) for (const line of linesOf(ended)) terminal.say(line);
  }
  return code;
}

/** Lines that say what a sync changed. */
function* linesOf(ended: Extract<SyncOutcome, { outcome: 'synced' }>): Generator<string> {
  const { name, path, synced } = ended;
  const { state, report, pages, passed, changes } = synced;
  const parts = [`${state.list?.entries ?? 0} entries`];
  if (!report) parts.push('unchanged');
  else if (changes) parts.push(`${changes.came} came, ${changes.went} went, ${changes.changed} changed`);
  if (state.upTo !== undefined) parts.push(`read up to ${printable(state.upTo)}`);
  yield `${name}: ${parts.join('; ')}; ${pages} pages; ${printable(path)}`;
  for (const [reason, count] of Object.entries(passed))
    yield `warning: ${name}: ${count} not kept: ${printable(reason)}`;
  if (!report) return;
  for (const [kind, count] of Object.entries(report.foreign))
    yield `warning: ${name}: ${count} hashes of kind ${printable(kind)} cannot be computed and are not matched`;
  for (const [reason, count] of Object.entries(report.leftOut))
    yield `warning: ${name}: ${count} hashes left out: ${reason}`;
  if (report.problemCount > 0) yield `warning: ${name}: ${report.problemCount} entries cannot be read`;
  for (const warning of report.warnings) yield `warning: ${name}: ${warning}`;
}
