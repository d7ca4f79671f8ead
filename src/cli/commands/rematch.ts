import { exitCodes } from '../../core/index.js';
import { commonOptions, ledgerOptions, listOptions, ownListOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve rematch`. */
export const rematch: CommandSpec = {
  name: 'rematch',
  about: 'compare everything that was ever scanned with a new list, without touching a picture',
  options: [
    ...listOptions,
    ...ownListOptions,
    'matcher',
    'allow',
    'maxListAge',
    'threshold',
    'videoPercent',
    'pdqVariant',
    'output',
    'format',
    'theme',
    'all',
    'showHashes',
    'fail',
    'allowEmpty',
    'allowUnsupported',
    'allowDegraded',
    ...ledgerOptions,
    ...commonOptions,
  ],
  examples: ['hashsieve rematch --list new.csv -o events.jsonl', 'hashsieve rematch --matcher shield'],
  run: runRematch,
  plan: async ({ values, ...context }) => {
    const { showMatchers } = await import('../../app/index.js');
    const matchers = showMatchers(values, context);
    return matchers ? { matchers } : {};
  },
};

async function runRematch(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { rematch: rematchAll, saySummary } = await import('../../app/index.js');
  const { paletteOf } = await import('../colours.js');
  const palette = await paletteOf(terminal, 'stdout', values.theme);
  const report = await rematchAll(values, context, { palette });
  if (!values.quiet || report.code !== exitCodes.clean)
    saySummary(terminal, report.summary, {
      ...report,
      colours: await paletteOf(terminal, 'stderr', values.theme),
    });
  return report.code;
}
