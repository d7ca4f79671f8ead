import { exitCodes } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import type { TakedownCase } from '../../../takedown/index.js';
import { caseJson, caseLine, caseText, warnOfMinor } from '../../../takedown/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

const options = ['asJson', ...ledgerOptions, 'quiet', 'config', 'printConfig'] as const;

/** The command `hashsieve takedown list`. */
export const list: CommandSpec = {
  name: 'list',
  about: 'print every case, the most pressing first',
  options: ['takedownMetrics', ...options],
  async run(context) {
    const { takedownCases } = await import('../../../app/index.js');
    await print(await takedownCases(context.values, context), context);
    return exitCodes.clean;
  },
};

/** The command `hashsieve takedown due`. */
export const due: CommandSpec = {
  name: 'due',
  about: 'print the open cases that are due within 6 hours or late: code 10 where there are any, for cron',
  options: ['takedownMetrics', ...options],
  async run(context) {
    const { pressingCases } = await import('../../../app/index.js');
    const pressing = await pressingCases(context.values, context);
    await print(pressing, context);
    return pressing.length > 0 ? exitCodes.match : exitCodes.clean;
  },
};

/** The command `hashsieve takedown show`. */
export const show: CommandSpec = {
  name: 'show',
  about: 'print a case with its copies, and what was said of them',
  options: ['caseId', ...options],
  async run(context) {
    const { takedownCase } = await import('../../../app/index.js');
    const one = await takedownCase(context.values, context);
    warnOfMinor(one, context.terminal);
    const text = context.values.asJson ? `${JSON.stringify(caseJson(one), null, 2)}\n` : caseText(one);
    await context.terminal.write(text);
    return exitCodes.clean;
  },
};

async function print(cases: readonly TakedownCase[], { terminal, values }: CommandContext): Promise<void> {
  if (values.asJson) await terminal.write(`${JSON.stringify(cases.map(caseJson), null, 2)}\n`);
  else for (const one of cases) await terminal.write(caseLine(one));
}
