import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { type Driver, driverPackage, driverSpec, loadDriver } from './driver.js';
import { currentVersion, migrate } from './migrations.js';

export type Database = Sqlite.Database;

/** The ledger cannot be had because the optional package is not installed. */
export class LedgerMissing extends UsageError {}
/** The ledger's file cannot be opened or written: not a matter of another run that holds it. */
export class LedgerUnusable extends UsageError {}

export interface OpenOptions {
  /**
   * Beside a run that holds the ledger, and without keeping one from starting: for what is no run and touches nothing of
   * one. Every write then reaches the disk before it returns.
   */
  readonly alongside?: boolean | undefined;
  /** Wait for another run to end instead of refusing. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once, before waiting. */
  readonly onWait?: () => void;
  /** Loads the driver; replaced by tests. */
  readonly load?: () => Promise<{ readonly default: Driver }>;
}

export interface OpenedDatabase {
  readonly database: Database;
  close(): void;
}

/**
 * Opens the ledger's database, readable by its owner alone, and holds it for this process until closed or dead, unless
 * `alongside`; then it is only held while it is brought up to date.
 * Raises LedgerMissing without the driver, and UsageError where the file cannot be had, is no ledger, or another run
 * holds it and `wait` is not set.
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<OpenedDatabase> {
  const Driver = await driver(options);
  await makePrivate(path);
  const { alongside = false } = options;
  const lock =
    alongside && isCurrent(Driver, path) ? undefined : await takeLock(Driver, lockPath(path), options, path);
  try {
    const database = new Driver(path);
    try {
      database.pragma('journal_mode = WAL');
      // A killed process loses nothing either way; only a power cut could take the last moments, never the rest.
      database.pragma(`synchronous = ${alongside ? 'FULL' : 'NORMAL'}`);
      database.pragma('foreign_keys = ON');
      // A scan asks for neighbours, and hardly ever for the same page again: more would be fresh memory, which takes time.
      database.pragma('cache_size = -8192');
      migrate(database, path);
      if (alongside) lock?.close();
    } catch (error) {
      database.close();
      throw error;
    }
    return {
      database,
      close() {
        database.close();
        lock?.close();
      },
    };
  } catch (error) {
    lock?.close();
    throw asUsageError(error, path);
  }
}

/** True where the database is a ledger of this version: nothing is to be done that would need it alone. */
function isCurrent(Driver: Driver, path: string): boolean {
  try {
    const database = new Driver(path);
    try {
      return database.pragma('user_version', { simple: true }) === currentVersion;
    } finally {
      database.close();
    }
  } catch {
    return false; // Opening it for good says why.
  }
}

async function driver({ load = loadDriver }: OpenOptions): Promise<Driver> {
  try {
    const { default: Driver } = await load();
    // The package can be there without its compiled part, or with that of another Node.js: only opening tells.
    new Driver(':memory:').close();
    return Driver;
  } catch (error) {
    throw new LedgerMissing(
      `the ledger needs the optional package ${driverPackage}, which is not installed or does not fit this Node.js; ` +
        `install it with npm install ${driverSpec}, or go without with --no-ledger`,
      { cause: error },
    );
  }
}

/** The file exists before SQLite opens it, so that it and its companions are never readable by others. */
async function makePrivate(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    for (const file of [path, lockPath(path)]) {
      const handle = await open(file, 'a', 0o600);
      await handle.close();
      await chmod(file, 0o600);
    }
  } catch (error) {
    throw asUsageError(error, path);
  }
}

const lockPath = (path: string) => `${path}-lock`;

/**
 * One run at a time. The lock is the operating system's own on a file beside the ledger, by way of SQLite: it ends with
 * the process, however that ends, and leaves nothing stale behind.
 */
async function takeLock(
  Driver: Driver,
  file: string,
  options: OpenOptions,
  ledger?: string,
): Promise<Database> {
  for (let tries = 0; ; tries++) {
    if (options.signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    const lock = new Driver(file, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw asUsageError(error, ledger ?? file);
    }
    if (!options.wait)
      throw new UsageError(
        ledger === undefined
          ? `${printable(file)} is held by another run; wait for it with --wait`
          : `ledger ${printable(ledger)} is in use by another run; wait for it with --wait, or use another one with --ledger FILE`,
      );
    if (tries === 0) options.onWait?.();
    await delay(200, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  SQLITE_FULL: 'the disk is full',
  SQLITE_NOTADB: 'it is no database',
  SQLITE_CORRUPT: 'it is damaged; move it away, and the next run starts a new one',
  SQLITE_READONLY: 'it cannot be written',
  SQLITE_CANTOPEN: 'it cannot be opened',
};

/** Why the ledger cannot be used, in a few words. */
export const ledgerReason = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  const known = Object.entries(reasons).find(([name]) => code === name || code?.startsWith(`${name}_`));
  return known ? known[1] : printable(message ?? String(error));
};

/** What the driver raised, as LedgerUnusable; anything else as it is. */
export const asUsageError = (error: unknown, path: string): unknown => {
  const { code } = error as { code?: string };
  if (error instanceof UsageError || code === undefined || code === 'ABORT_ERR') return error;
  return new LedgerUnusable(`ledger ${printable(path)} cannot be used: ${ledgerReason(error)}`, {
    cause: error,
  });
};
