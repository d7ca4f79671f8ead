import type { ListChange } from '../../../app/index.js';
import { exitCodes, printable } from '../../../core/index.js';
import { commonOptions, readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list diff`. */
export const diff: CommandSpec = {
  name: 'diff',
  about: 'what came to a list and what went, by entry id; hashes are not shown',
  args: [
    { name: '<old>', about: 'list file' },
    { name: '<new>', about: 'list file' },
  ],
  options: ['answerFormat', ...readingOptions, ...commonOptions],
  examples: ['hashsieve list diff yesterday.jsonl today.jsonl'],
  run: runDiff,
};

async function runDiff(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { diffLists } = await import('../../../app/index.js');
  const difference = await diffLists([args[0]!, args[1]!], values, context);
  const format = values.answerFormat ?? (terminal.stdoutIsTerminal ? 'text' : 'jsonl');
  const counts = { came: 0, went: 0, changed: 0 };
  const changes: ListChange[] = [];
  for (const change of difference.changes) {
    counts[change.change]++;
    if (format === 'json') changes.push(change);
    else await terminal.write(format === 'text' ? inWords(change) : `${JSON.stringify(change)}\n`);
  }
  if (format === 'json')
    await terminal.write(`${JSON.stringify({ schema: 'hashsieve/list-diff/1', counts, changes })}\n`);
  if (!values.quiet) terminal.say(`${counts.came} came, ${counts.went} went, ${counts.changed} changed`);
  return difference.isHalfRead ? exitCodes.incomplete : exitCodes.clean;
}

const inWords = ({ change, id, algorithm, category, classification, before }: ListChange): string => {
  const was = before ? ` (was ${[before.category, before.classification].filter(Boolean).join(' ')})` : '';
  return `${change.padEnd(7)} ${printable(id)} ${algorithm} ${printable([category, classification].filter(Boolean).join(' '))}${printable(was)}\n`;
};
