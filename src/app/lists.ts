import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type HashList,
  hexToBytes,
  identitiesOf,
  type KnownHashes,
  type ListFacts,
  linesOf,
  listsIn,
  printable,
  testListName,
  UsageError,
  type Voice,
} from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { algorithmBits, algorithmNames, type OwnAlgorithm } from '../fingerprints/index.js';
import type { ListFormatName, ListReport, LoadedList, LoadOptions } from '../lists/index.js';
import { isCompiledFile } from '../matching/index.js';
import type { MatcherOptions } from './matchers.js';
import { type OwnListOptions, ownListInUse } from './own-list-place.js';
import { algorithmAmong } from './plan.js';
import { pluginsOf } from './plugins.js';
import { type Around, inputOf } from './surroundings.js';

/** How lists are read (docs/lists.md). */
export interface ReadingOptions {
  readonly listFormat?: string | undefined;
  /** Names of algorithms whose hashes are read, comma-separated. */
  readonly listAlgorithm?: string | undefined;
  readonly column?: Readonly<Record<string, string>> | undefined;
  readonly category?: string | undefined;
  readonly categoryMap?: Readonly<Record<string, string>> | undefined;
  readonly maxDownvotes?: number | undefined;
  /** Refuses a list of which a line could not be read, and one that is too old. */
  readonly strict?: boolean | undefined;
}

