import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions, limitOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list add`. */
export const add: CommandSpec = {
  name: 'add',
  about: 'put hashes or pictures on a list of your own: what was removed must not come back',
  args: [
    {
      name: '[list]',
      about: 'JSON lines; made if it is not there (default: own, the list that every scan knows)',
    },
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
    'ownList',
    ...limitOptions,
    'allowPrivate',
    ...commonOptions,
  ],
  examples: [
    'hashsieve list add --from-image removed.jpg --note "ticket 4711"',
    'hashsieve list add own.jsonl --from-image removed.jpg --note "ticket 4711" --by anna',
    'hashsieve list add allow.jsonl --from-image logo.png --note "our logo" --until 2027-12-31',
  ],
  run: runAdd,
};

async function runAdd(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { addToList, addToOwnList } = await import('../../../app/index.js');
  const [first, ...hashes] = args;
  const { path, ids } =
    first === undefined || isHash(first)
      ? await addToOwnList(args, values, context)
      : { path: first, ids: await addToList(first, hashes, values, context) };
  if (!values.quiet) terminal.say(`${printable(path)}: added ${ids.map((id) => printable(id)).join(', ')}`);
  return exitCodes.clean;
}

/** True for a hash with its algorithm in front; `c:abc` is a file on a drive. */
const isHash = (text: string): boolean => /^[a-z][a-z0-9]+:[0-9a-f]+$/i.test(text);
