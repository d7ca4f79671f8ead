import { existsSync } from 'node:fs';
import { printable, UsageError } from '../core/index.js';
import { type Database, type Driver, driverPackage, loadDriver } from './driver.js';
import { asUsageError, LedgerMissing } from './ledger-errors.js';
import { prepareFiles } from './ledger-file.js';
import { type LockOptions, takeLock } from './ledger-lock.js';
import { currentVersion, migrate } from './migrations.js';

/** `wait` is for a process that needs the ledger to itself, such as a repair. */
export interface OpenOptions extends LockOptions {
  /** For a command beside a run, such as one that notes what was filed: each write is on the disk before it returns. */
  readonly alongside?: boolean | undefined;
  /** Loads the driver. Tests replace it. */
  readonly load?: () => Promise<Driver>;
}

/** The ledger's database, open, and the functions that belong to it. */
export interface OpenedDatabase {
  readonly database: Database;
  close(): void;
}

/** How long SQLite waits for another process that writes, milliseconds. Every transaction is short. */
const busyTimeout = 30_000;

/**
 * Opens the ledger's database, which only its owner can read. Any number of processes may have it open; a process that
 * migrates or repairs it has it to itself meanwhile. Raises LedgerMissing without the driver. Raises UsageError where
 * the file cannot be opened, is no ledger, or another process has it to itself and `wait` is not set.
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<OpenedDatabase> {
  const driver = await loaded(options);
  const forget = await prepareFiles(path);
  let lock: Database | undefined;
  try {
    lock = await takeLock(driver, path, 'shared', options);
    if (!isCurrent(driver, path)) {
      lock.close();
      lock = await takeLock(driver, path, 'alone', { ...options, wait: true });
      bringUpToDate(driver, path);
      lock.close();
      lock = await takeLock(driver, path, 'shared', options);
    }
    const database = open(driver, path, options);
    const held = lock;
    return {
      database,
      close() {
        database.close();
        held.close();
        forget();
      },
    };
  } catch (error) {
    lock?.close();
    forget();
    throw asUsageError(error, path);
  }
}

function open(driver: Driver, path: string, { alongside = false }: OpenOptions): Database {
  const database = driver.open(path, { timeout: busyTimeout });
  try {
    // A killed process loses nothing with this setting. A power cut can lose the last moments, but never damages the
    // rest.
    database.exec(`
      PRAGMA synchronous = ${alongside ? 'FULL' : 'NORMAL'};
      PRAGMA foreign_keys = ON;
      -- Damage is to be found where it is read, not by what follows from it.
      PRAGMA cell_size_check = ON;
      -- A scan asks for neighbours, and hardly ever for the same page again: more would be fresh memory, which takes time.
      PRAGMA cache_size = -8192;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Migrates a ledger that this process has to itself. */
function bringUpToDate(driver: Driver, path: string): void {
  const database = driver.open(path);
  try {
    database.exec(`
      PRAGMA journal_mode = WAL; -- readers and a writer do not keep each other waiting
      PRAGMA foreign_keys = ON;
      PRAGMA cell_size_check = ON;
    `);
    migrate(database, path);
  } finally {
    database.close();
  }
}

/** True where the database is a ledger of this version, so that no migration needs it alone. */
function isCurrent(driver: Driver, path: string): boolean {
  try {
    const database = driver.open(path);
    try {
      return database.value('PRAGMA user_version') === currentVersion;
    } finally {
      database.close();
    }
  } catch {
    return false; // The call that opens it to be used says why.
  }
}

async function loaded({ load = loadDriver }: OpenOptions): Promise<Driver> {
  try {
    const driver = await load();
    // The package may lack its compiled part, or have that of another machine. Only opening a database tells.
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
 * Locks an existing ledger for this process alone, without opening it. Raises as `openDatabase` does, and UsageError
 * where there is no ledger.
 */
export async function holdLedger(
  path: string,
  options: OpenOptions = {},
): Promise<{ readonly driver: Driver; readonly lock: Database }> {
  const driver = await loaded(options);
  if (!existsSync(path)) throw new UsageError(`there is no ledger at ${printable(path)}`);
  await prepareFiles(path, { damaged: true });
  return { driver, lock: await takeLock(driver, path, 'alone', options) };
}

/** Opens an existing ledger for reading, whoever holds it, and changes nothing in it. Raises as `holdLedger` does. */
export async function openToRead(path: string, options: OpenOptions = {}): Promise<Database> {
  const driver = await loaded(options);
  if (!existsSync(path)) throw new UsageError(`there is no ledger at ${printable(path)}`);
  const database = driver.open(path);
  database.exec('PRAGMA query_only = ON');
  return database;
}
