import { printable, UsageError } from '../core/index.js';
import { holderText, LockHeld, lockPlace, takeLock } from './lock.js';
import { reasonOf } from './reasons.js';

/** Milliseconds for which this waits while another process changes the list. */
const patience = 10_000;

/**
 * Runs `change`, which reads and replaces a list, while no other process changes it: of two simultaneous changes the
 * later would lose the entries of the earlier. Raises UsageError where the list stays locked, or the directory cannot
 * be written to.
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
    // Not the lock of the list file itself, which writing the file takes.
    return await takeLock(`${await lockPlace(path)}.lock`, { wait: patience });
  } catch (error) {
    if (error instanceof LockHeld)
      throw new UsageError(
        `${printable(path)} is being changed by ${holderText(error.holder)}; try again later`,
      );
    throw new UsageError(`${printable(path)} cannot be locked: ${reasonOf(error)}`);
  }
}
