import type { MatchAnswer } from '../../app/index.js';
import { exitCodes, incompletely, nearnessOf, printable } from '../../core/index.js';
import { commonOptions, listOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve match`. */
export const match: CommandSpec = {
  name: 'match',
  about: 'tell whether hashes are on a list, and how near',
  args: [
    {
      name: '<hash...>',
      about:
        'hexadecimal, with its algorithm before it where the length leaves it open (pdq:f8f8…); ' +
        'or a file written by hash, - for standard input',
    },
  ],
  options: [...listOptions, 'threshold', 'answerFormat', 'showHashes', 'fail', ...commonOptions],
  examples: [
    'hashsieve match pdq:d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6b39c4e9c9b22 --list known.txt',
    'hashsieve hash photo.jpg --format jsonl | hashsieve match - --list known.txt',
  ],
  run: runMatch,
};

async function runMatch(context: CommandContext): Promise<number> {
  const { args, values } = context;
  const { matchHashes, openText } = await import('../../app/index.js');
  const { answers, complete } = await matchHashes(args, values, context);
  const out = await openText({ format: values.answerFormat }, context, ['text', 'json', 'jsonl']);
  if (out.formats[0]!.format === 'json') await out.write(() => `${JSON.stringify(answers, null, 2)}\n`);
  else
    for (const answer of answers)
      await out.write((format) => (format === 'text' ? inWords(answer) : `${JSON.stringify(answer)}\n`));
  const isListed = values.fail && answers.some(({ matches }) => matches.length > 0);
  const code = isListed ? exitCodes.match : exitCodes.clean;
  return complete && !out.broken ? code : incompletely(code);
}

const inWords = (answer: MatchAnswer): string =>
  answer.matches.length === 0
    ? `no match  ${printable(answer.query)} (${answer.algorithm})\n`
    : answer.matches
        .map(
          (found) =>
            `MATCH     ${printable(answer.query)}  ${found.algorithm} ${nearnessOf(found)}  ` +
            `${printable(found.list)}#${printable(found.entryId)} (${found.category})\n`,
        )
        .join('') + more(answer);

const more = ({ query, matches, matchCount }: MatchAnswer): string =>
  matchCount > matches.length ? `MATCH     ${printable(query)}  +${matchCount - matches.length} more\n` : '';
