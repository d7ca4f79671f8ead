import type { Summary } from '../core/index.js';
import type { DetectionEvent, ScanResult } from '../core/types.js';
import type { OutputRecord } from '../outputs/types.js';
import type { Sourced } from '../sources/types.js';
import type { AttendedRecord } from './attended.js';

/** A result of a run, and what to do once it is written. */
export interface RunResult {
  readonly result: ScanResult;
  /** When the asset was judged: by this run, or by the earlier attempt that finished it. */
  readonly at: Date;
  /** Set where an earlier attempt made the event already. */
  readonly event?: DetectionEvent;
  /** Notes that the run has finished this asset. */
  settle(event?: DetectionEvent): void;
}

/** What the ledger did for a run, in numbers of assets. */
export interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /**
   * Unchanged assets that the run read again on purpose (`--verify-cache`), and those of them that had changed after
   * all.
   */
  verified: number;
  differed: number;
  /** Results that an earlier attempt of the run had already. */
  resumed: number;
  /** Files that the run left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and that this one did not decode again. */
  quarantined: number;
}

/** One run of a scan, remembered in the ledger or not. */
export interface Run {
  readonly id: string;
  readonly cache: CacheCounts;
  /** True once the ledger could not be read or written: the next run cannot build on this one. */
  readonly broken: boolean;
  /**
   * Every result of the run, a few at a time: first those of what the source holds now, then what earlier attempts
   * matched and this one did not find. Calls `found` for each asset.
   */
  results(
    source: AsyncIterable<Sourced>,
    found: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RunResult[]>;
  /** Adds to a result's record what people decided or acknowledged before. */
  attend<R extends OutputRecord | undefined>(result: ScanResult, record: R): AttendedRecord<R>;
  /**
   * Notes that the run is over. `ended`: the source came to its end and the outputs are in their places, so that the
   * next run of the plan is a new one. `complete`, as by `whyIncomplete`: a later `--since` may leave out what this run
   * saw. May be called again.
   */
  end(summary: Summary, state: { readonly ended: boolean; readonly complete: boolean }): void;
  /**
   * Number of assets whose fingerprints the ledger holds, which `rematch` would compare with a list; undefined where
   * nobody can tell.
   */
  remembered(): number | undefined;
  /**
   * Writes to the ledger what it lacks, then sends the configured targets the notices that they do not have yet.
   * Returns one line for each failure.
   */
  notify(): Promise<string[]>;
  close(): void;
}
