import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';

/** The place of an output. */
export interface OutputPlace {
  /** Absolute; for a file, without symbolic links. */
  readonly path: string;
  /**
   * `device` also means a pipe, and whatever standard output or another open file leads to: it is written directly and
   * never replaced.
   */
  readonly kind: 'file' | 'device';
}

/**
 * Finds out what a path leads to. Follows a symbolic link, and accepts a pipe or device, only where it belongs to this
 * user or to root: another user who may write to the directory must not choose where events are written. Raises
 * UsageError for a directory and for what belongs to another user.
 */
export async function placeOf(path: string): Promise<OutputPlace> {
  const found = await orMissing(lstat(path));
  if (!found || found.isFile()) return { path: await placed(path), kind: 'file' };
  const isLink = found.isSymbolicLink();
  if (found.isDirectory()) throw new UsageError(`${printable(path)} is a directory; name a file in it`);
  if (!isOurs(found.uid))
    throw new UsageError(
      `${printable(path)} is a ${isLink ? 'symbolic link' : 'pipe or device'} of another user; name another file`,
    );
  const target = isLink ? await orMissing(stat(path)) : found;
  if (!target) return { path: await placed(path), kind: 'file' }; // a link to nothing is replaced
  if (target.isDirectory()) throw new UsageError(`${printable(path)} is a directory; name a file in it`);
  if (!target.isFile() || /^\/(dev|proc)\//.test(resolve(path)))
    return { path: resolve(path), kind: 'device' };
  return { path: await realpath(path), kind: 'file' };
}

const placed = async (path: string) => join(await realpath(dirname(path)), basename(path));

const isOurs = (uid: number): boolean => uid === 0 || uid === (process.getuid?.() ?? uid);

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
