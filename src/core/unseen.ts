import { pickProblem } from './judge.js';
import type { AssetRef, ScanResult, Stage, Unread } from './types.js';

// Why something was not read has one shape, `Unread`, from the stage that finds it out to the result. A result carries
// it beside its outcome; rows of the ledger and records of outputs carry it as `Reason`. What leads from one to the
// other stands here and nowhere else.

/** An asset of which nothing can be fingerprinted: how it ends. */
export type Unseen = Extract<ScanResult, { outcome: 'failed' | 'skipped' }>;

/** How an asset ends of which nothing could be had. */
export function unseenResult(ref: AssetRef, unread: Unread): Unseen {
  const base = { ref, fingerprints: [], withheld: [] };
  return unread.kind === 'failed'
    ? { outcome: 'failed', ...base, ...pickProblem(unread) }
    : { outcome: 'skipped', ...base, reason: unread.reason, message: unread.message };
}

/** Why a result that is no match ended as it did, as rows and records say it. */
export interface Reason {
  /** Of a failure. */
  readonly stage?: Stage;
  /** Code of a failure, or reason of a skip. */
  readonly code?: string;
  readonly message?: string;
}

/** Empty for what is matched or clear. */
export function reasonOf(result: ScanResult): Reason {
  if (result.outcome === 'failed') return pickProblem(result);
  return result.outcome === 'skipped' ? { code: result.reason, message: result.message } : {};
}

/** The `Unread` of a result's row; undefined for what was matched or clear. */
export function unreadOfRow(row: {
  readonly outcome: string;
  readonly stage: string | null;
  readonly code: string | null;
  readonly message: string | null;
}): Unread | undefined {
  const { outcome, stage, code, message } = row;
  const said = { code: code ?? '', message: message ?? '' };
  if (outcome === 'skipped') return { kind: 'skipped', reason: said.code, message: said.message };
  return outcome === 'failed' ? { kind: 'failed', stage: (stage ?? 'decode') as Stage, ...said } : undefined;
}
