import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions, readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list publish`. */
export const publish: CommandSpec = {
  name: 'publish',
  about: 'write your own removals for others: for HMA, as a table with consent, and as Matrix policy events',
  args: [{ name: '<list...>', about: 'list files in any format, or own' }],
  options: ['publishTo', 'consent', 'onlyAlgorithm', 'onlyCategory', ...readingOptions, ...commonOptions],
  examples: ['hashsieve list publish own -o ./public --consent "may be shared among fediverse admins"'],
  run: runPublish,
};

async function runPublish(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { publishLists } = await import('../../../app/index.js');
  const published = await publishLists(args, values, context);
  for (const { path, written } of published)
    if (!values.quiet)
      terminal.say(
        written > 0 ? `${printable(path)}: ${written} hashes` : `${printable(path)}: none, not written`,
      );
  const isNothing = published.every(({ written }) => written === 0);
  if (isNothing)
    terminal.say('hashsieve: the lists hold no entry of the chosen category: nothing is published');
  return isNothing || published.some(({ isHalfRead }) => isHalfRead) ? exitCodes.incomplete : exitCodes.clean;
}
