import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import type { Database, Driver } from './driver.js';
import { asUsageError } from './ledger-errors.js';

export interface LockOptions {
  /** Wait for whoever is in the way instead of refusing. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once, before waiting. */
  readonly onWait?: () => void;
}

export const lockPath = (path: string) => `${path}-lock`;

/** How long somebody who only makes the tables is waited for in any case, milliseconds. */
const patience = 3_000;
/** Pauses while waiting, milliseconds: at random, so that those who wait do not ask in step. */
const pauses = { shared: 50, alone: 200 } as const;

/**
 * Everybody who uses the ledger shares the lock; who brings it up to date or repairs it has it alone. The lock is the
 * operating system's own on a file beside the ledger, by way of SQLite: it ends with the process, however that ends, and
 * leaves nothing stale behind. (A hashsieve that knew no leases had it alone for each run, and is kept out by it.)
 */
export async function takeLock(
  driver: Driver,
  ledger: string,
  kind: 'shared' | 'alone',
  options: LockOptions,
): Promise<Database> {
  const end = Date.now() + (kind === 'shared' ? patience : 0);
  for (let told = false; ; ) {
    if (options.signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    const lock = tryLock(driver, ledger, kind);
    if (lock) return lock;
    const isLate = Date.now() >= end;
    if (isLate && !options.wait)
      throw new UsageError(
        `ledger ${printable(ledger)} is in use by another run; wait for it with --wait, or use another one with --ledger FILE`,
      );
    if (isLate && !told) options.onWait?.();
    told ||= isLate;
    const pause = (0.5 + Math.random()) * pauses[kind];
    await delay(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
  }
}

/** Undefined where others are in the way. */
function tryLock(driver: Driver, ledger: string, kind: 'shared' | 'alone'): Database | undefined {
  let lock: Database | undefined;
  try {
    lock = driver.open(lockPath(ledger), { timeout: 0 });
    lock.exec(kind === 'alone' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    // A transaction has its lock from the first statement on.
    if (kind === 'shared') lock.value('SELECT count(*) FROM sqlite_schema');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined;
    throw asUsageError(error, ledger);
  }
}
