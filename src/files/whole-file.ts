import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { holderText, type Lock, LockHeld, takeLock } from './lock.js';
import { owner, removeAbandoned, touchEvery } from './parts.js';
import { placeOf } from './place.js';
import { isFull, reasonOf } from './reasons.js';

/**
 * A file that appears complete or not at all: it is written beside its place, synced, then renamed. A pipe or a device
 * is written directly.
 */
export interface OutputFile {
  /** Appends a text. */
  write(text: string): Promise<void>;
  /** Completes the file and puts it in its place. */
  commit(): Promise<void>;
  /** Removes the part file. */
  discard(): Promise<void>;
}

/** Places of the outputs that are open: two outputs for one place would share a part, and one would be lost. */
const taken = new Set<string>();

/** True where an output for this place is open. */
const isTaken = (place: string): boolean => taken.has(place);

/** How to wait for another run that writes the same file. */
export interface OpenOptions {
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gives the new file the mode of the old one and, as far as this user may, its owner and group. */
  readonly keepAccess?: boolean | undefined;
}

/**
 * Opens `path` for writing; only its owner can read it. Nobody else can open it until it is committed or discarded.
 * Raises UsageError naming the path where that fails, or where another run writes it and `wait` is not set.
 */
export async function openOutput(path: string, options: OpenOptions = {}): Promise<OutputFile> {
  try {
    const place = await placeOf(path);
    if (place.kind === 'device') return await openDevice(place.path);
    if (isTaken(place.path)) throw new UsageError('another output of this run goes there');
    const lock = await lockOutput(place.path, options);
    try {
      await removeStaleParts(place.path).catch(() => {}); // the next line reports errors
      return await openPart(place.path, lock, options.keepAccess);
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

/**
 * Locks an output. Without the lock, of two runs that write the same file the later would replace the results of the
 * other.
 */
async function lockOutput(place: string, options: OpenOptions): Promise<Lock | undefined> {
  try {
    return await takeLock(place, options);
  } catch (error) {
    // On a full disk the output is lost anyway, and writing it reports that.
    if (isFull(error)) return undefined;
    throw error;
  }
}

/** A file could not be written completely. Its new content is lost; the file that was there before still is. */
export class OutputLost extends Error {
  override readonly name = 'OutputLost';
  constructor(path: string, cause: unknown) {
    super(`${printable(path)} is lost, and what was there before stays: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Writes a file that appears complete or not at all. Raises UsageError as `openOutput`, OutputLost where it cannot be
 * written completely, and what `write` raises; nothing is left behind then.
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

async function openPart(place: string, lock: Lock | undefined, keepAccess = false): Promise<OutputFile> {
  const part = partOf(place);
  const file: FileHandle = await open(part, 'wx', 0o600);
  taken.add(place);
  // A run may find nothing for days; others who share the directory must still see that it is alive.
  const touching = setInterval(() => {
    const now = new Date();
    file.utimes(now, now).catch(() => {});
  }, touchEvery).unref();
  const end = async () => {
    clearInterval(touching);
    taken.delete(place);
    await lock?.release().catch(() => {}); // the claim is abandoned when this process ends
  };
  return {
    async write(text) {
      if (text !== '') await file.appendFile(text);
    },
    async commit() {
      clearInterval(touching);
      if (keepAccess) await copyAccess(place, file);
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

/** Owner first: changing it takes bits off the mode. Where only root may give a file away, the group may still be kept. */
async function copyAccess(from: string, to: FileHandle): Promise<void> {
  const old = await stat(from).catch(() => undefined);
  if (old === undefined) return;
  await to.chown(old.uid, old.gid).catch(() => to.chown(-1, old.gid).catch(() => {}));
  await to.chmod(old.mode & 0o777);
}

/** Opens a pipe or device, which is neither created nor discarded. */
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

/** The path of a file until it is complete. */
export const partOf = (path: string): string => `${path}.${owner}.part`;

/** Removes the parts that killed runs left for the same place. */
export async function removeStaleParts(path: string): Promise<void> {
  const name = basename(path);
  await removeAbandoned(dirname(path), (start) => start === name);
}

/** Without this the rename itself may not survive a power cut. Some file systems cannot do it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
