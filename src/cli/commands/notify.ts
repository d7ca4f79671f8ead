import { exitCodes, printable } from '../../core/index.js';
import { commonOptions, ledgerOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve notify`. */
export const notify: CommandSpec = {
  name: 'notify',
  about: 'deliver what waits to be told to the targets of the configuration, or a test',
  options: ['test', ...ledgerOptions, ...commonOptions],
  examples: ['hashsieve notify --test'],
  run: runNotify,
};

async function runNotify(context: CommandContext): Promise<number> {
  if (context.values.test) return runTest(context);
  const { deliverNotices } = await import('../../app/index.js');
  const failures = await deliverNotices(context.values, context);
  for (const line of failures) context.terminal.say(line);
  return failures.length > 0 ? exitCodes.incomplete : exitCodes.clean;
}

async function runTest(context: CommandContext): Promise<number> {
  const { testTargets } = await import('../../app/index.js');
  let code: number = exitCodes.clean;
  for await (const { name, failure } of testTargets(context)) {
    const outcome = failure === undefined ? 'delivered' : `failed: ${printable(failure)}`;
    context.terminal.say(`notify ${printable(name)}: ${outcome}`);
    if (failure !== undefined) code = exitCodes.incomplete;
  }
  return code;
}
