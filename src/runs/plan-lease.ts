import { type Lease, type Ledger, leaseHolderText } from '../ledger/index.js';
import type { LedgerOptions, RunContext } from './context.js';

/**
 * Two runs of one plan at once would do everything twice: the first has the plan's lease. Raises UsageError where another
 * process runs it, unless it is to be waited for (`--wait`), and LedgerUnusable. Undefined as by `Ledger.lease`.
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
