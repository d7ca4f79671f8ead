export { LedgerMissing, LedgerUnusable, ledgerReason } from './database.js';
export type { DraftRecord } from './drafts.js';
export { Ledger, type RunPlan } from './ledger.js';
export { defaultLedgerPath } from './location.js';
export { type Finished, LedgerRun, type Settled } from './run.js';
