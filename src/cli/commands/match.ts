import { existsSync } from 'node:fs';
import {
  gather,
  isHalfRead,
  type KnownHashes,
  linesOf,
  printable,
  toHex,
  UsageError,
} from '../../core/index.js';
import type { Fingerprint, Match } from '../../core/types.js';
import type { ListReport } from '../../lists/index.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { commonOptions, listOptions } from '../options.js';

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
  options: [...listOptions, 'threshold', 'format', 'showHashes', 'fail', ...commonOptions],
  examples: [
    'hashsieve match pdq:d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6b39c4e9c9b22 --list known.txt',
    'hashsieve hash photo.jpg --format jsonl | hashsieve match - --list known.txt',
  ],
  run: runMatch,
};

interface Query {
  readonly label: string;
  readonly fingerprint: Fingerprint;
}

async function runMatch(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { openLists, tell } = await import('../../app/index.js');
  const { scannerOptions } = await import('../../app/index.js');
  const { createScanner } = await import('../../scanner/index.js');
  const { openText } = await import('../../app/index.js');
  const lists = await openLists({ ...values, listAlgorithm: values.listAlgorithm }, terminal, context.signal);
  const scanner = createScanner({ views: 'none', ...scannerOptions(values, process.env), lists });
  if (values.format === 'csv') throw new UsageError('match writes text, json or jsonl');
  const queries: Query[] = [];
  let complete = !lists.flatMap(linesOf).some(isHalfRead);
  for (const given of context.args) {
    const { report, found } = await queriesOf(given, lists, context);
    for (const query of found) queries.push(query);
    if (!report) continue;
    tell(report, terminal, values.verbose === true);
    complete &&= isWhole(report);
  }
  const answers: Answer[] = [];
  for (const { label, fingerprint } of queries) {
    const { matches, count, trouble } = gather([[() => scanner.matches(fingerprint)]]);
    const { algorithm } = fingerprint;
    if (!trouble || count > 0)
      answers.push({ schema: 'hashsieve/match/1', query: label, algorithm, matches, matchCount: count });
    if (!trouble) continue;
    complete = false;
    terminal.say(`hashsieve: ${printable(label)} could not be looked up: ${trouble.message}`);
  }
  const out = await openText({ format: values.format }, terminal);
  if (out.formats[0]!.format === 'json') await out.write(() => `${JSON.stringify(answers, null, 2)}\n`);
  else
    for (const answer of answers)
      await out.write((format) => (format === 'text' ? inWords(answer) : `${JSON.stringify(answer)}\n`));
  complete &&= !out.broken;
  const matched = values.fail && answers.some(({ matches }) => matches.length > 0);
  if (matched) return complete ? exitCodes.match : exitCodes.matchIncomplete;
  return complete ? exitCodes.clean : exitCodes.incomplete;
}

interface Answer {
  readonly schema: 'hashsieve/match/1';
  readonly query: string;
  readonly algorithm: string;
  /** Of many the nearest, as in an event. */
  readonly matches: readonly Match[];
  readonly matchCount: number;
}

/** True where every row was looked up that could be: one that was not read may be the one that is listed. */
const isWhole = ({ problemCount, foreign }: ListReport): boolean =>
  problemCount === 0 && Object.keys(foreign).length === 0;

const inWords = (answer: Answer): string =>
  answer.matches.length === 0
    ? `no match  ${printable(answer.query)} (${answer.algorithm})\n`
    : answer.matches
        .map(
          (found) =>
            `MATCH     ${printable(answer.query)}  ${found.algorithm} distance ${found.distance} of ${found.threshold}  ` +
            `${printable(found.list)}#${printable(found.entryId)} (${found.category})\n`,
        )
        .join('') + more(answer);

const more = ({ query, matches, matchCount }: Answer): string =>
  matchCount > matches.length ? `MATCH     ${printable(query)}  +${matchCount - matches.length} more\n` : '';

/** A hash, or a file of hashes. Raises UsageError for what is neither. */
async function queriesOf(
  given: string,
  lists: readonly KnownHashes[],
  { values, signal }: CommandContext,
): Promise<{ found: Query[]; report?: ListReport }> {
  const { algorithmNamed } = await import('../../app/index.js');
  const { fingerprinters } = await import('../../fingerprints/index.js');
  const typed = /^(?:([a-z0-9]+):)?([0-9a-f]+)$/i.exec(given);
  if (typed) {
    const [, prefix, hex] = typed;
    const named = prefix ?? values.listAlgorithm;
    const name = named ? algorithmNamed(named) : onlyOneFitting(hex!, lists);
    const digits = fingerprinters[name].bits / 4;
    if (hex!.length !== digits)
      throw new UsageError(
        `${printable(given)}: ${name} has ${digits} hexadecimal digits, this has ${hex!.length}`,
      );
    const fingerprint = { algorithm: name, hex: hex!.toLowerCase(), recipe: 'given' };
    return { found: [{ label: given, fingerprint }] };
  }
  if (given !== '-' && !existsSync(given))
    throw new UsageError(`${printable(given)}: neither a hexadecimal hash nor a file`);
  const { readQueries } = await import('../../app/index.js');
  const { list, report } = await readQueries(given, values, signal);
  const found = [...list.columns].flatMap(([name, { bits, size, hashes, entry }]) =>
    Array.from({ length: size }, (_, row) => ({
      label: entry(row).id,
      fingerprint: {
        algorithm: name,
        hex: toHex(hashes.subarray((row * bits) / 8, ((row + 1) * bits) / 8)),
        recipe: 'given',
      },
    })),
  );
  return { found, report };
}

/** The algorithm of a bare hash: the one of its length that the lists hold. */
function onlyOneFitting(hex: string, lists: readonly KnownHashes[]): 'pdq' {
  const fitting = new Set(
    lists.flatMap(({ columns }) =>
      [...columns].filter(([, { bits }]) => bits === hex.length * 4).map(([name]) => name),
    ),
  );
  const [only] = fitting;
  if (fitting.size === 1) return only as 'pdq';
  throw new UsageError(
    fitting.size === 0
      ? `the lists hold no hashes of ${hex.length} hexadecimal digits`
      : `${hex.length} hexadecimal digits may be ${[...fitting].join(' or ')}: name the algorithm with --algorithm or as ${only}:HASH`,
  );
}
