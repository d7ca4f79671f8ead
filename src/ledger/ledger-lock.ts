import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import type { Database, Driver } from './driver.js';
import { asUsageError } from './ledger-errors.js';

/** Whether to wait for the lock, and what to tell the user meanwhile. */
export interface LockOptions {
  /** Wait for the processes that hold the lock instead of raising. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, before waiting. */
  readonly onWait?: () => void;
}

/** The path of the lock file beside a ledger. */
export const lockPath = (path: string) => `${path}-lock`;

/** How long to wait in any case, milliseconds: a process that only creates the tables is done by then. */
const patience = 3_000;
/**
 * Longest pause between two attempts, milliseconds. The pauses are random, so that waiting processes do not try in
 * step.
 */
const pauses = { shared: 50, alone: 200 } as const;

/**
 * Locks a ledger. Every process that uses the ledger shares the lock; a process that migrates or repairs it has the
 * lock alone. SQLite takes the operating system's own lock on a file beside the ledger: it ends with the process,
 * however that ends, and leaves nothing stale behind. (A hashsieve older than leases holds the lock alone for each run,
 * and this lock keeps it out.)
 */
export async function takeLock(
  driver: Driver,
  ledger: string,
  kind: 'shared' | 'alone',
  options: LockOptions,
): Promise<Database> {
  const end = Date.now() + (kind === 'shared' ? patience : 0);
  for (let isAnnounced = false; ; ) {
    if (options.signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    const lock = tryLock(driver, ledger, kind);
    if (lock) return lock;
    const isLate = Date.now() >= end;
    if (isLate && !options.wait)
      throw new UsageError(
        `ledger ${printable(ledger)} is in use by another run; wait for it with --wait, or use another one with --ledger FILE`,
      );
    if (isLate && !isAnnounced) options.onWait?.();
    isAnnounced ||= isLate;
    const pause = (0.5 + Math.random()) * pauses[kind];
    await delay(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
  }
}

/** Tries once. Undefined where other processes hold the lock. */
function tryLock(driver: Driver, ledger: string, kind: 'shared' | 'alone'): Database | undefined {
  let lock: Database | undefined;
  try {
    lock = driver.open(lockPath(ledger), { timeout: 0 });
    lock.exec(kind === 'alone' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    // A transaction takes its lock with its first statement.
    if (kind === 'shared') lock.value('SELECT count(*) FROM sqlite_schema');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined;
    throw asUsageError(error, ledger);
  }
}
