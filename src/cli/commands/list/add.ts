import { exitCodes, printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { commonOptions, limitOptions } from '../../options.js';

/** The command `hashsieve list add`. */
export const add: CommandSpec = {
  name: 'add',
  about: 'put hashes or pictures on a list of your own: what was removed must not come back',
  args: [
    { name: '<list>', about: 'JSON lines; made if it is not there' },
    { name: '[hash...]', about: 'hexadecimal, with the algorithm in front: pdq:f8f8…' },
  ],
  options: [
    'fromImage',
    'algorithms',
    'views',
    'id',
    'note',
    'by',
    'until',
    'category',
    ...limitOptions,
    'allowPrivate',
    ...commonOptions,
  ],
  examples: [
    'hashsieve list add own.jsonl --from-image removed.jpg --note "ticket 4711" --by anna',
    'hashsieve list add allow.jsonl --from-image logo.png --note "our logo" --until 2027-12-31',
  ],
  run: runAdd,
};

async function runAdd(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const [path, ...hashes] = args as [string, ...string[]];
  const { addToList } = await import('../../../app/index.js');
  const ids = await addToList(path, hashes, values, context);
  if (!values.quiet) terminal.say(`${printable(path)}: added ${ids.map((id) => printable(id)).join(', ')}`);
  return exitCodes.clean;
}
