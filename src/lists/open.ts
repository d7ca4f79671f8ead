import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { printable, requireListFile } from '../core/index.js';

/**
 * Opens a list file for reading. It does not open pipes and other things than files, which could wait. Raises
 * UsageError, and the system's errors.
 */
export async function openForReading(path: string): Promise<FileHandle> {
  const label = printable(path);
  requireListFile(await stat(path), label);
  // Something else may have taken the name since then.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    requireListFile(await file.stat(), label);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The bytes of a list file; each chunk is valid until the next is asked for. A stream would cost a small list more than
 * reading it.
 */
export async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await openForReading(path);
  try {
    const room = new Uint8Array(1 << 16);
    for (;;) {
      const { bytesRead } = await file.read(room);
      if (bytesRead === 0) return;
      yield room.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