/** Which lists to open, and how much to say about them. */
export interface ListOptions extends ReadingOptions {
  /** Paths of hash lists; `-` is standard input. */
  readonly list?: readonly string[] | undefined;
  /** Paths of allow lists. */
  readonly allow?: readonly string[] | undefined;
  /** The age in seconds from which a list is too old. */
  readonly maxListAge?: number | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** The lists of a run, and the fingerprints that it makes for lists that are still to come. */
export interface SupplyOptions extends ListOptions, OwnListOptions {
  /** Names of algorithms to compute besides those of the lists. Default: `pdq` where no list is named, else none. */
  readonly alsoFingerprint?: readonly string[] | undefined;
}

/** What a run has to compare with. */
export interface Supply {
  /** Entries on lists of others. Where it is 0, nothing that others know is looked for. */
  readonly listed: number;
  /** Entries on lists that hold only entries of the operator's own, or tests; without the shipped test picture. */
  readonly own: number;
  /** Of `own`, entries on lists that were named; absent where there are none. */
  readonly ownNamed?: number;
  /** Matching services that are asked; absent where none is. */
  readonly services?: number;
}

/** What the opening of lists needs: the voice for warnings, the signal that ends it, and the input for `-`. */
export type ListSurroundings = Pick<Around, 'voice' | 'signal' | 'openInput'> &
  Partial<Pick<Around, 'config' | 'environment'>>;

const warning = { level: 'warning' } as const;

/**
 * Opens the hash lists, compiled or not, and says what could not be used. Raises UsageError, and the signal's reason
 * once it aborts.
 * @param names names of lists that are open already; those of these lists are added.
 */
export async function openLists(
  values: ListOptions,
  around: ListSurroundings,
  names = new Set<string>(),
): Promise<KnownHashes[]> {
  if (!values.list || values.list.length === 0)
    throw new UsageError(
      'no hash list: give one with --list FILE (docs/get-a-list.md tells who issues them), or a matching service ' +
        'with --matcher NAME',
    );
  const lists: KnownHashes[] = [];
  for (const path of values.list) {
    const known = dated(await openList(path, values, around), await fileTime(path, values));
    for (const { name } of identitiesOf(known)) {
      if (names.has(name))
        throw new UsageError(
          `two lists are named "${printable(name)}": events could not tell them apart; rename a file`,
        );
      names.add(name);
    }
    lists.push(known);
    checkAge(path, listsIn(known), values, around.voice);
  }
  return lists;
}

/**
 * Opens everything that a scan compares with: the hash lists, the operator's own list, the built-in test list, and the
 * allow lists. Raises UsageError as `openLists` does.
 * @param mayLack true where neither a hash list nor an own list is needed.
 */
export async function openAllLists(
  values: SupplyOptions & Pick<MatcherOptions, 'matcher'>,
  around: ListSurroundings & Pick<Around, 'environment'>,
  { mayLack: mayAlways = false }: { readonly mayLack?: boolean } = {},
) {
  // Matching services may stand in for lists.
  const services = values.matcher?.length ?? 0;
  const mayLack = mayAlways || services > 0;
  const own = await ownListInUse(values, around);
  const isNamed = values.list !== undefined && values.list.length > 0;
  const names = new Set<string>();
  const named = isNamed || (own === undefined && !mayLack) ? await openLists(values, around, names) : [];
  const { quiet, verbose, strict } = values;
  // How the lists of others are to be read does not concern the operator's own.
  const kept =
    own === undefined ? [] : await openLists({ list: [own], quiet, verbose, strict }, around, names);
  const supplied = [...named, ...kept];
  const plugins = await pluginsOf(around);
  const extra =
    values.alsoFingerprint?.map((name) => algorithmAmong(name, plugins.algorithms)) ??
    (isNamed || services > 0 ? [] : ['pdq' as const]);
  const lists = [...supplied, await openTestList(supplied, extra)];
  const allow = await openAllowLists(values, around);
  const ownNamed = supplyOf(named).own;
  return {
    lists,
    allow,
    ...(extra.length > 0 ? { algorithms: algorithmsFor(lists, extra, plugins.algorithms) } : {}),
    read: [...supplied, ...allow].flatMap(linesOf),
    facts: { lists: lists.flatMap(listsIn), allow: allow.flatMap(listsIn) },
    supply: {
      ...supplyOf(supplied),
      ...(ownNamed > 0 && { ownNamed }),
      ...(services > 0 && { services }),
    },
  };
}

/** The algorithms that the lists hold, and these. */
const algorithmsFor = (
  lists: readonly KnownHashes[],
  extra: readonly string[],
  plugins: readonly OwnAlgorithm[],
): readonly string[] =>
  [...algorithmNames, ...plugins.map(({ name }) => name)].filter(
    (name) => extra.includes(name) || lists.some(({ columns }) => columns.has(name)),
  );

function supplyOf(lists: readonly KnownHashes[]): Supply {
  const supply = { listed: 0, own: 0 };
  for (const known of lists)
    for (const { entries, categories } of 'identity' in known ? [inMemory(known)] : known.lists)
      supply[categories === undefined || Object.keys(categories).some(isOfOthers) ? 'listed' : 'own'] +=
        entries;
  return supply;
}

const isOfOthers = (category: string): boolean => category !== 'own' && category !== 'test';

/** The categories of a list in memory, up to the first one of others. */
function inMemory({ identity, columns }: HashList): Pick<ListFacts, 'entries' | 'categories'> {
  const { entries } = identity;
  for (const { size, labels } of columns.values())
    for (let row = 0; row < size; row++) {
      const { category } = labels(row);
      if (isOfOthers(category)) return { entries, categories: { [category]: 1 } };
    }
  return { entries, categories: {} };
}

/**
 * When the file of a list was last up to date; undefined for standard input and where nobody can tell. Raises where
 * `--max-list-age` is set and the age cannot be found out.
 */
async function fileTime(path: string, { maxListAge }: ListOptions): Promise<Date | undefined> {
  if (path === '-') return undefined;
  const { updatedAt } = await import('../exchanges/index.js');
  const asked = updatedAt(path);
  return maxListAge === undefined ? asked.catch(() => undefined) : asked;
}

/** Gives lists the time of their file. A compiled list keeps the times of its sources instead. */
function dated(known: KnownHashes, updatedAt: Date | undefined): KnownHashes {
  if ('identity' in known) return { ...known, updatedAt };
  return {
    ...known,
    lists: known.lists.map((list) => ({ ...list, updatedAt: list.updatedAt ?? updatedAt })),
  };
}

/** Warns of lists older than `--max-list-age`. With `--strict` raises UsageError instead. */
function checkAge(
  path: string,
  lists: readonly ListFacts[],
  { maxListAge, strict }: ListOptions,
  terminal: Voice,
): void {
  if (maxListAge === undefined) return;
  for (const { name, updatedAt } of lists) {
    const seconds = updatedAt === undefined ? 0 : (Date.now() - updatedAt.getTime()) / 1000;
    if (seconds <= maxListAge) continue;
    const hours = seconds / 3600;
    const age = hours < 48 ? `${hours.toFixed(1)} hours` : `${Math.floor(hours / 24)} days`;
    const which = lists.length > 1 ? `the list ${printable(name)} in it` : 'the list';
    const told = `${printable(path)}: ${which} is ${age} old, more than --max-list-age allows: bring it up to date`;
    if (strict) throw new UsageError(told);
    terminal.say(`warning: ${told}`, { ...warning, list: name });
  }
}

/** Loads the allow lists and warns of entries that have expired. Raises UsageError. */
async function openAllowLists(values: ListOptions, around: ListSurroundings): Promise<HashList[]> {
  const { voice: terminal, signal } = around;
  if (!values.allow) return [];
  const { isExpired } = await import('../matching/index.js');
  const { loadList } = await import('../lists/index.js');
  const now = new Date();
  const lists: HashList[] = [];
  for (const path of values.allow) {
    const { strict } = values;
    const options = {
      path,
      ...givenOn(path, around),
      ...(await pluginsOf(around)).reading,
      notes: true,
      signal,
      ...(strict ? { strict } : {}),
    };
    const { list, report } = await loadList(options);
    lists.push(list);
    reportList(report, values, terminal);
    const expired = new Map<string, string>();
    for (const { size, entry } of list.columns.values())
      for (let row = 0; row < size; row++) {
        const one = entry(row);
        if (isExpired(one, now)) expired.set(one.id, one.until!);
      }
    for (const [id, until] of expired)
      terminal.say(
        `warning: ${printable(path)}: entry "${printable(id)}" ended at ${printable(until)} and suppresses nothing`,
        warning,
      );
  }
  return lists;
}

/**
 * Opens the built-in list of the test picture. It holds SHA-256 and the algorithms of the other lists, so that the test
 * picture matches wherever their pictures would, and no further algorithm has to be computed.
 */
async function openTestList(others: readonly KnownHashes[], extra: readonly string[]): Promise<HashList> {
  // Parsed by hand, so that the list readers are not loaded where every list is compiled.
  const text = await readFile(new URL('../../assets/selftest.jsonl', import.meta.url), 'utf8');
  const { id, supplier, ...fields } = JSON.parse(text) as Readonly<Record<string, string>>;
  const wanted = Object.entries(fields).filter(
    ([name]) =>
      Object.hasOwn(algorithmBits, name) &&
      (name === 'sha256' || extra.includes(name) || others.some(({ columns }) => columns.has(name))),
  );
  const labels = { category: 'test' as const, supplier: supplier! };
  const said = { entry: () => ({ id: id!, ...labels }), labels: () => labels };
  const columns = wanted.map(
    ([name, hex]) => [name, { bits: hex.length * 4, size: 1, hashes: hexToBytes(hex), ...said }] as const,
  );
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { identity: { name: testListName, sha256, entries: 1 }, columns: new Map(columns) };
}

/** Turns the options into those of the list readers. Raises UsageError for an unknown category. */
export function readOptions(values: ReadingOptions): Partial<LoadOptions> {
  const { listFormat, listAlgorithm, column, category, categoryMap, maxDownvotes, strict } = values;
  return {
    ...(listFormat ? { format: listFormat as ListFormatName } : {}),
    ...(listAlgorithm ? { algorithm: namesIn(listAlgorithm) } : {}),
    ...(column ? { columns: column } : {}),
    ...(category ? { category: category as Category } : {}),
    ...(categoryMap ? { categoryMap: categoriesOf(categoryMap) } : {}),
    ...(maxDownvotes ? { maxDownvotes } : {}),
    ...(strict ? { strict: true } : {}),
  };
}

const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());

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

