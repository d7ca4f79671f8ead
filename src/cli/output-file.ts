import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { reasonOf } from './config.js';

/** A file that appears whole or not at all: written beside its place, synced, then renamed (ARCHITECTURE §4). */
export interface OutputFile {
  write(text: string): Promise<void>;
  /** Puts the file in its place. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Opens `path` for writing, readable by its owner alone. Raises UsageError naming it where that cannot be done. */
export async function openOutput(path: string): Promise<OutputFile> {
  const part = `${path}.${process.pid}.part`;
  let file: FileHandle;
  try {
    file = await open(part, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(`output ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    async commit() {
      await file.sync();
      await file.close();
      await rename(part, path);
      await syncDirectory(dirname(path));
    },
    async discard() {
      await file.close().catch(() => {});
      await rm(part, { force: true });
    },
  };
}

/** Without this the rename itself may not survive a power cut. Not every file system can do it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
