import { existsSync } from 'node:fs';
import {
  gather,
  isHalfRead,
  type KnownHashes,
  linesOf,
  printable,
  toHex,
  UsageError,
} from '../core/index.js';
import type { Fingerprint, Match } from '../core/types.js';
import type { ListReport } from '../lists/index.js';
import { createScanner } from '../scanner/index.js';
import { type ListOptions, openLists, readQueries, warnOfProblems } from './lists.js';
import { algorithmAmong, type ScanningOptions, scannerOptions } from './plan.js';
import { pluginsOf } from './plugins.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** Which lists to look hashes up in, and which distances match. */
export interface MatchOptions extends ListOptions, ScanningOptions {}

/** The matches of one hash. */
export interface MatchAnswer {
  readonly schema: 'hashsieve/match/1';
  /** The hash as the caller wrote it, or the id of its row in a file. */
  readonly query: string;
  readonly algorithm: string;
  /** The matches, nearest first; where there are many, the nearest ones, as in an event. */
  readonly matches: readonly Match[];
  readonly matchCount: number;
}

interface Query {
  readonly label: string;
  readonly fingerprint: Fingerprint;
}

/**
 * Looks hashes up in lists.
 * @param given hexadecimal hashes, with their algorithm in front where their length alone does not tell it
 * (`pdq:f8f8…`); paths of files that `hashPictures` or `hashsieve hash` wrote, or of lists; `-` for the input
 * @returns an answer for every hash that could be looked up; `complete` is false where one could not, or too many lines
 * of a list could not be read
 * @throws UsageError for an argument that is neither a hash nor a file, and for lists as `scan`
 * @example
 * const { answers } = await matchHashes(['md5:d41d8cd98f00b204e9800998ecf8427e'], { list: ['known.csv'] });
 */
export async function matchHashes(
  given: readonly string[],
  options: MatchOptions,
  surroundings: Surroundings = {},
): Promise<{ readonly answers: readonly MatchAnswer[]; readonly complete: boolean }> {
  const around = surrounded(surroundings);
  const { voice } = around;
  const lists = await openLists(options, around);
  const plugins = await pluginsOf(around);
  const looking = scannerOptions(options, around.environment, plugins.algorithms);
  const scanner = createScanner({ views: 'none', ...looking, lists });
  const queries: Query[] = [];
  let complete = !lists.flatMap(linesOf).some(isHalfRead);
  for (const one of given) {
    const { report, found } = await queriesOf(one, lists, options, around);
    for (const query of found) queries.push(query);
    if (!report) continue;
    warnOfProblems(report, voice, options.verbose === true);
    complete &&= isWhole(report);
  }
  const answers: MatchAnswer[] = [];
  for (const { label, fingerprint } of queries) {
    const { matches, count, trouble } = gather([[() => scanner.matches(fingerprint)]]);
    const { algorithm } = fingerprint;
    if (!trouble || count > 0)
      answers.push({ schema: 'hashsieve/match/1', query: label, algorithm, matches, matchCount: count });
    if (!trouble) continue;
    complete = false;
    voice.say(`hashsieve: ${printable(label)} could not be looked up: ${trouble.message}`);
  }
  await scanner.close();
  return { answers, complete };
}

/** True where every row was looked up. A row that could not be read may be the one that is listed. */
const isWhole = ({ problemCount, foreign }: ListReport): boolean =>
  problemCount === 0 && Object.keys(foreign).length === 0;

/** Reads one argument as a hash or as a file of hashes. Raises UsageError where it is neither. */
async function queriesOf(
  given: string,
  lists: readonly KnownHashes[],
  options: MatchOptions,
  around: Around,
): Promise<{ found: Query[]; report?: ListReport }> {
  const typed = /^(?:([a-z0-9-]+):)?([0-9a-f]+)$/i.exec(given);
  if (typed) {
    const [, prefix, hex] = typed;
    const named = prefix ?? options.listAlgorithm;
    const { algorithms, reading } = await pluginsOf(around);
    const name = named ? algorithmAmong(named, algorithms) : onlyOneFitting(hex!, lists);
    const digits = reading.algorithms[name]! / 4;
    if (hex!.length !== digits)
      throw new UsageError(
        `${printable(given)}: ${name} has ${digits} hexadecimal digits, this has ${hex!.length}`,
      );
    const fingerprint = { algorithm: name, hex: hex!.toLowerCase(), recipe: 'given' };
    return { found: [{ label: given, fingerprint }] };
  }
  if (given !== '-' && !existsSync(given))
    throw new UsageError(`${printable(given)}: neither a hexadecimal hash nor a file`);
  const { list, report } = await readQueries(given, options, around);
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

/** The algorithm of a hash that names none: the only one of its length on the lists. Raises UsageError. */
function onlyOneFitting(hex: string, lists: readonly KnownHashes[]): string {
  const fitting = new Set(
    lists.flatMap(({ columns }) =>
      [...columns].filter(([, { bits }]) => bits === hex.length * 4).map(([name]) => name),
    ),
  );
  const [only] = fitting;
  if (fitting.size === 1) return only!;
  throw new UsageError(
    fitting.size === 0
      ? `the lists hold no hashes of ${hex.length} hexadecimal digits`
      : `${hex.length} hexadecimal digits may be ${[...fitting].join(' or ')}: name the algorithm with --algorithm or as ${only}:HASH`,
  );
}
