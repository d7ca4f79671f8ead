import { exitCodes } from '../../../core/index.js';
import { commonOptions, readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list export`. */
export const exportList: CommandSpec = {
  name: 'export',
  about: 'write lists in another format, in memory that does not grow with them',
  args: [{ name: '<list...>', about: 'list files in any format; - is standard input' }],
  options: [
    'exportFormat',
    'outputFile',
    'onlyAlgorithm',
    'onlyCategory',
    'onlySupplier',
    ...readingOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve list export ncmec.xml --format jsonl -o ncmec.jsonl',
    'hashsieve list export known.jsonl --format hex --only-algorithm pdq --only-category csam,exploitative',
  ],
  run: runExport,
};

async function runExport(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { exportLists } = await import('../../../app/index.js');
  const { written, unwritten, isHalfRead } = await exportLists(args, values, context);
  if (written === 0) {
    terminal.say('hashsieve: no hash is left of what was chosen: nothing is written');
    return exitCodes.incomplete;
  }
  if (unwritten > 0)
    terminal.say(
      `warning: ${unwritten} hashes left out: ${values.exportFormat} has no place for their kinds`,
    );
  if (!values.quiet) terminal.say(`${written} hashes written`);
  return isHalfRead ? exitCodes.incomplete : exitCodes.clean;
}
