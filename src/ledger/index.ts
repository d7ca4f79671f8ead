export { defaultLedgerPath } from '../files/ledger-location.js';
export { isClean, readLedger } from './check.js';
export { isDamage } from './damage.js';
export { LedgerMissing, LedgerUnusable, ledgerReason } from './database.js';
export type { DraftRecord } from './drafts.js';
export { Ledger, type RunPlan } from './ledger.js';
export { repairLedger } from './repair.js';
export { type Finished, LedgerRun, type Settled } from './run.js';
