import type { Stage } from './types.js';

/**
 * An expected failure of one asset: it becomes a `failed` result and the run goes on.
 * @example
 * try {
 *   await fetcher.fetch({ uri }, signal);
 * } catch (error) {
 *   if (error instanceof StageError) console.error(error.stage, error.code);
 * }
 */
export class StageError extends Error {
  override readonly name = 'StageError';
  constructor(
    readonly stage: Stage,
    /** Stable, kebab-case; part of the public contract. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * An asset that hashsieve does not scan: it becomes a `skipped` result with this reason.
 * @example
 * if (error instanceof Skip) console.error(error.reason); // 'not-an-image'
 */
export class Skip extends Error {
  override readonly name = 'Skip';
  constructor(
    /** Stable, kebab-case; part of the public contract. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Code of the failure of an asset for which an unexpected error was raised, which is a defect of hashsieve. Its stage
 * is `decode`.
 */
export const defectCode = 'defect';

/** The number of calls that `traceOf` names. */
const mostCalls = 5;

/**
 * The kind of an error and the innermost calls of its stack. Leaves out its message, which may repeat content of a
 * file, and the folder in which hashsieve is installed.
 */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return `no error, but a ${typeof error}`;
  const kind = /^\w+$/.test(error.name) ? error.name : 'Error';
  const stack = error.stack ?? '';
  const words = stack.indexOf(error.message);
  const calls = words < 0 ? '' : stack.slice(words + error.message.length);
  const named = calls
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, mostCalls)
    .map((line) => line.slice(7).replace(/[^ (]*[\\/]/g, ''));
  return named.length > 0 ? `${kind} at ${named.join(', ')}` : kind;
}

/**
 * Wrong usage or configuration: nothing is scanned and the exit code is 2. The message names the thing that is wrong
 * and how to mend it.
 * @example
 * try {
 *   await loadList({ path: 'known.csv' });
 * } catch (error) {
 *   if (error instanceof UsageError) console.error(error.message);
 *   else throw error;
 * }
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
