import { stat } from 'node:fs/promises';
import { decidedOf, type UnreadFile, utcText } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import { finishedReports } from '../filing/index.js';
import type { Ledger, PastRun } from '../ledger/index.js';
import { authorityNames } from '../reports/index.js';
import { type LedgerOptions, needLedger } from '../runs/index.js';
import { pressingOf } from '../takedown/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';
import { allCases } from './takedown-store.js';

/** Which ledger is asked, and which lists. */
export interface StatusOptions extends LedgerOptions {
  /** Paths of the hash lists whose age is told. */
  readonly list?: readonly string[] | undefined;
}

/** How things stand by the ledger. */
export interface LedgerStatus {
  /** The last runs, newest first, at most five. */
  readonly runs: readonly PastRun[];
  /** Number of detections by state; those on an allow list and tests of the alarm are not among them. */
  readonly detections: {
    readonly total: number;
    /** Nobody decided, nobody was sure, or the lists say something else since. */
    readonly open: number;
    readonly decided: number;
    readonly handled: number;
    readonly notAMatch: number;
    readonly drafted: number;
    readonly filed: number;
  };
  /** Ids of the open ones, the first 100. */
  readonly open: readonly string[];
  /** Detections of which targets are still to be told, by target. */
  readonly waiting: Readonly<Record<string, number>>;
  /** What could not be read and nobody acknowledged. */
  readonly unread: number;
  readonly acknowledged: number;
  /** Open take-down cases; `pressing` are those due within six hours or late, by id, the most pressing first. */
  readonly takedown: {
    readonly open: number;
    readonly pressing: readonly { readonly id: string; readonly due: string }[];
  };
  /** Age of each list file in days, by path; null where it cannot be looked at. */
  readonly listDays: Readonly<Record<string, number | null>>;
  /** True where something waits for a person. */
  readonly isDue: boolean;
}

/**
 * Tells how things stand: last runs, detections by state, take-down cases, notices that wait, what could not be read.
 * @throws UsageError where there is no ledger
 * @example
 * const { open, isDue } = await ledgerStatus({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
export async function ledgerStatus(
  options: StatusOptions = {},
  given: Surroundings = {},
): Promise<LedgerStatus> {
  const around = surrounded(given);
  const ledger = await needLedger(runContext(options, around), 'status', { alongside: true });
  try {
    const runs = ledger.lastRuns(5);
    const real = ledger.detections.all().filter(({ suppressed, test }) => !suppressed && !test);
    const open = real.filter((event) => isOpen(ledger, event));
    const waiting = Object.fromEntries(ledger.outbox.waiting());
    const now = new Date();
    const files = ledger.unread() ?? [];
    const isKnown = (file: UnreadFile) => ledger.decisions.acknowledgementOf(file, now) !== undefined;
    const unread = files.filter((file) => !isKnown(file)).length;
    const cases = allCases(ledger);
    const pressing = pressingOf(cases, now.getTime());
    const isRunDue = runs.length === 0 || runs[0]!.isComplete === false;
    return {
      runs,
      detections: { ...countsOf(ledger, real), open: open.length },
      open: open.slice(0, 100).map(({ id }) => id),
      waiting,
      unread,
      acknowledged: files.length - unread,
      takedown: {
        open: cases.filter(({ state }) => state === 'open').length,
        pressing: pressing.map(({ id, due }) => ({ id, due: utcText(due) })),
      },
      listDays: await agesOf(options.list ?? [], now),
      isDue: open.length > 0 || pressing.length > 0 || Object.keys(waiting).length > 0 || isRunDue,
    };
  } finally {
    ledger.close();
  }
}

function isOpen({ decisions }: Ledger, event: DetectionEvent): boolean {
  const latest = decisions.latest(event.id);
  return !latest || decidedOf(latest, event).rings !== undefined;
}

function countsOf(ledger: Ledger, events: readonly DetectionEvent[]) {
  const drafts = authorityNames.flatMap((name) => ledger.drafts.of(name));
  const drafted = new Set(drafts.flatMap((draft) => draft.events));
  const isFiled = ({ manifest }: { readonly manifest: string }) =>
    ledger.damage.attempt(
      'whether a report was filed is damaged',
      () => finishedReports(ledger.drafts.submission(manifest).join('\n'), 'production').length > 0,
    ) === true;
  const filed = new Set(drafts.filter(isFiled).flatMap((draft) => draft.events));
  const having = (fits: (event: DetectionEvent) => boolean) => events.filter(fits).length;
  const said = ({ id }: DetectionEvent) => ledger.decisions.latest(id)?.decision;
  return {
    total: events.length,
    decided: having((event) => said(event) !== undefined && said(event) !== 'unsure'),
    handled: having((event) => said(event) === 'handled'),
    notAMatch: having((event) => said(event) === 'not-a-match'),
    drafted: having(({ id }) => drafted.has(id)),
    filed: having(({ id }) => filed.has(id)),
  };
}

const day = 24 * 3_600_000;

async function agesOf(paths: readonly string[], now: Date): Promise<Record<string, number | null>> {
  const age = (path: string) =>
    stat(path).then(
      ({ mtimeMs }) => Math.floor((now.getTime() - mtimeMs) / day),
      () => null,
    );
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await age(path)] as const)));
}
