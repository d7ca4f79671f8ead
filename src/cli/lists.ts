import { UsageError } from '../core/errors.js';
import type { HashList } from '../core/hash-list.js';
import type { Category } from '../core/types.js';
import { printable } from '../core/uri.js';
import { algorithmBits as algorithms } from '../fingerprints/index.js';
import { type ListReport, loadList } from '../lists/load.js';
import type { OptionValues } from './options.js';
import type { Terminal } from './terminal.js';

/** Loads the lists that the command line names and tells what of them was not usable. Raises UsageError. */
export async function openLists(values: OptionValues, terminal: Terminal): Promise<HashList[]> {
  if (!values.list || values.list.length === 0)
    throw new UsageError('no hash list: give one with --list FILE (docs/lists.md tells who issues them)');
  const lists: HashList[] = [];
  const names = new Set<string>();
  for (const path of values.list) {
    const { list, report } = await loadList({
      path,
      ...(path === '-' ? { stream: process.stdin } : {}),
      algorithms,
      ...(values.listAlgorithm ? { algorithm: values.listAlgorithm } : {}),
      ...(values.column ? { columns: values.column } : {}),
      ...(values.strict ? { strict: true } : {}),
      ...(values.category ? { category: values.category as Category } : {}),
    });
    const { name } = list.identity;
    if (names.has(name))
      throw new UsageError(
        `two lists are named "${printable(name)}": events could not tell them apart; rename a file`,
      );
    names.add(name);
    lists.push(list);
    if (!values.quiet) tell(report, terminal, values.verbose === true);
  }
  return lists;
}

/** Hashes to look up, from a file that `hash` wrote or any list. Raises UsageError. */
export async function readQueries(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  algorithm: string | undefined,
): Promise<HashList> {
  const { list } = await loadList({ path, stream, algorithms, ...(algorithm ? { algorithm } : {}) });
  return list;
}

/** What of a list was not usable, never quoting it. */
function tell(report: ListReport, terminal: Terminal, verbose: boolean): void {
  const path = printable(report.path);
  const shown = report.problems.slice(0, verbose ? undefined : 5);
  for (const { line, problem } of shown) terminal.say(`warning: ${path} line ${line}: ${problem}`);
  if (report.problemCount > shown.length)
    terminal.say(`warning: ${path}: ${report.problemCount - shown.length} more lines could not be read`);
  for (const [kind, count] of Object.entries(report.foreign))
    terminal.say(
      `warning: ${path}: ${count} hashes of kind ${printable(kind)} cannot be computed and are not matched`,
    );
  for (const [reason, count] of Object.entries(report.leftOut))
    terminal.say(`warning: ${path}: ${count} hashes left out: ${reason}`);
}
