import type { Config } from '../config/index.js';
import type { Voice } from '../core/index.js';
import type { Asking } from '../matchers/types.js';

/** Which ledger to use, if any. */
export interface LedgerOptions {
  /** Path of the ledger. Default: the platform's place for it. */
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  /** Wait for another process that runs the same plan, or that has the ledger to itself. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Path of the key that seals what people decide. Default: in the platform's state directory. */
  readonly decisionKey?: string | undefined;
}

/** How a run uses the ledger. Durations are in seconds. */
export interface RunOptions extends LedgerOptions {
  readonly resume?: boolean | undefined;
  /** Abandon an interrupted run and start anew. */
  readonly fresh?: boolean | undefined;
  readonly cache?: boolean | undefined;
  /** Share of unchanged assets to read again and compare, 0…1. */
  readonly verifyCache?: number | undefined;
  readonly retryQuarantined?: boolean | undefined;
  readonly since?: boolean | undefined;
  readonly budget?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Reasons to skip that the user accepts: true for all of them. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  readonly allowDegraded?: boolean | undefined;
}

/** What surrounds a run: its options, and who learns of its results. */
export interface RunContext<Options extends LedgerOptions = RunOptions> {
  /** The targets of the scan, as the user named them. */
  readonly args: readonly string[];
  readonly values: Options;
  readonly config: Config;
  readonly terminal: Voice;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The matching services to ask about every result; absent where none is named. */
  readonly asking?: Asking | undefined;
  /** Called where the ledger is damaged: the answer may then be incomplete. */
  readonly noteDamage?: () => void;
}
