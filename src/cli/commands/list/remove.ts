import { printable, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions } from '../../options.js';

export const remove: CommandSpec = {
  name: 'remove',
  about: 'take entries out of a list of your own, by entry id',
  args: [
    { name: '<list>', about: 'JSON lines, as `list add` keeps them' },
    { name: '<id...>', about: 'ids as events and `list diff` show them' },
  ],
  options: [...commonOptions],
  examples: ['hashsieve list remove own.jsonl own-3f2a9c'],
  run: runRemove,
};

async function runRemove({ args, values, terminal }: CommandContext): Promise<number> {
  const { exists } = await import('../../../app/index.js');
  const { changeOwnList } = await import('../../../app/index.js');
  const [path, ...ids] = args as [string, ...string[]];
  if (!(await exists(path))) throw new UsageError(`${printable(path)}: there is no such list`);
  const missing = new Set(ids);
  let removed = 0;
  await changeOwnList(path, async (lines, out) => {
    for await (const line of lines) {
      const id = idOf(line);
      if (id !== undefined && ids.includes(id)) {
        missing.delete(id);
        removed++;
      } else await out(`${line}\n`);
    }
    // Thrown in here, so that nothing is taken out by halves.
    if (missing.size > 0)
      throw new UsageError(
        `${printable(path)} has no entry ${[...missing].map((id) => `"${printable(id)}"`).join(', ')}`,
      );
  });
  if (!values.quiet) terminal.say(`${removed} taken out of ${printable(path)}`);
  return exitCodes.clean;
}

function idOf(line: string): string | undefined {
  try {
    const { id } = JSON.parse(line) as { id?: unknown };
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  } catch {
    return undefined;
  }
}
