import { printable, UsageError } from '../core/index.js';
import { holderText, LockHeld, lockPlace, takeLock } from './lock.js';
import { reasonOf } from './reasons.js';

/** How long another change of the list is waited for, milliseconds. */
const patience = 10_000;

/**
 * Runs `change`, which reads a list and replaces it, while nobody else does: two at once would each write what the other has
 * not read, and an entry would be lost. Raises UsageError where the list stays taken, or the directory cannot be written to.
 */
export async function withListLock<T>(path: string, change: () => Promise<T>): Promise<T> {
  const lock = await takeListLock(path);
  try {
    return await change();
  } finally {
    await lock.release();
  }
}

async function takeListLock(path: string) {
  try {
    // Not the lock of the list's own file: that is what writing it takes.
    return await takeLock(`${await lockPlace(path)}.lock`, { wait: patience });
  } catch (error) {
    if (error instanceof LockHeld)
      throw new UsageError(
        `${printable(path)} is being changed by ${holderText(error.holder)}; try again later`,
      );
    throw new UsageError(`${printable(path)} cannot be locked: ${reasonOf(error)}`);
  }
}
