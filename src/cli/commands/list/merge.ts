import { exitCodes } from '../../../core/index.js';
import { commonOptions, readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list merge`. */
export const merge: CommandSpec = {
  name: 'merge',
  about: 'write several lists as one (JSON lines); what two of them say alike is written once',
  args: [{ name: '<list...>', about: 'list files in any format' }],
  options: ['outputFile', ...readingOptions, ...commonOptions],
  examples: ['hashsieve list merge ncmec.xml iwf.csv own.jsonl -o all.jsonl'],
  run: runMerge,
};

async function runMerge(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { mergeLists } = await import('../../../app/index.js');
  const { written, repeats, isHalfRead } = await mergeLists(args, values, context);
  if (!values.quiet) terminal.say(`${written} entries written, ${repeats} repeats left out`);
  return isHalfRead ? exitCodes.incomplete : exitCodes.clean;
}
