import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { reasonOf } from './config.js';
import { placeOf } from './output-place.js';
import { owner, removeAbandoned, touchEvery } from './parts.js';

/**
 * A file that appears whole or not at all: written beside its place, synced, then renamed (ARCHITECTURE §4). A pipe or a
 * device is written as it is.
 */
export interface OutputFile {
  write(text: string): Promise<void>;
  /** Puts the file in its place. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Places whose parts are being written: of two with the same part, one would be lost. */
const taken = new Set<string>();

/** True where an output is open that will be put in this place. */
export const isTaken = (place: string): boolean => taken.has(place);

/** Opens `path` for writing, readable by its owner alone. Raises UsageError naming it where that cannot be done. */
export async function openOutput(path: string): Promise<OutputFile> {
  try {
    const place = await placeOf(path);
    if (place.kind === 'device') return await openDevice(place.path);
    if (isTaken(place.path)) throw new UsageError('another output of this run goes there');
    await removeStaleParts(place.path).catch(() => {}); // opening says what is wrong
    return await openPart(place.path);
  } catch (error) {
    throw new UsageError(`output ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

async function openPart(place: string): Promise<OutputFile> {
  const part = partOf(place);
  const file: FileHandle = await open(part, 'wx', 0o600);
  taken.add(place);
  // A run may find nothing for days: whoever shares the directory must still see that somebody is there.
  const touching = setInterval(() => {
    const now = new Date();
    file.utimes(now, now).catch(() => {});
  }, touchEvery).unref();
  const end = () => {
    clearInterval(touching);
    taken.delete(place);
  };
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    async commit() {
      end();
      await file.sync();
      await file.close();
      await rename(part, place);
      await syncDirectory(dirname(place));
    },
    async discard() {
      end();
      await file.close().catch(() => {});
      await rm(part, { force: true });
    },
  };
}

/** What can be neither created nor taken back. */
async function openDevice(path: string): Promise<OutputFile> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND);
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    commit: () => file.close(),
    discard: () => file.close().catch(() => {}),
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
