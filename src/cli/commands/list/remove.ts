import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list remove`. */
export const remove: CommandSpec = {
  name: 'remove',
  about: 'take entries out of a list of your own, by entry id',
  args: [
    { name: '<list>', about: 'JSON lines, as `list add` keeps them; own is the list that every scan knows' },
    { name: '<id...>', about: 'ids as events and `list diff` show them' },
  ],
  options: [...commonOptions],
  examples: ['hashsieve list remove own own-3f2a9c'],
  run: runRemove,
};

async function runRemove({ args, values, terminal }: CommandContext): Promise<number> {
  const { removeFromList } = await import('../../../app/index.js');
  const [path, ...ids] = args as [string, ...string[]];
  const removed = await removeFromList(path, ids);
  if (!values.quiet) terminal.say(`${removed} taken out of ${printable(path)}`);
  return exitCodes.clean;
}
