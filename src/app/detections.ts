import { printable, UsageError } from '../core/index.js';
import type { DetectionEvent } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import { readRecord } from '../reports/index.js';
import { type LedgerOptions, needLedger, openLedger } from '../runs/index.js';
import { openEvents } from './report-input.js';
import { type Around, runContext } from './surroundings.js';

/** Which detections: of files of events, or of the ledger. */
export interface DetectionOptions extends LedgerOptions {
  /** Paths; `-` is standard input. */
  readonly events?: readonly string[] | undefined;
  /** A run of the ledger, or `latest`. */
  readonly scanId?: string | undefined;
}

/** Detections that a command works on, and the ledger where there is one. */
export interface Detections {
  readonly events: readonly DetectionEvent[];
  readonly ledger: Ledger | undefined;
  close(): void;
}

/**
 * The events of `--events`, else what the ledger holds: all of it, or what the run `--scan` detected. `command` is what
 * the user called: `report draft`. `without` says what follows where events are given and no ledger can be had; left
 * out, none is looked for then. Raises UsageError.
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
