import { link, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../core/index.js';
import { makePrivate } from './private-file.js';
import { reasonOf } from './reasons.js';

/** Makes sure that a directory for kept files is there and that nobody else can enter it. Raises UsageError. */
export async function requireKeepDirectory(directory: string): Promise<void> {
  try {
    await makePrivate(directory);
    const { mode } = await stat(directory);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new UsageError(`${directory}: others can enter it; chmod 700 it, or name a new directory`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${directory} cannot hold kept files: ${reasonOf(error)}`);
  }
}

/**
 * Keeps bytes under a name that only their owner can read and nobody can write (mode 0400), complete and on the disk,
 * or not at all. Bytes that are kept under the name already stay as they are. Raises as `open` does.
 */
export async function keepBytes(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  const place = join(directory, name);
  const part = `${place}.${process.pid}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o400);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(part, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
  const folder = await open(dirname(place), 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
