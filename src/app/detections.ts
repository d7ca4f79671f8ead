import { printable, UsageError } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import { readRecord } from '../reports/index.js';
import { type LedgerOptions, needLedger, openLedger } from '../runs/index.js';
import { openEvents } from './report-input.js';
import { type Around, runContext } from './surroundings.js';

/** Where the detections are read from: files of events, or the ledger. */
export interface DetectionOptions extends LedgerOptions {
  /** Paths of event files; `-` is standard input. */
  readonly events?: readonly string[] | undefined;
  /** Id of a run in the ledger, or `latest`. */
  readonly scanId?: string | undefined;
}

/** The detections that a command works on, and the ledger where one is open. */
export interface Detections {
  readonly events: readonly DetectionEvent[];
  readonly ledger: Ledger | undefined;
  close(): void;
}

/**
 * Reads the events of `--events`; without that option it reads the ledger: all detections, or those of the run that
 * `--scan` names. `command` is the command as the user types it, such as `report draft`. `without` completes the
 * warning that is given where events are named and no ledger can be opened; where `without` is left out, no ledger is
 * opened beside events. Raises UsageError.
 */
export async function openDetections(
  values: DetectionOptions,
  around: Around,
  command: string,
  { without }: { readonly without?: string } = {},
): Promise<Detections> {
  const context = runContext(values, around);
  if (values.events && values.scanId !== undefined)
    throw new UsageError('--scan names a run of the ledger: leave out --events, or --scan');
  const ledger = values.events
    ? await openLedger(context, without !== undefined, { alongside: true, ...(without && { without }) })
    : await needLedger(context, `${command} without --events FILE`, { alongside: true });
  const close = () => ledger?.close();
  try {
    const events = values.events ? await openEvents(values.events, around) : detected(ledger!, values.scanId);
    return { events, ledger, close };
  } catch (error) {
    close();
    throw error;
  }
}

function detected(ledger: Ledger, scanId: string | undefined): readonly DetectionEvent[] {
  const kept = scanId === undefined ? ledger.detections.all() : ledger.detections.of(scanId);
  if (!kept)
    throw new UsageError(
      `--scan ${printable(scanId!)}: ledger ${printable(ledger.path)} knows no such run; give the scanId of an event, or latest`,
    );
  return kept.flatMap((event) => {
    const where = `ledger ${printable(ledger.path)}, detection ${event.id}`;
    return readRecord(event, where) ?? [];
  });
}
