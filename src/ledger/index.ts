export { defaultLedgerPath } from '../files/index.js';
export { isClean, readLedger } from './check.js';
export { isDamage } from './damage.js';
export { LedgerMissing, LedgerUnusable, ledgerReason } from './database.js';
export type { DraftRecord } from './drafts.js';
export { driverPackage, loadDriver } from './driver.js';
export { Ledger, type RunPlan } from './ledger.js';
export { repairLedger } from './repair.js';
export { type Finished, LedgerRun, type Settled } from './run.js';
