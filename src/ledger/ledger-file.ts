import { chmodSync, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { printable } from '../core/index.js';
import { makePrivate } from '../files/index.js';
import { asUsageError, LedgerUnusable } from './ledger-errors.js';
import { lockPath } from './ledger-lock.js';

/** Ledgers that this process has open, by their real paths, and how often. */
const opened = new Map<string, number>();

/**
 * Readies a ledger's file and its companion to be opened by SQLite: they are there, and readable by their owner alone.
 * Returns what notes that this process has closed the ledger. Raises UsageError where they cannot be had, and
 * LedgerUnusable for a file that is something else, before anything is changed; a `damaged` one may look like that.
 */
export async function prepareFiles(path: string, { damaged = false } = {}): Promise<() => void> {
  try {
    if (!damaged && !isOpenHere(path)) requireDatabase(path);
    await makePrivate(dirname(path));
    // From here on nothing is awaited: no other opening of this process comes between.
    if (!isOpenHere(path)) for (const file of [path, lockPath(path)]) makePrivateFile(file);
    return remember(path);
  } catch (error) {
    throw asUsageError(error, path);
  }
}

/** So for SQLite's other companions, which take the mode of the file. */
function makePrivateFile(file: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  // Not to wait for whoever reads a pipe.
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
 * True for a ledger that this process has open. Then nothing but SQLite may open the file: when a process closes a file,
 * every lock that it has of that file is gone (POSIX), also those of SQLite.
 */
function isOpenHere(path: string): boolean {
  try {
    return (opened.get(realpathSync(path)) ?? 0) > 0;
  } catch {
    return false;
  }
}

/** How every database of SQLite begins (https://www.sqlite.org/fileformat.html, 1.3). */
const magic = 'SQLite format 3\0';

/** Raises LedgerUnusable for a file that is something else. One that is not there, or cannot be read, passes. */
function requireDatabase(path: string): void {
  const start = startOf(path);
  if (start && start.length > 0 && start.toString('latin1') !== magic)
    throw new LedgerUnusable(`ledger ${printable(path)} cannot be used: it is no database`);
}

/** The first bytes of a file; undefined where they cannot be read: opening the file for good says why. */
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
