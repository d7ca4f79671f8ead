import { configName } from '../../config/index.js';
import { exitCodes, printable } from '../../core/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve init`. */
export const init: CommandSpec = {
  name: 'init',
  about: `write ${configName} to fill in: who reports, where files are seen from outside, where lists come from`,
  args: [{ name: '[file]', about: `where to (default: ${configName} in the working directory)` }],
  options: [],
  examples: ['hashsieve init', 'hashsieve init ~/.config/hashsieve/config.json'],
  run: runInit,
};

async function runInit(context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { writeConfigTemplate } = await import('../../app/index.js');
  const given = context.args[0] ?? configName;
  const { path, isFound, place } = await writeConfigTemplate(given, context);
  terminal.say(`wrote ${printable(path)}: replace every {{…}}, or remove the line`);
  terminal.say(
    isFound
      ? 'it is read by every call that names no other with --config'
      : `it is read where a call names it: --config ${printable(given)}` +
          (place === undefined ? '' : `; by itself only as ${printable(place)}`),
  );
  return exitCodes.clean;
}
