import type { Config } from '../config/index.js';
import type { Voice } from '../core/index.js';

/** Which ledger, if any. */
export interface LedgerOptions {
  /** Path; the platform's place otherwise. */
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  /** Wait for another process that runs the same plan, or that has the ledger to itself. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** How a run makes use of the ledger. Durations in seconds. */
export interface RunOptions extends LedgerOptions {
  readonly resume?: boolean | undefined;
  /** Give up a run that was interrupted, and begin anew. */
  readonly fresh?: boolean | undefined;
  readonly cache?: boolean | undefined;
  /** Share of unchanged assets that are read again and compared, 0…1. */
  readonly verifyCache?: number | undefined;
  readonly retryQuarantined?: boolean | undefined;
  readonly since?: boolean | undefined;
  readonly budget?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Reasons that were forgiven. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  readonly allowDegraded?: boolean | undefined;
}

/** What surrounds a run: who asks, with which options, and who is told. */
export interface RunContext<Options extends LedgerOptions = RunOptions> {
  /** What is scanned, as it was named. */
  readonly args: readonly string[];
  readonly values: Options;
  readonly config: Config;
  readonly terminal: Voice;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told where the ledger is damaged: what is told is then not all there is. */
  readonly noteDamage?: () => void;
}
