import { randomUUID } from 'node:crypto';
import { printable, UsageError } from '../../core/index.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { commonOptions, ledgerOptions } from '../options.js';

export const notify: CommandSpec = {
  name: 'notify',
  about: 'deliver what waits to be told to the targets of the configuration, or a test',
  options: ['test', ...ledgerOptions, ...commonOptions],
  examples: ['hashsieve notify --test'],
  run: runNotify,
};

async function runNotify(context: CommandContext): Promise<number> {
  const { values, terminal, config } = context;
  const { notifyConfig } = await import('../../config/index.js');
  const { noticeOf, send } = await import('../../notify/index.js');
  const settings = notifyConfig(config);
  if (!settings) throw new UsageError('the configuration has no block "notify" (docs/notify.md)');
  if (values.test) {
    let failed = false;
    for (const target of settings.targets) {
      const told = await send(target, noticeOf(randomUUID(), [], true)).then(
        () => 'delivered',
        (error: Error) => {
          failed = true;
          return `failed: ${printable(error.message)}`;
        },
      );
      terminal.say(`notify ${printable(target.name)}: ${told}`);
    }
    return failed ? exitCodes.incomplete : exitCodes.clean;
  }
  const { needLedger } = await import('../../runs/index.js');
  const { deliver } = await import('../../notify/index.js');
  const ledger = await needLedger(context, 'notify');
  try {
    const failures = await deliver(ledger, settings, Date.now(), { asked: true });
    for (const line of failures) terminal.say(line);
    return failures.length > 0 ? exitCodes.incomplete : exitCodes.clean;
  } finally {
    ledger.close();
  }
}
