import type { CompiledFacts, ListFileFacts } from '../../../app/index.js';
import { exitCodes } from '../../../core/index.js';
import { readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list info`. */
export const info: CommandSpec = {
  name: 'info',
  about:
    'tell what lists hold and can find: counts by algorithm and category, what is not usable, digests, dates, syncs',
  args: [{ name: '<file...>', about: 'lists, compiled or not, or names of synced ones' }],
  options: ['findingsFormat', ...readingOptions, 'config', 'printConfig'],
  examples: ['hashsieve list info known.hsx', 'hashsieve list info ncmec'],
  run: runInfo,
};

async function runInfo(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { describeList, listText } = await import('../../../app/index.js');
  const answers: (CompiledFacts | ListFileFacts)[] = [];
  for (const path of args) answers.push(await describeList(path, values, context));
  if (values.findingsFormat === 'json') await terminal.write(`${JSON.stringify(answers, null, 2)}\n`);
  else for (const answer of answers) await terminal.write(listText(answer));
  return exitCodes.clean;
}
