import { createHash } from 'node:crypto';
import type { Summary } from '../core/index.js';
import type { DetectionEvent, ScanResult } from '../core/types.js';
import { version } from '../files/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Scanner } from '../scanner/index.js';

/** How a ledger is opened. */
export interface LedgerFileOptions {
  /** Ends the waiting for a run that brings the ledger up to date, with its reason. */
  readonly signal?: AbortSignal;
  /** Called, a sentence each, for what of the ledger turns out to be damaged; the rest is still told. */
  readonly onDamage?: (what: string) => void;
}

/** A ledger beside the runs of the command line, which it keeps from nothing. Close it. */
export interface LedgerFile {
  /** Absolute or as it was given. */
  readonly path: string;
  /**
   * Everything that was ever detected, first seen first, one event for each detection; what one run detected, where its id is
   * given (`latest`: the last run), and undefined where no run has that id.
   */
  detections(scanId?: string): readonly DetectionEvent[] | undefined;
  /**
   * Begins to note what `scanner` finds, under a run of its own, which belongs to the lists that the scanner has now: begin
   * another after `useLists`. `name` tells this use of the scanner from others: `uploads`.
   */
  begin(scanner: Pick<Scanner, 'lists' | 'event'>, name: string): LedgerNotes;
  close(): void;
}

/** Detections of one run on their way into the ledger, from where `hashsieve report` takes them. */
export interface LedgerNotes {
  /** Id of the run: `scanId` of its events. */
  readonly scanId: string;
  /**
   * Notes a match; it is on the disk when this returns. Of another result nothing is kept. Returns the event. Raises what
   * SQLite raises: a full disk, for one.
   */
  settle(result: ScanResult, now?: Date): DetectionEvent | undefined;
  /** Ends the run. `summary` counts what it came to (`emptySummary`, `count`). */
  end(summary: Summary, now?: Date): void;
}

/**
 * Opens the database of detections, and makes it where there is none: readable by its owner alone. Raises UsageError where the
 * file cannot be had or is no ledger, and where the optional package for SQLite is not installed.
 * @example
 * const ledger = await openLedgerFile('/var/lib/forum/ledger.sqlite');
 * const notes = ledger.begin(scanner, 'uploads');
 * for await (const result of scanner.scanBytes(body, { uri })) notes.settle(result);
 */
export async function openLedgerFile(path: string, options: LedgerFileOptions = {}): Promise<LedgerFile> {
  const { Ledger } = await import('../ledger/index.js');
  const ledger = await Ledger.open(path, { alongside: true, signal: options.signal });
  if (options.onDamage) ledger.damage.tell = options.onDamage;
  return {
    path,
    detections: (scanId) => (scanId === undefined ? ledger.detections.all() : ledger.detections.of(scanId)),
    begin: (scanner, name) => notesOf(ledger, scanner, name),
    close: () => ledger.close(),
  };
}

function notesOf(ledger: Ledger, scanner: Pick<Scanner, 'lists' | 'event'>, name: string): LedgerNotes {
  const { lists } = scanner;
  const key = createHash('sha256').update(JSON.stringify({ version, name, lists })).digest('hex');
  const run = ledger.begin({ command: 'rematch', key, tool: version, lists }, Date.now(), true);
  return {
    scanId: run.id,
    settle(result, now = new Date()) {
      if (result.outcome !== 'matched') return undefined;
      const event = scanner.event(result, run.id, now);
      run.detect(event, now.getTime());
      return event;
    },
    end: (summary, now = new Date()) => ledger.end(run, summary, false, now.getTime()),
  };
}
