export { attend } from './attended.js';
export type { LedgerOptions, RunContext, RunOptions } from './context.js';
export { guardLedger, type LedgerGuard } from './ledger-guard.js';
export { decisionKeyPath, type LedgerNeed, ledgerPath, needLedger, openLedger } from './open-ledger.js';
export { planKey } from './plan-key.js';
export { leaseOfPlan } from './plan-lease.js';
export { recordOf } from './record.js';
export { messengerOf, needsLedger, openRun } from './run.js';
export { answerStore, withServices } from './with-services.js';
