import { existsSync } from 'node:fs';
import { chmod, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import { makePrivate } from '../files/index.js';
import { type Database, type Driver, driverPackage, loadDriver } from './driver.js';
import { currentVersion, migrate } from './migrations.js';

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
  readonly load?: () => Promise<Driver>;
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
  const driver = await loaded(options);
  await makePrivateFiles(path);
  const { alongside = false } = options;
  const lock =
    alongside && isCurrent(driver, path) ? undefined : await takeLock(driver, lockPath(path), options, path);
  try {
    const database = driver.open(path);
    try {
      // A killed process loses nothing either way; only a power cut could take the last moments, never the rest.
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${alongside ? 'FULL' : 'NORMAL'};
        PRAGMA foreign_keys = ON;
        -- Damage is to be found where it is read, not by what follows from it.
        PRAGMA cell_size_check = ON;
        -- A scan asks for neighbours, and hardly ever for the same page again: more would be fresh memory, which takes time.
        PRAGMA cache_size = -8192;
      `);
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
function isCurrent(driver: Driver, path: string): boolean {
  try {
    const database = driver.open(path);
    try {
      return database.value('PRAGMA user_version') === currentVersion;
    } finally {
      database.close();
    }
  } catch {
    return false; // Opening it for good says why.
  }
}

async function loaded({ load = loadDriver }: OpenOptions): Promise<Driver> {
  try {
    const driver = await load();
    // The package can be there without its compiled part, or with that of another machine: only opening tells.
    driver.open(':memory:').close();
    return driver;
  } catch (error) {
    throw new LedgerMissing(
      `the ledger needs Node.js 22.16 or later, or the optional package ${driverPackage}, which is not installed or does ` +
        `not fit this machine; install it with npm install ${driverPackage}@0.5.29 (with musl, that for musl), or go without with --no-ledger`,
      { cause: error },
    );
  }
}

/**
 * Holds a ledger that is there, for this process, without opening it. Raises as `openDatabase` does, and UsageError where
 * there is none.
 */
export async function holdLedger(
  path: string,
  options: OpenOptions = {},
): Promise<{ readonly driver: Driver; readonly lock: Database }> {
  const driver = await loaded(options);
  if (!existsSync(path)) throw new UsageError(`there is no ledger at ${printable(path)}`);
  await makePrivateFiles(path);
  return { driver, lock: await takeLock(driver, lockPath(path), options, path) };
}

/** Opens a ledger that is there to be read, whoever holds it, and changes nothing of it. Raises as `holdLedger` does. */
export async function openToRead(path: string, options: OpenOptions = {}): Promise<Database> {
  const driver = await loaded(options);
  if (!existsSync(path)) throw new UsageError(`there is no ledger at ${printable(path)}`);
  const database = driver.open(path);
  database.exec('PRAGMA query_only = ON');
  return database;
}

/** The file exists before SQLite opens it, so that it and its companions are never readable by others. */
async function makePrivateFiles(path: string): Promise<void> {
  try {
    await makePrivate(dirname(path));
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
  driver: Driver,
  file: string,
  options: OpenOptions,
  ledger?: string,
): Promise<Database> {
  for (let tries = 0; ; tries++) {
    if (options.signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    const lock = driver.open(file, { timeout: 0 });
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
  SQLITE_CORRUPT:
    'it is damaged; move it away, and the next run starts a new one, or mend it with hashsieve ledger repair',
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
