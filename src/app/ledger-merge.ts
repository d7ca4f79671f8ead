import { resolve } from 'node:path';
import { UsageError } from '../core/index.js';
import { makeDecisionKey } from '../files/index.js';
import { type Merged, mergeLedger } from '../ledger/index.js';
import { decisionKeyPath, type LedgerOptions, needLedger } from '../runs/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What the merge of one ledger brought. */
export interface LedgerMerge extends Merged {
  /** Absolute path of the ledger that was merged into the other. */
  readonly from: string;
}

/**
 * Takes over into the ledger what others hold: assets, runs, detections, drafts, take-down cases and decisions. Called
 * again, it adds nothing; the other files stay as they are.
 * @param others paths of ledgers, such as those of the shards of a scan
 * @throws UsageError where one of them is no ledger of this version; those before it are merged then
 * @example
 * for await (const { from, came } of mergeLedgers(['shard-1.sqlite'], { ledger: 'all.sqlite' })) console.log(from, came.assets);
 */
export async function* mergeLedgers(
  others: readonly string[],
  options: LedgerOptions = {},
  given: Surroundings = {},
): AsyncGenerator<LedgerMerge> {
  const around = surrounded(given);
  const context = runContext(options, around);
  const ledger = await needLedger(context, 'ledger merge');
  try {
    const keyPath = await decisionKeyPath(context);
    for (const other of others) {
      const from = resolve(around.directory, other);
      if (from === resolve(ledger.path))
        throw new UsageError(`${other} is the ledger that others are merged into`);
      const key = keyPath === undefined ? undefined : makeDecisionKey(keyPath);
      ledger.decisions.key ??= key;
      yield { from, ...(await mergeLedger(ledger, from, key)) };
    }
  } finally {
    ledger.close();
  }
}
