import { type Lease, type Ledger, leaseHolderText } from '../ledger/index.js';
import type { LedgerOptions, RunContext } from './context.js';

/**
 * Takes the lease of a plan, because two runs of one plan at the same time would do everything twice. Raises UsageError
 * where another process runs the plan, unless `--wait` is given, and LedgerUnusable where the ledger cannot be used.
 * Returns undefined where `Ledger.lease` does.
 */
export const leaseOfPlan = (
  ledger: Ledger,
  planKey: string,
  { values, terminal, signal }: Pick<RunContext<LedgerOptions>, 'values' | 'terminal' | 'signal'>,
): Promise<Lease | undefined> =>
  ledger.lease(`plan ${planKey}`, {
    what: 'the same scan',
    wayOut: 'wait for it with --wait',
    wait: values.wait,
    signal,
    onWait: (holder) => {
      if (!values.quiet)
        terminal.say(`hashsieve: waiting for the same scan in ${leaseHolderText(holder)} to end`);
    },
  });
