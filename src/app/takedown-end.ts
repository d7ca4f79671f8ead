import { printable, UsageError } from '../core/index.js';
import { writeOutput } from '../files/index.js';
import { pressingOf, type TakedownCase, takedownMetrics } from '../takedown/index.js';
import type { TakedownRecord, Verdict } from '../takedown/types.js';
import { addToList, untilOf, whoAmI } from './list-add.js';
import { type Surroundings, surrounded } from './surroundings.js';
import { type SearchOptions, searchCopies, unlistLooks } from './takedown-search.js';
import { allCases, note, oneCase, withLedger } from './takedown-store.js';

/** Which case, who speaks, and what is said of its copies, each named by its number, its address, or `all`. */
export interface TakedownEndOptions extends SearchOptions {
  readonly caseId?: string | undefined;
  readonly removed?: readonly string[] | undefined;
  readonly blocked?: readonly string[] | undefined;
  readonly notACopy?: readonly string[] | undefined;
  readonly by?: string | undefined;
  readonly note?: string | undefined;
  /** When allow entries of false matches expire. Default: in a year. */
  readonly until?: string | undefined;
}

/** Which ledger, and where counts of its cases are written. */
export interface CasesOptions extends SearchOptions {
  /** Path of a file for metrics. */
  readonly takedownMetrics?: string | undefined;
}

/**
 * The cases of the ledger, the most pressing first; those that have ended stand last. Writes their counts to
 * `takedownMetrics`.
 */
export async function takedownCases(
  options: CasesOptions,
  given: Surroundings = {},
): Promise<readonly TakedownCase[]> {
  const cases = await withLedger(options, surrounded(given), allCases);
  const { takedownMetrics: path } = options;
  if (path !== undefined) await writeOutput(path, (out) => out(takedownMetrics(cases, Date.now())));
  const rank = ({ state, due }: TakedownCase) => (state === 'open' ? due : Number.MAX_SAFE_INTEGER);
  return [...cases].sort((a, b) => rank(a) - rank(b));
}

/** One case. Raises UsageError where the ledger has none of this id. */
export const takedownCase = (options: TakedownEndOptions, given: Surroundings = {}): Promise<TakedownCase> =>
  withLedger(options, surrounded(given), (ledger) => oneCase(ledger, options.caseId));

/** The open cases that are due within six hours, or late. */
export async function pressingCases(options: CasesOptions, given: Surroundings = {}, now = Date.now()) {
  return pressingOf(await takedownCases(options, given), now);
}

/** What closing came to. */
export interface Closing {
  readonly case: TakedownCase;
  /** Numbers of the copies of which nothing was said yet: while there are any, the case stays open. */
  readonly unmarked: readonly number[];
  /** Path of the allow list that got the false matches; undefined where there were none, or no list was named. */
  readonly allowed: string | undefined;
}

/**
 * Notes what became of copies, then searches the ledger once more and closes the case, where every copy is marked. What
 * is not a copy gets an entry on the first of the allow lists, which expires. Marks are kept where the case stays open.
 * @throws UsageError where there is no such case, it was withdrawn, or a copy is named that it does not have
 */
export async function closeTakedown(options: TakedownEndOptions, given: Surroundings = {}): Promise<Closing> {
  const around = surrounded(given);
  const before = await takedownCase(options, given);
  if (before.state === 'withdrawn') throw new UsageError(`case ${before.id} was withdrawn`);
  const by = options.by ?? whoAmI();
  const marks = marksOf(before, options, by);
  // Checked before anything is noted.
  const until = options.until === undefined ? inAYear() : untilOf(options.until);
  const [allow] = options.allow ?? [];
  if (allow !== undefined) await allowFalseMatches(before, marks, { allow, by, until, caseId: before.id });
  await withLedger(options, around, (ledger) => note(ledger, before.id, ...marks));
  await searchCopies(before, options, around);
  const after = await takedownCase(options, given);
  const unmarked = after.copies.flatMap(({ mark }, at) => (mark ? [] : [at + 1]));
  const isFalse = marks.some(({ as }) => as === 'not-a-copy');
  const allowed = isFalse ? allow : undefined;
  if (unmarked.length > 0) return { case: after, unmarked, allowed };
  const { note: why } = options;
  if (after.state === 'open')
    await withLedger(options, around, (ledger) =>
      note(ledger, after.id, { kind: 'closed', by, ...(why === undefined ? {} : { note: why }) }),
    );
  return { case: await takedownCase(options, given), unmarked, allowed };
}

