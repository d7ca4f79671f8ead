import type { Summary } from '../core/index.js';
import type { DetectionEvent, ScanResult } from '../core/types.js';
import type { Sourced } from '../sources/types.js';

/** A result of a run, and what to do once it has been written. */
export interface RunResult {
  readonly result: ScanResult;
  /** When the asset was judged: an earlier attempt's time for what that attempt finished. */
  readonly at: Date;
  /** Set where the event is the one that an earlier attempt made. */
  readonly event?: DetectionEvent;
  /** Notes that the run is done with it. */
  settle(event?: DetectionEvent): void;
}

/** What the ledger did for a run. */
export interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /** Of these, read again on purpose (`--verify-cache`), and found different. */
  verified: number;
  differed: number;
  /** Results that are those of an earlier attempt of the run. */
  resumed: number;
  /** Files that were left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and were not decoded again. */
  quarantined: number;
}

/** One run of a scan, remembered in the ledger or not. */
export interface Run {
  readonly id: string;
  readonly cache: CacheCounts;
  /** True once the ledger could not be read or written: the next run cannot build on this one. */
  readonly broken: boolean;
  /**
   * Every result of the run, a few at a time: of what the source holds now, then what earlier attempts matched besides.
   * `found` is called for each asset.
   */
  results(
    source: AsyncIterable<Sourced>,
    found: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RunResult[]>;
  /**
   * Notes that the run is over. `ended`: the source came to its end and the outputs are in their places; the next run of
   * the plan is a new one. `complete` as by `whyIncomplete`: `--since` may leave out what it saw. May be called again.
   */
  end(summary: Summary, state: { readonly ended: boolean; readonly complete: boolean }): void;
  /**
   * Writes what the ledger lacks, then tells the targets of the configuration what they have not been told; returns what
   * failed, a line each.
   */
  tell(): Promise<string[]>;
  close(): void;
}
