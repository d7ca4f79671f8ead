import { incompletely, printable, UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { readText } from '../files/index.js';
import {
  checkCaseId,
  checkRequest,
  entryId,
  type RequestCheck,
  receivedAt,
  type TakedownCase,
} from '../takedown/index.js';
import { type Law, laws, type TakedownRecord } from '../takedown/types.js';
import { type Blocked, type BlockOptions, blockAddresses } from './block.js';
import { whoAmI } from './list-add.js';
import type { SourceOptions } from './sources.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';
import { casesOfSame, type Reported, reportedLooks } from './takedown-looks.js';
import { listLooks, publicAddresses, type SearchOptions, searchCopies } from './takedown-search.js';
import { allCases, note, oneCase, withLedger } from './takedown-store.js';

/** What a request says, and where the block rules go. */
export interface TakedownOptions
  extends SearchOptions,
    SourceOptions,
    Pick<BlockOptions, 'blockFormat' | 'ruleFile'> {
  /** The operator's own number of the request. */
  readonly caseId?: string | undefined;
  /** One of `laws`. Default: `own`. */
  readonly law?: string | undefined;
  /** When the request came in: ISO 8601 with a zone. Default: now. */
  readonly received?: string | undefined;
  /** Category of the entries. Default: `ncii`. */
  readonly category?: string | undefined;
  /** Path of a request in JSON. Its web addresses are targets, its law and time those of the case. */
  readonly request?: string | undefined;
  /** Who does this. Default: the name of the system's user. */
  readonly by?: string | undefined;
}

/** What came of it. */
export interface TakedownAnswer {
  readonly case: TakedownCase;
  /** What of the request could not be read. */
  readonly unread: readonly string[];
  /** Path of the own list. */
  readonly list: string;
  readonly blocked: Blocked | undefined;
  /** 10 where there are copies; 3 and 11 where something could not be read or compared. */
  readonly code: number;
}

/**
 * Opens a take-down case, or adds to one: fingerprints what was reported (nothing of it is stored), starts the clock,
 * puts the looks on the operator's own list, and compares everything that the ledger knows with them. What is noted is
 * noted before the next step begins: called again after a crash, it goes on.
 * @param targets files, URLs, and hashes with their algorithm in front
 * @throws UsageError before the case is opened where nothing can be read, and as `rematch` and `addToList` do
 * @example
 * const { case: opened } = await takeDown(['reported.jpg'], { caseId: '4711', law: 'us-tida' });
 * console.log(opened.copies.length, new Date(opened.due));
 */
export async function takeDown(
  targets: readonly string[],
  options: TakedownOptions = {},
  given: Surroundings = {},
): Promise<TakedownAnswer> {
  const around = surrounded(given);
  const caseId = checkCaseId(options.caseId);
  const asked = options.request === undefined ? undefined : await requestIn(options.request);
  const category = options.category ?? (asked?.isOfMinor ? 'csam' : undefined);
  const said = {
    law: oneOf(laws, options.law ?? asked?.law ?? 'own', '--law'),
    category: oneOf(categories, category ?? 'ncii', '--category'),
    received: receivedAt(options.received ?? asked?.received, Date.now()),
    by: options.by ?? whoAmI(),
  };
  await publicAddresses(around); // a configuration that is wrong is told before anything is noted
  const reported = await reportedLooks([...targets, ...(asked?.addresses ?? [])], options, around);
  await withLedger(
    options,
    around,
    (ledger) => {
      const cases = allCases(ledger);
      const known = cases.find(({ id }) => id === caseId);
      const record = known
        ? addition(known, reported, { ...said, category: category ? said.category : known.category })
        : opening(caseId, reported, said, casesOfSame(reported.looks, cases, caseId));
      if (record) note(ledger, caseId, record);
    },
    false,
  );
  return await proceed(caseId, options, around, reported.unread);
}

const requestIn = async (path: string): Promise<RequestCheck> =>
  checkRequest(await readText(path, 'the request'), printable(path));

/**
 * Does again what belongs to an open case: puts its looks on the own list, where they are missing, and searches.
 * @throws UsageError where there is no such case, or it was withdrawn
 */
export async function searchAgain(
  options: TakedownOptions,
  given: Surroundings = {},
): Promise<TakedownAnswer> {
  return await proceed(checkCaseId(options.caseId), options, surrounded(given), []);
}

async function proceed(
  caseId: string,
  options: TakedownOptions,
  around: Around,
  unread: readonly string[],
): Promise<TakedownAnswer> {
  const opened = await withLedger(options, around, (ledger) => oneCase(ledger, caseId));
  if (opened.state === 'withdrawn')
    throw new UsageError(`case ${caseId} was withdrawn: add what was reported to it again, or open another`);
  const list = await listLooks(opened, options, around);
  if (!opened.isListed)
    await withLedger(options, around, (ledger) => note(ledger, caseId, { kind: 'listed', list }));
  const { category: _, ...search } = options;
  const report = await searchCopies(opened, search, around);
  const { blockFormat, ruleFile, ledger } = options;
  const blocked =
    blockFormat === undefined
      ? undefined
      : await blockAddresses({ blockFormat, ruleFile, ledger, scanId: report.scanId }, around);
  const now = await withLedger(options, around, (ledger) => oneCase(ledger, caseId));
  const isPart = unread.length > 0 || (blocked !== undefined && blocked.left.length > 0);
  return { case: now, unread, list, blocked, code: isPart ? incompletely(report.code) : report.code };
}

interface Said {
  readonly law: Law;
  readonly category: Category;
  readonly received: string;
  readonly by: string;
}

const entriesFrom = (caseId: string, { looks }: Reported, from: number) =>
  looks.map((one, at) => ({ id: entryId(caseId, from + at), looks: one }));

const opening = (
  caseId: string,
  reported: Reported,
  said: Said,
  linked: readonly string[],
): TakedownRecord => ({ kind: 'opened', ...said, entries: entriesFrom(caseId, reported, 1), linked });

/** What a further call adds to a case: nothing where all of it is known, as after a crash. */
function addition(
  known: TakedownCase,
  reported: Reported,
  { category, by }: Said,
): TakedownRecord | undefined {
  const held = new Set(known.entries.map(({ looks }) => JSON.stringify(looks)));
  const fresh = { ...reported, looks: reported.looks.filter((looks) => !held.has(JSON.stringify(looks))) };
  if (fresh.looks.length === 0 && category === known.category && known.state === 'open') return undefined;
  return { kind: 'added', by, category, entries: entriesFrom(known.id, fresh, known.entries.length + 1) };
}

function oneOf<T extends string>(names: readonly T[], given: string, option: string): T {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new UsageError(`${option}: choose one of ${names.join(', ')}`);
}