/** Opens the input for `-`; undefined for a file. Raises UsageError where standard input was read before. */
export const givenOn = (
  path: string,
  around: Pick<Around, 'openInput'>,
): { readonly stream?: AsyncIterable<Uint8Array> } => (path === '-' ? { stream: inputOf(around) } : {});

async function openList(path: string, values: ListOptions, around: ListSurroundings): Promise<KnownHashes> {
  const { voice: terminal, signal } = around;
  if (path !== '-' && (await isCompiledFile(path))) {
    const compiled = (await import('../matching/index.js')).openCompiled(
      path,
      (await pluginsOf(around)).reading.algorithms,
    );
    for (const { name, lines, unread } of linesOf(compiled))
      if (unread > 0)
        terminal.say(
          `warning: ${printable(path)}: ${unread} of ${lines} lines of list ${printable(name)} could not be read when it was compiled`,
          { ...warning, list: name, unread },
        );
    return compiled;
  }
  const { loadList } = await import('../lists/index.js');
  const { list, report } = await loadList({
    path,
    ...givenOn(path, around),
    ...(await pluginsOf(around)).reading,
    ...readOptions(values),
    signal,
  });
  reportList(report, values, terminal);
  return list;
}

/**
 * Reads the hashes to look up, from a file that `hash` wrote or from any list, and reports the lines that hold none.
 * Raises UsageError.
 */
