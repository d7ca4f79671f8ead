import { UsageError } from '../core/index.js';
import type { Ledger } from '../ledger/index.js';
import { type LedgerOptions, needLedger } from '../runs/index.js';
import { casesOf, checkCaseId, type TakedownCase } from '../takedown/index.js';
import type { Dated, TakedownRecord } from '../takedown/types.js';
import { type Around, runContext } from './surroundings.js';

/** Runs `work` with the ledger open. `alongside`: the ledger must exist. Raises UsageError. */
export async function withLedger<T>(
  options: LedgerOptions,
  around: Around,
  work: (ledger: Ledger) => T | Promise<T>,
  alongside = true,
): Promise<T> {
  const ledger = await needLedger(runContext(options, around), 'takedown', { alongside });
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

/** Every case of the ledger, in the order in which they were opened. */
export const allCases = (ledger: Ledger): readonly TakedownCase[] =>
  casesOf(ledger.takedowns.records() as readonly (Dated & { readonly case: string })[]);

/** One case. Raises UsageError where the ledger has none of this id. */
export function oneCase(ledger: Ledger, id: string | undefined): TakedownCase {
  const wanted = checkCaseId(id);
  const rows = ledger.takedowns.records(wanted) as readonly (Dated & { readonly case: string })[];
  const [found] = casesOf(rows);
  if (found) return found;
  throw new UsageError(`the ledger has no case ${wanted}: hashsieve takedown list shows those that it has`);
}

/** Adds records to a case. They are on disk when this returns. */
export function note(ledger: Ledger, caseId: string, ...records: readonly TakedownRecord[]): void {
  ledger.takedowns.append(caseId, records, Date.now());
}
