import { printable, UsageError } from '../core/index.js';
import type { Category, DetectionEvent } from '../core/types.js';
import { dueOf } from './clock.js';
import type { Copy, Dated, Law, ReportedEntry, Verdict } from './types.js';

/** What was said of a copy last. */
export interface Mark {
  readonly as: Verdict;
  readonly by: string;
  readonly at: number;
  readonly note?: string;
}

/** A case as its records tell it. */
export interface TakedownCase {
  readonly id: string;
  readonly law: Law;
  readonly category: Category;
  /** ISO 8601, UTC. */
  readonly received: string;
  /** Milliseconds since 1970. */
  readonly due: number;
  readonly openedBy: string;
  readonly state: 'open' | 'closed' | 'withdrawn';
  /** When it was closed or withdrawn, and by whom. */
  readonly ended?: { readonly at: number; readonly by: string; readonly note?: string };
  readonly entries: readonly ReportedEntry[];
  readonly linked: readonly string[];
  /** False until the looks are on the own list. */
  readonly isListed: boolean;
  /** The last search. */
  readonly search?: {
    readonly scanId: string;
    readonly looked: number;
    readonly complete: boolean;
    readonly at: number;
  };
  /** In the order in which they were found: the number of a copy is its place here, from 1. */
  readonly copies: readonly (Copy & { readonly foundAt: number; readonly mark?: Mark })[];
}

const shape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Raises UsageError where the text cannot be the id of a case. */
export function checkCaseId(id: string | undefined): string {
  if (id === undefined) throw new UsageError('name the case: --case ID, your own number for the request');
  if (shape.test(id)) return id;
  throw new UsageError(
    `--case "${printable(id)}": use up to 64 letters, digits, dots, dashes and underscores; no name and no address, because scans print it`,
  );
}

/** Id of the entry on the own list of the `number`th reported picture of a case, from 1. */
export const entryId = (caseId: string, number: number): string =>
  number === 1 ? `takedown-${caseId}` : `takedown-${caseId}:${number}`;

/** The cases that the records tell of, in the order in which they were opened. */
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
 * The copy that an event tells of; undefined where none of its matches is of these entries, or all such are suppressed.
 * @param url where the public gets the asset
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
    // These are matches of a hash list, which always tell both.
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

/** What whoever runs a case of a minor must know at once. */
export const minorWarning =
  'THIS CASE CONCERNS A MINOR. It is child sexual abuse material: report it (hashsieve report draft), preserve what the law ' +
  'tells you to preserve, do not send the picture or a receipt to anybody, and do not look at it more than you must. ' +
  'docs/found-something.md says what comes next.';