export async function readQueries(
  path: string,
  { listAlgorithm, strict }: ReadingOptions,
  around: ListSurroundings,
): Promise<LoadedList> {
  const { loadList } = await import('../lists/index.js');
  const algorithm = listAlgorithm === undefined ? {} : { algorithm: namesIn(listAlgorithm) };
  return loadList({
    path,
    ...givenOn(path, around),
    ...(await pluginsOf(around)).reading,
    signal: around.signal,
    ...algorithm,
    ...(strict ? { strict } : {}),
  });
}

/** Says what of a list could not be used; with `--quiet` only what leaves pictures unmatched. */
export function reportList(report: ListReport, values: ListOptions, terminal: Voice): void {
  if (!values.quiet) warnOfProblems(report, terminal, values.verbose === true);
  else for (const line of unreadLines(report)) terminal.say(`hashsieve: ${line}`, warning);
}

/** Says in a line or two that a list, or a part of it, cannot be matched. Never quotes a hash. */
function* unreadLines({ path, read, problems, warnings }: ListReport): Generator<string> {
  const label = printable(path);
  const [first, ...others] = problems;
  if (first) {
    const numbers = [...new Set(others.map(({ line }) => line))].filter((line) => line !== first.line);
    const also =
      numbers.length === 0 ? '' : `, ${numbers.slice(0, 4).join(', ')}${numbers.length > 4 ? ', …' : ''}`;
    yield `${label}: ${read.unread} of ${read.lines} lines could not be read: line ${first.line} (${printable(first.problem)})${also}`;
  }
  const [one, ...more] = warnings;
  if (one) yield `${label}: ${one}${more.length > 0 ? ` (and ${more.length} more warnings)` : ''}`;
}

/** Says what of a list could not be used. Never quotes the list. */
export function warnOfProblems(report: ListReport, terminal: Voice, verbose: boolean): void {
  const path = printable(report.path);
  const shown = report.problems.slice(0, verbose ? undefined : 5);
  for (const { line, problem } of shown) terminal.say(`warning: ${path} line ${line}: ${problem}`, warning);
  if (report.problemCount > shown.length)
    terminal.say(
      `warning: ${path}: ${report.problemCount - shown.length} more lines could not be read`,
      warning,
    );
  for (const [kind, count] of Object.entries(report.foreign))
    terminal.say(
      `warning: ${path}: ${count} hashes of kind ${printable(kind)} cannot be computed and are not matched`,
      warning,
    );
  for (const [reason, count] of Object.entries(report.leftOut))
    terminal.say(`warning: ${path}: ${count} hashes left out: ${reason}`, warning);
  for (const one of report.warnings) terminal.say(`warning: ${path}: ${one}`, warning);
}
