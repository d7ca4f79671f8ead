import { chmodSync, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { printable } from '../core/index.js';
import { makePrivate } from '../files/index.js';
import { asUsageError, LedgerUnusable } from './ledger-errors.js';
import { lockPath } from './ledger-lock.js';

/** The ledgers that this process has open: their real paths, and how often each is open. */
const opened = new Map<string, number>();

/**
 * Prepares a ledger's file and its lock file for SQLite: creates those that are missing, readable by their owner alone.
 * Returns the function to call once this process has closed the ledger. Raises UsageError where the files cannot be
 * created, and LedgerUnusable, before changing anything, for a file of another kind; `damaged` accepts such a file,
 * since a damaged ledger may look like one.
 */
export async function prepareFiles(path: string, { damaged = false } = {}): Promise<() => void> {
  try {
    if (!damaged && !isOpenHere(path)) requireDatabase(path);
    await makePrivate(dirname(path));
    // Nothing is awaited from here on, so no other call of this process can open the ledger in between.
    if (!isOpenHere(path)) for (const file of [path, lockPath(path)]) makePrivateFile(file);
    return remember(path);
  } catch (error) {
    throw asUsageError(error, path);
  }
}

/** SQLite gives its other files the mode of this one, so they are private too. */
function makePrivateFile(file: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  // Non-blocking, because opening a pipe would otherwise wait for its reader.
  closeSync(openSync(file, O_WRONLY | O_APPEND | O_CREAT | (O_NONBLOCK ?? 0), 0o600));
  chmodSync(file, 0o600);
}

function remember(path: string): () => void {
  const file = realpathSync(path);
  opened.set(file, (opened.get(file) ?? 0) + 1);
  let isOpen = true;
  return () => {
    if (isOpen) opened.set(file, opened.get(file)! - 1);
    isOpen = false;
  };
}

/**
 * True for a ledger that this process has open. Then only SQLite may open the file: when a process closes a file, POSIX
 * drops every lock that the process holds on it, SQLite's too.
 */
function isOpenHere(path: string): boolean {
  try {
    return (opened.get(realpathSync(path)) ?? 0) > 0;
  } catch {
    return false;
  }
}

/** The first bytes of every SQLite database (https://www.sqlite.org/fileformat.html, 1.3). */
const magic = 'SQLite format 3\0';

/** Raises LedgerUnusable for a file of another kind. A file that is missing or unreadable passes. */
function requireDatabase(path: string): void {
  const start = startOf(path);
  if (start && start.length > 0 && start.toString('latin1') !== magic)
    throw new LedgerUnusable(`ledger ${printable(path)} cannot be used: it is no database`);
}

/** The first bytes of a file. Undefined where they cannot be read: the call that opens the file to use it says why. */
function startOf(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const buffer = Buffer.alloc(magic.length);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
