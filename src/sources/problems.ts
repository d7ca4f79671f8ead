import type { AssetRef } from '../core/types.js';
import { sourceFailure } from './sourced.js';
import type { SourceFailure } from './types.js';

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
export function listingProblem(ref: AssetRef, error: unknown): SourceFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return sourceFailure(ref, codes[code] ?? 'read-error', `cannot be listed (${code})`);
}
