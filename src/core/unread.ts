import { defectCode, Skip, StageError, traceOf, UsageError } from './errors.js';
import { pickProblem } from './judge.js';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage } from './out-of-memory.js';
import { isUnseen } from './summary.js';
import type { Unread } from './types.js';

/**
 * Turns an error into the reason why its asset could not be read. An unexpected error fails only this asset and the run
 * goes on. A UsageError is thrown on, because no asset can be read then.
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
 * Chooses the graver of two reasons: `trouble` concerns the bytes or the contents of an asset, `pixels` its decoding. A
 * container that could not be read to its end must not pass for a file that is no picture.
 */
export function graver(trouble: Unread | undefined, pixels: Unread): Unread {
  if (!trouble) return pixels;
  // The bytes are not what was asked for, so how they decode says nothing about the picture.
  if (trouble.kind === 'failed' && trouble.stage === 'fetch') return trouble;
  if (pixels.kind === 'failed') return pixels;
  return trouble.kind === 'failed' || !isUnseen(pixels.reason) ? trouble : pixels;
}
