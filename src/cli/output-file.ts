import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  const part = partOf(path);
  let file: FileHandle;
  try {
    await removeStaleParts(path).catch(() => {}); // opening says what is wrong
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

/** What a file is called until it is whole. */
export const partOf = (path: string): string => `${path}.${process.pid}.part`;

/** Removes what killed runs have left of their files for the same place: parts of a process that is no more. */
export async function removeStaleParts(path: string): Promise<void> {
  const [directory, name] = [dirname(path), basename(path)];
  for (const entry of await readdir(directory)) {
    if (!entry.startsWith(`${name}.`)) continue;
    const pid = /^\.([1-9]\d{0,9})\.part$/.exec(entry.slice(name.length))?.[1];
    // In a container the next run often gets the number of the last.
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid))))
      await rm(join(directory, entry), { force: true }).catch(() => {});
  }
}

/** False for a process that is no more. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

/** Without this the rename itself may not survive a power cut. Not every file system can do it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
