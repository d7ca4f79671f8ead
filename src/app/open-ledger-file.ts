import { createHash } from 'node:crypto';
import type { Summary } from '../core/index.js';
import type { DetectionEvent, ScanResult } from '../core/types.js';
import { version } from '../files/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Scanner } from '../scanner/index.js';

/** How a ledger is opened. */
export interface LedgerFileOptions {
  /**
   * Ends the wait for another process that converts the ledger to the current version; `openLedgerFile` then raises its
   * reason.
   */
  readonly signal?: AbortSignal;
  /** Called with one sentence for each damage that is found; reading goes on. */
  readonly onDamage?: (what: string) => void;
}

/** An open ledger. Runs of the command line can use it at the same time. Close it after use. */
export interface LedgerFile {
  /** The path as the caller gave it. */
  readonly path: string;
  /**
   * Without `scanId`: everything that was ever detected, first seen first, one event for each detection. With the id of
   * a run (`latest`: the last run): what that run detected, and undefined where no run has that id.
   */
  detections(scanId?: string): readonly DetectionEvent[] | undefined;
  /**
   * Begins a run that notes what `scanner` finds. The run belongs to the lists that the scanner has now: begin another
   * one after `useLists`. `name` tells this use of the scanner from others: `uploads`.
   */
  begin(scanner: Pick<Scanner, 'lists' | 'event'>, name: string): LedgerNotes;
  close(): void;
}

/** Writes the detections of one run to the ledger, from which `hashsieve report` reads them. */
export interface LedgerNotes {
  /** Id of the run, which is the `scanId` of its events. */
  readonly scanId: string;
  /**
   * Notes a match and returns its event; the match is on disk when this returns. Stores nothing of other results and
   * returns undefined for them. Raises what SQLite raises, for example on a full disk.
   */
  settle(result: ScanResult, now?: Date): DetectionEvent | undefined;
  /** Ends the run. `summary` holds its counts (`emptySummary`, `count`). */
  end(summary: Summary, now?: Date): void;
}

/**
 * Opens the ledger, and creates it where there is none; only its owner can read it. Raises UsageError where the file
 * cannot be opened or is no ledger, and where the optional package for SQLite is not installed.
 * @example
 * const ledger = await openLedgerFile('/var/lib/forum/ledger.sqlite');
 * const notes = ledger.begin(scanner, 'uploads');
 * for await (const result of scanner.scanBytes(body, { uri })) notes.settle(result);
 */
export async function openLedgerFile(path: string, options: LedgerFileOptions = {}): Promise<LedgerFile> {
  const { Ledger } = await import('../ledger/index.js');
  const ledger = await Ledger.open(path, { alongside: true, signal: options.signal });
  if (options.onDamage) ledger.damage.onDamage = options.onDamage;
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
