import {
  exitCodes,
  isOutOfMemory,
  outOfMemoryMessage,
  printable,
  StdoutLost,
  UsageError,
} from '../core/index.js';

/** The exit code and the message for an error that ended the program. */
export interface Failure {
  /** Exit code (docs/exit-codes.md). */
  readonly code: number;
  /** The message, without the name of the program. */
  readonly line: string;
}

/** True for an error whose only cause is that the user interrupted the run. */
const isInterruption = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (error === signal.reason || (error as Error | undefined)?.cause === signal.reason);

/**
 * Turns an error into an exit code and a message.
 * @param signal the user's: an error that follows from its abort counts as an interruption.
 */
export async function failureOf(error: unknown, signal: AbortSignal): Promise<Failure> {
  if (isInterruption(error, signal)) return { code: exitCodes.interrupted, line: 'interrupted' };
  if (error instanceof UsageError) return { code: exitCodes.usage, line: error.message };
  const loss = await lossOf(error);
  if (loss !== undefined) return { code: exitCodes.incomplete, line: loss };
  const what = error instanceof Error ? error.stack : String(error);
  return { code: exitCodes.crash, line: `crashed, please report this: ${what}` };
}

/**
 * The message for an error of the system that the user can do something about, such as a full disk or too little
 * memory; undefined for every other error.
 */
async function lossOf(error: unknown): Promise<string | undefined> {
  if (error instanceof StdoutLost) {
    const { reasonOf } = await import('../config/index.js');
    return `standard output is lost: ${reasonOf(error)}`;
  }
  if (isOutOfMemory(error)) return `stopped: ${outOfMemoryMessage}`;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^(SQLITE|LEDGER)_/.test(code)) {
    const { ledgerReason } = await import('../ledger/index.js');
    return `the ledger is lost: ${ledgerReason(error)}`;
  }
  const { OutputLost } = await import('../files/index.js');
  if (error instanceof OutputLost) return error.message;
  const { isFull, reasonOf } = await import('../files/index.js');
  if (!isFull(error)) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  return `${path === undefined ? 'a temporary file' : printable(path)} cannot be written: ${reasonOf(error)}`;
}