type Marking = Extract<TakedownRecord, { kind: 'marked' }>;

function marksOf(one: TakedownCase, options: TakedownEndOptions, by: string): Marking[] {
  const given: readonly (readonly [Verdict, readonly string[]])[] = [
    ['not-a-copy', options.notACopy ?? []],
    ['removed', options.removed ?? []],
    ['blocked', options.blocked ?? []],
  ];
  const { note: why } = options;
  const said = new Map<string, Marking>();
  for (const [as, names] of given)
    for (const name of names)
      for (const { id } of copiesNamed(one, name, (copy) => !said.has(copy.id) && !copy.mark)) {
        if (said.get(id) && said.get(id)!.as !== as)
          throw new UsageError(`copy ${printable(name)} is said to be ${said.get(id)!.as} and ${as}`);
        said.set(id, { kind: 'marked', copy: id, as, by, ...(why === undefined ? {} : { note: why }) });
      }
  return [...said.values()];
}

/** The copies of a name; `all` stands for those of which nothing is said yet. Raises UsageError. */
function copiesNamed(
  { id, copies }: TakedownCase,
  name: string,
  isOpen: (copy: TakedownCase['copies'][number]) => boolean,
) {
  if (name === 'all') return copies.filter(isOpen);
  const found = copies.filter(({ uri, url }, at) => name === String(at + 1) || name === uri || name === url);
  if (found.length > 0) return found;
  throw new UsageError(
    `case ${id} has no copy ${printable(name)}: give a number that hashsieve takedown show --case ${id} prints, an address, or all`,
  );
}

async function allowFalseMatches(
  { copies }: TakedownCase,
  marks: readonly Marking[],
  { allow, by, until, caseId }: { allow: string; by: string; until: string; caseId: string },
): Promise<void> {
  for (const { copy, as } of marks) {
    const found = copies.find(({ id }) => id === copy);
    if (as !== 'not-a-copy' || !found) continue;
    await addToList(allow, [`sha256:${found.sha256}`], {
      by,
      until,
      note: `not a copy, takedown case ${caseId}`,
    });
  }
}

const inAYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString();

/** What withdrawing came to. */
export interface Withdrawal {
  readonly case: TakedownCase;
  /** Number of lines that were taken off the own list. */
  readonly lines: number;
  /** The copies that were blocked or removed: nobody but the operator can put them back. */
  readonly toRestore: TakedownCase['copies'];
}

/**
 * Ends a case whose request was wrong: its looks go off the own list. Safe to call again after a crash.
 * @throws UsageError where there is no such case
 */
export async function withdrawTakedown(
  options: TakedownEndOptions,
  given: Surroundings = {},
): Promise<Withdrawal> {
  const around = surrounded(given);
  const before = await takedownCase(options, given);
  const lines = await unlistLooks(before, options, around);
  const { by = whoAmI(), note: why } = options;
  if (before.state !== 'withdrawn')
    await withLedger(options, around, (ledger) =>
      note(ledger, before.id, { kind: 'withdrawn', by, ...(why === undefined ? {} : { note: why }) }),
    );
  const toRestore = before.copies.filter(({ mark }) => mark && mark.as !== 'not-a-copy');
  return { case: await takedownCase(options, given), lines, toRestore };
}
