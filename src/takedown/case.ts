import { printable, UsageError } from '../core/index.js';
import type { Category, DetectionEvent } from '../core/types.js';
import { dueOf, isPressing } from './clock.js';
import type { Copy, Dated, Law, ReportedEntry, Verdict } from './types.js';

/** The last mark of a copy: what a person decided about it. */
export interface Mark {
  readonly as: Verdict;
  /** The person who decided. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The person's own words. */
  readonly note?: string;
}

/** The state of a case, made of all its records. */
export interface TakedownCase {
  /** The operator's own number for the request, as `checkCaseId` allows it. */
  readonly id: string;
  readonly law: Law;
  readonly category: Category;
  /** When the request came in: ISO 8601, UTC. */
  readonly received: string;
  /** When the copies must be gone: milliseconds since 1970. */
  readonly due: number;
  /** The person who opened the case. */
  readonly openedBy: string;
  readonly state: 'open' | 'closed' | 'withdrawn';
  /** When somebody closed or withdrew it (milliseconds since 1970), and who; absent while it is open. */
  readonly ended?: { readonly at: number; readonly by: string; readonly note?: string };
  /** The reported pictures. */
  readonly entries: readonly ReportedEntry[];
  /** Ids of cases of the same picture. */
  readonly linked: readonly string[];
  /** True where the looks of all entries are on the own list. */
  readonly isListed: boolean;
  /** The last search for copies; absent before the first. The members are as in the record `searched`. */
  readonly search?: {
    readonly scanId: string;
    readonly looked: number;
    readonly complete: boolean;
    readonly at: number;
  };
  /** The copies, in the order in which searches found them. The number of a copy is its place here, counted from 1. */
  readonly copies: readonly (Copy & { readonly foundAt: number; readonly mark?: Mark })[];
}

const shape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Returns the id of a case. Raises UsageError where it is missing or cannot be one. */
export function checkCaseId(id: string | undefined): string {
  if (id === undefined) throw new UsageError('name the case: --case ID, your own number for the request');
  if (shape.test(id)) return id;
  throw new UsageError(
    `--case "${printable(id)}": use up to 64 letters, digits, dots, dashes and underscores; no name and no address, because scans print it`,
  );
}

/** The id that a reported picture of a case has on the own list. `number` counts the pictures of the case from 1. */
export const entryId = (caseId: string, number: number): string =>
  number === 1 ? `takedown-${caseId}` : `takedown-${caseId}:${number}`;

/** Makes the cases of their records, oldest record first. Returns them in the order in which they were opened. */
export function casesOf(rows: readonly (Dated & { readonly case: string })[]): readonly TakedownCase[] {
  const cases = new Map<string, TakedownCase>();
  for (const row of rows) {
    const next = after(cases.get(row.case), row.case, row);
    if (next) cases.set(row.case, next);
  }
  return [...cases.values()];
}

function after(known: TakedownCase | undefined, id: string, { at, record }: Dated): TakedownCase | undefined {
  if (record.kind === 'opened') {
    const { law, category, received, by, entries, linked } = record;
    const begun = { id, law, category, received, due: dueOf(received), openedBy: by, entries, linked };
    return known ?? { ...begun, state: 'open', isListed: false, copies: [] };
  }
  if (!known) return undefined;
  switch (record.kind) {
    case 'added':
      return {
        ...reopened(known),
        category: record.category,
        entries: [...known.entries, ...record.entries],
        isListed: false,
      };
    case 'request':
      return known;
    case 'listed':
      return { ...known, isListed: true };
    case 'searched': {
      const { scanId, looked, complete, copies } = record;
      const seen = new Set(known.copies.map((copy) => copy.id));
      const fresh = copies.filter((copy) => !seen.has(copy.id)).map((copy) => ({ ...copy, foundAt: at }));
      return { ...known, search: { scanId, looked, complete, at }, copies: [...known.copies, ...fresh] };
    }
    case 'marked': {
      const { kind: _, copy: marked, ...mark } = record;
      const copies = known.copies.map((copy) =>
        copy.id === marked ? { ...copy, mark: { ...mark, at } } : copy,
      );
      return { ...known, copies };
    }
    default: {
      const { kind, ...said } = record;
      return { ...known, state: kind, ended: { ...said, at }, isListed: kind === 'closed' && known.isListed };
    }
  }
}

function reopened({ ended: _, ...known }: TakedownCase): TakedownCase {
  return { ...known, state: 'open' };
}

/**
 * The copy that an event describes. Undefined where no match of the event is one of these entries, or all such matches
 * are suppressed.
 * @param entries ids of entries
 * @param url address at which the public gets the asset
 */
export function copyIn(
  event: DetectionEvent,
  entries: ReadonlySet<string>,
  url: string | undefined,
): Copy | undefined {
  const own = event.matches.filter(({ entryId, suppressed }) => entries.has(entryId) && !suppressed);
  const isIdentical = (match: (typeof own)[number]) =>
    match.distance === 0 &&
    (match.view === undefined || (match.view === 'upright' && match.band !== 'possible'));
  const best = own.find(isIdentical) ?? own[0];
  if (!best) return undefined;
  const { algorithm, view, distance, threshold, expectedByChance, band } = best;
  return {
    ...{ id: event.id, uri: event.uri },
    ...(event.page === undefined ? {} : { page: event.page }),
    ...(url === undefined ? {} : { url }),
    kind: isIdentical(best) ? 'identical' : 'similar',
    // A match of a hash list always has a distance and a threshold.
    ...{ algorithm, distance: distance!, threshold: threshold! },
    ...(view === undefined ? {} : { view }),
    ...(expectedByChance === undefined ? {} : { expectedByChance }),
    ...(band === undefined ? {} : { band }),
    sha256: event.digests.sha256,
  };
}

/** True for a case that concerns a minor. */
export const isOfMinor = ({ category }: { readonly category: Category }): boolean =>
  category === 'csam' || category === 'exploitative';

/** The warning that a person who runs a case of a minor must read first. */
export const minorWarning =
  'THIS CASE CONCERNS A MINOR. It is child sexual abuse material: report it (hashsieve report draft), preserve what the law ' +
  'tells you to preserve, do not send the picture or a receipt to anybody, and do not look at it more than you must. ' +
  'docs/found-something.md says what comes next.';

/** The open cases that are due within `hoursOfWarning` hours, or late, the most pressing first. */
export const pressingOf = (cases: readonly TakedownCase[], now: number): readonly TakedownCase[] =>
  cases.filter(({ state, due }) => state === 'open' && isPressing(due, now)).sort((a, b) => a.due - b.due);
