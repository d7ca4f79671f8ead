import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { reasonOf } from './config.js';
import { owner, removeAbandoned, touchEvery } from './parts.js';

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
  const part = partOf(path);
  let file: FileHandle;
  try {
    await removeStaleParts(path).catch(() => {}); // opening says what is wrong
    file = await open(part, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(`output ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
  // A run may find nothing for days: whoever shares the directory must still see that somebody is there.
  const touching = setInterval(() => {
    const now = new Date();
    file.utimes(now, now).catch(() => {});
  }, touchEvery).unref();
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    async commit() {
      clearInterval(touching);
      await file.sync();
      await file.close();
      await rename(part, path);
      await syncDirectory(dirname(path));
    },
    async discard() {
      clearInterval(touching);
      await file.close().catch(() => {});
      await rm(part, { force: true });
    },
  };
}

/** What a file is called until it is whole. */
export const partOf = (path: string): string => `${path}.${owner}.part`;

/** Removes what killed runs have left of their files for the same place. */
export async function removeStaleParts(path: string): Promise<void> {
  const name = basename(path);
  await removeAbandoned(dirname(path), (start) => start === name);
}

/** Without this the rename itself may not survive a power cut. Not every file system can do it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
