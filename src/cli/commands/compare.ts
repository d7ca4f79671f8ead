import type { PictureDistance } from '../../app/index.js';
import { displayUri, exitCodes, printable } from '../../core/index.js';
import { commonOptions, limitOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve compare`. */
export const compare: CommandSpec = {
  name: 'compare',
  about: 'print the distance of two pictures under every algorithm, looked at as scan does',
  args: [
    { name: '<a>', about: 'file or URL' },
    { name: '<b>', about: 'file or URL' },
  ],
  options: [
    'algorithms',
    'threshold',
    'views',
    ...limitOptions,
    'allowPrivate',
    'answerFormat',
    ...commonOptions,
  ],
  examples: ['hashsieve compare a.jpg b.jpg'],
  run: runCompare,
};

async function runCompare(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { comparePictures } = await import('../../app/index.js');
  const compared = await comparePictures(args, values, context);
  if (compared.outcome === 'unread') {
    const { ref, message } = compared;
    terminal.say(`hashsieve: ${displayUri(ref.uri)} could not be read: ${printable(message)}`);
    return exitCodes.incomplete;
  }
  if (compared.outcome === 'interrupted') return exitCodes.interrupted;
  const { distances } = compared;
  if ((values.answerFormat ?? 'text') === 'text') {
    await terminal.write('algorithm  distance  bits  threshold  verdict\n');
    for (const row of distances) await terminal.write(line(row));
  } else
    await terminal.write(`${JSON.stringify({ schema: 'hashsieve/compare/1', algorithms: distances })}\n`);
  return exitCodes.clean;
}

const line = ({ algorithm, distance, bits, threshold, verdict, view, picture }: PictureDistance): string =>
  `${algorithm.padEnd(9)}  ${String(distance ?? '-').padStart(8)}  ${String(bits).padStart(4)}  ` +
  `${String(threshold).padStart(9)}  ${verdict}${picture === undefined ? '' : ` (${view} of picture ${picture})`}\n`;
