import { defectCode, Skip, StageError, traceOf, UsageError } from './errors.js';
import { pickProblem } from './judge.js';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage } from './out-of-memory.js';
import { isUnseen } from './summary.js';
import type { Unread } from './types.js';

/**
 * What an error means for its asset. One that nobody expected costs this asset, not the run; one that no asset can help, a
 * UsageError, is thrown on.
 */
export function unreadBecause(error: unknown): Unread {
  if (error instanceof Skip) return { kind: 'skipped', reason: error.reason, message: error.message };
  if (error instanceof StageError) return { kind: 'failed', ...pickProblem(error) };
  if (error instanceof UsageError) throw error;
  if (isOutOfMemory(error))
    return { kind: 'failed', stage: 'decode', code: outOfMemoryCode, message: outOfMemoryMessage };
  const message = `a defect of hashsieve, please report it: ${traceOf(error)}`;
  return { kind: 'failed', stage: 'decode', code: defectCode, message };
}

/**
 * Of what was wrong with the bytes, or with what is inside, and of why there are no pixels: what is told. A container that
 * could not be read to its end must not pass for a file that is no picture.
 */
export function graver(trouble: Unread | undefined, pixels: Unread): Unread {
  if (!trouble) return pixels;
  // What was fetched is not what was asked for: what is wrong with it says nothing of the picture.
  if (trouble.kind === 'failed' && trouble.stage === 'fetch') return trouble;
  if (pixels.kind === 'failed') return pixels;
  return trouble.kind === 'failed' || !isUnseen(pixels.reason) ? trouble : pixels;
}
