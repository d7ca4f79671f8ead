import { UsageError } from '../core/errors.js';
import { type HashList, identitiesOf, type KnownHashes } from '../core/hash-list.js';
import { type Category, categories } from '../core/types.js';
import { printable } from '../core/uri.js';
import { algorithmBits as algorithms } from '../fingerprints/index.js';
import type { ListFormatName } from '../lists/index.js';
import type { ListReport, LoadOptions } from '../lists/load.js';
import type { OptionValues } from './options.js';
import type { Terminal } from './terminal.js';

/**
 * Opens the lists that the command line names, compiled or not, and tells what of them was not usable. Raises
 * UsageError.
 */
export async function openLists(values: OptionValues, terminal: Terminal): Promise<KnownHashes[]> {
  if (!values.list || values.list.length === 0)
    throw new UsageError('no hash list: give one with --list FILE (docs/lists.md tells who issues them)');
  const lists: KnownHashes[] = [];
  const names = new Set<string>();
  for (const path of values.list) {
    const known = await openList(path, values, terminal);
    for (const { name } of identitiesOf(known)) {
      if (names.has(name))
        throw new UsageError(
          `two lists are named "${printable(name)}": events could not tell them apart; rename a file`,
        );
      names.add(name);
    }
    lists.push(known);
  }
  return lists;
}

/** How the command line wants lists read. Raises UsageError for a category that is none. */
export function readOptions(values: OptionValues): Partial<LoadOptions> {
  const { listFormat, listAlgorithm, column, category, categoryMap, maxDownvotes, strict } = values;
  return {
    ...(listFormat ? { format: listFormat as ListFormatName } : {}),
    ...(listAlgorithm ? { algorithm: listAlgorithm.split(',').map((name) => name.trim()) } : {}),
    ...(column ? { columns: column } : {}),
    ...(category ? { category: category as Category } : {}),
    ...(categoryMap ? { categoryMap: categoriesOf(categoryMap) } : {}),
    ...(maxDownvotes ? { maxDownvotes } : {}),
    ...(strict ? { strict: true } : {}),
  };
}

function categoriesOf(pairs: Readonly<Record<string, string>>): Record<string, Category | 'skip'> {
  const choices = [...categories, 'skip'] as const;
  return Object.fromEntries(
    Object.entries(pairs).map(([text, name]) => {
      const category = choices.find((choice) => choice === name);
      if (category) return [text, category];
      throw new UsageError(
        `--category-map: "${printable(name)}" is no category; choose one of ${choices.join(', ')}`,
      );
    }),
  );
}

async function openList(path: string, values: OptionValues, terminal: Terminal): Promise<KnownHashes> {
  const { isCompiledFile, openCompiled } = await import('../matching/compiled/open.js');
  if (path !== '-' && (await isCompiledFile(path))) return openCompiled(path, algorithms);
  const { loadList } = await import('../lists/load.js');
  const { list, report } = await loadList({
    path,
    ...(path === '-' ? { stream: process.stdin } : {}),
    algorithms,
    ...readOptions(values),
  });
  if (!values.quiet) tell(report, terminal, values.verbose === true);
  return list;
}

/** Hashes to look up, from a file that `hash` wrote or any list. Raises UsageError. */
export async function readQueries(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  algorithm: string | undefined,
): Promise<HashList> {
  const { loadList } = await import('../lists/load.js');
  const { list } = await loadList({ path, stream, algorithms, ...(algorithm ? { algorithm } : {}) });
  return list;
}

/** What of a list was not usable, never quoting it. */
export function tell(report: ListReport, terminal: Terminal, verbose: boolean): void {
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
    terminal.say(`warning: ${path}: ${count} left out: ${reason}`);
  for (const warning of report.warnings) terminal.say(`warning: ${path}: ${warning}`);
}
