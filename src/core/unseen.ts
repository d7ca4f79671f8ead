import type { UnreadFile } from './decisions.js';
import { addressOf } from './event.js';
import { pickProblem } from './judge.js';
import { isUnseen } from './summary.js';
import type { AssetRef, ScanResult, Stage, Unread } from './types.js';

// The reason why something was not read has one type, `Unread`, from the stage that finds it out to the result. A
// result carries it with its outcome; rows of the ledger and records of outputs carry it as `Reason`. All conversions
// between them are in this file.

/** The result of an asset of which nothing could be fingerprinted. */
export type Unseen = Extract<ScanResult, { outcome: 'failed' | 'skipped' }>;

/** Makes the result of an asset that could not be read. */
export function unseenResult(ref: AssetRef, unread: Unread): Unseen {
  const base = { ref, fingerprints: [], withheld: [] };
  return unread.kind === 'failed'
    ? { outcome: 'failed', ...base, ...pickProblem(unread) }
    : { outcome: 'skipped', ...base, reason: unread.reason, message: unread.message };
}

/** Why an asset that did not match ended as it did, as rows and records say it. */
export interface Reason {
  /** Stage of a failure. */
  readonly stage?: Stage;
  /** Code of a failure, or reason of a skip. */
  readonly code?: string;
  readonly message?: string;
}

/** The reason of a result; empty for a matched or clear one. */
export function reasonOf(result: ScanResult): Reason {
  if (result.outcome === 'failed') return pickProblem(result);
  return result.outcome === 'skipped' ? { code: result.reason, message: result.message } : {};
}

/** The `Unread` of a row; undefined for a matched or clear asset. */
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

/**
 * Which file could not be read, or not whole, and why. Undefined for a result that leaves a run complete.
 */
export function unreadFileOf(result: ScanResult): UnreadFile | undefined {
  const problem = result.outcome === 'matched' ? result.problem : result;
  const code =
    problem && 'stage' in problem
      ? `${problem.stage}/${problem.code}`
      : result.outcome === 'skipped' && isUnseen(result.reason)
        ? result.reason
        : undefined;
  if (code === undefined) return undefined;
  const sha256 = result.fingerprints.find(({ algorithm }) => algorithm === 'sha256')?.hex;
  return { place: addressOf(result.ref), code, ...(sha256 !== undefined && { sha256 }) };
}
