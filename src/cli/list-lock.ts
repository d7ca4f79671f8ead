import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { reasonOf } from './config.js';
import { isLeftBehind, owner } from './parts.js';

/** How long another change of the list is waited for, and how often it is looked, milliseconds. */
const patience = 10_000;
const interval = 20;

/**
 * Runs `change`, which reads a list and replaces it, while nobody else does: two at once would each write what the other has
 * not read, and an entry would be lost. Raises UsageError where the list stays taken, or the directory cannot be written to.
 */
export async function withListLock<T>(path: string, change: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  for (const end = Date.now() + patience; !(await take(lock)); await setTimeout(interval)) {
    if (await isStale(lock)) await rm(lock, { force: true });
    else if (Date.now() > end)
      throw new UsageError(
        `${printable(path)} is being changed by another process; if there is none, remove ${printable(lock)}`,
      );
  }
  try {
    return await change();
  } finally {
    await rm(lock, { force: true });
  }
}

/** False where somebody has it. */
async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o600);
    try {
      await file.writeFile(owner);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new UsageError(`${printable(lock)} cannot be made: ${reasonOf(error)}`);
  }
}

/** True for the lock of a process that is no more. */
async function isStale(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'latin1').catch(() => undefined);
  const stats = await stat(lock).catch(() => undefined);
  if (text === undefined || !stats) return false;
  // Its owner may be about to write its name.
  if (text === '') return Date.now() - stats.mtimeMs > patience;
  return isLeftBehind(text, async () => stats.mtimeMs);
}
