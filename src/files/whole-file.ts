import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { holderText, type Lock, LockHeld, takeLock } from './lock.js';
import { owner, removeAbandoned, touchEvery } from './parts.js';
import { placeOf } from './place.js';
import { isFull, reasonOf } from './reasons.js';

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
const isTaken = (place: string): boolean => taken.has(place);

/** How another run that writes the same file is waited for. */
export interface OpenOptions {
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens `path` for writing, readable by its owner alone; nobody else can open it until it is committed or discarded.
 * Raises UsageError naming it where that cannot be done, or another run writes it and `wait` is not set.
 */
export async function openOutput(path: string, options: OpenOptions = {}): Promise<OutputFile> {
  try {
    const place = await placeOf(path);
    if (place.kind === 'device') return await openDevice(place.path);
    if (isTaken(place.path)) throw new UsageError('another output of this run goes there');
    const lock = await lockOutput(place.path, options);
    try {
      await removeStaleParts(place.path).catch(() => {}); // opening says what is wrong
      return await openPart(place.path, lock);
    } catch (error) {
      await lock?.release().catch(() => {});
      throw error;
    }
  } catch (error) {
    const why =
      error instanceof LockHeld
        ? `another run writes it: ${holderText(error.holder)}; wait for it with --wait, or name another file`
        : reasonOf(error);
    throw new UsageError(`output ${printable(path)} cannot be written: ${why}`);
  }
}

/** Of two runs that write the same file the later would replace what the other found. */
async function lockOutput(place: string, options: OpenOptions): Promise<Lock | undefined> {
  try {
    return await takeLock(place, options);
  } catch (error) {
    // On a full disk the output is lost in any case, and writing it says so.
    if (isFull(error)) return undefined;
    throw error;
  }
}

/** A file cannot be written to its end: what it was to hold is lost, and what it held before is still there. */
export class OutputLost extends Error {
  override readonly name = 'OutputLost';
  constructor(path: string, cause: unknown) {
    super(`${printable(path)} is lost, and what was there before stays: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Writes a file that appears whole or not at all. Raises UsageError as `openOutput`, OutputLost where it cannot be
 * written to its end, and what `write` raises; then nothing is left behind.
 */
export async function writeOutput(
  path: string,
  write: (out: (text: string) => Promise<void>) => Promise<void>,
  options: OpenOptions = {},
): Promise<void> {
  const file = await openOutput(path, options);
  const losing = (step: Promise<void>) =>
    step.catch((error) => {
      throw new OutputLost(path, error);
    });
  try {
    await write((text) => losing(file.write(text)));
    await losing(file.commit());
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function openPart(place: string, lock: Lock | undefined): Promise<OutputFile> {
  const part = partOf(place);
  const file: FileHandle = await open(part, 'wx', 0o600);
  taken.add(place);
  // A run may find nothing for days: whoever shares the directory must still see that somebody is there.
  const touching = setInterval(() => {
    const now = new Date();
    file.utimes(now, now).catch(() => {});
  }, touchEvery).unref();
  const end = async () => {
    clearInterval(touching);
    taken.delete(place);
    await lock?.release().catch(() => {}); // its claim counts as left behind with the end of this process
  };
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    async commit() {
      clearInterval(touching);
      await file.sync();
      await file.close();
      await rename(part, place);
      await syncDirectory(dirname(place));
      await end();
    },
    async discard() {
      await file.close().catch(() => {});
      await rm(part, { force: true });
      await end();
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
