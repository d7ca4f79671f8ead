import { UsageError } from '../core/index.js';
import { isDamage, type PersonalRecord } from '../ledger/index.js';
import { type LedgerOptions, needLedger } from '../runs/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What people decided and acknowledged, as the ledger keeps it. */
export interface DecisionLog {
  /** Oldest first. */
  readonly records: readonly PersonalRecord[];
  /** Number of rows that cannot be trusted, or are gone. */
  readonly lost: number;
}

/**
 * Reads everything that people decided and acknowledged.
 * @throws UsageError where there is no ledger, or no key for what is there
 * @example
 * const { records } = await readDecisions({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
export async function readDecisions(
  options: LedgerOptions = {},
  given: Surroundings = {},
): Promise<DecisionLog> {
  const ledger = await needLedger(runContext(options, surrounded(given)), 'decisions', { alongside: true });
  try {
    return ledger.decisions.all();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new UsageError((error as Error).message);
  } finally {
    ledger.close();
  }
}
