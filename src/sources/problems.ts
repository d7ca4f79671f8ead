import type { AssetRef } from '../core/types.js';
import type { SourceProblem } from './types.js';

const codes: Record<string, string> = {
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
};

/** True for an error of the file system that means: nothing is there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && codes[String(error.code)] === 'not-found';

/** The problem for an error of the file system. Raises any other error again, because it is a defect. */
export function listingProblem(ref: AssetRef, error: unknown): SourceProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return { ref, stage: 'source', code: codes[code] ?? 'read-error', message: `cannot be listed (${code})` };
}
