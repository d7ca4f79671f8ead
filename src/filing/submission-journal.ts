import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { place } from '../files/index.js';
import { readRecords, type SubmissionRecord } from './submission.js';

/** The record of filing, on disk beside the draft. One process at a time holds it. */
export interface Journal {
  readonly records: readonly SubmissionRecord[];
  /** Resolves when the record has reached the disk. */
  append(record: SubmissionRecord): Promise<void>;
  close(): Promise<void>;
}

interface Lock {
  readonly pid: number;
  /** Where that number means a process. */
  readonly place: string;
  readonly token: string;
}

const isExisting = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Lock;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UsageError(`${printable(path)} cannot be read; if no submission is running, remove it`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(text);
    await file.close();
    return true;
  } catch (error) {
    if (isExisting(error)) return false;
    throw error;
  }
}

/**
 * Two runs at once would file twice. The lock of a process that is gone is taken over by whoever creates the file
 * that is named after it, and only while it is still the one that was seen.
 */
async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify({ pid: process.pid, place, token: randomUUID() } satisfies Lock);
  const release = () => rm(path, { force: true });
  if (await create(path, mine)) return release;
  const held = await readLock(path);
  if (held && held.place !== place)
    throw new UsageError(
      `another machine or container, or this one before it was last started, began a submission of this draft; if none is running, remove ${printable(path)}`,
    );
  if (held && isAlive(held.pid)) {
    throw new UsageError(`another submission of this draft is running (process ${held.pid}); wait for it`);
  }
  const claim = `${path}.${held?.token ?? 'none'}.claim`;
  try {
    if (await create(claim, mine)) {
      const still = await readLock(path);
      if (still?.token === held?.token) await rm(path, { force: true });
      if (await create(path, mine)) return release;
    }
  } finally {
    const claimed = await readFile(claim, 'utf8').catch(() => '');
    if (claimed === mine) await rm(claim, { force: true });
  }
  throw new UsageError(`another submission of this draft is starting; run again when it is done`);
}

/** Cuts off a line that a power cut left unfinished: it was not on record, so nothing was sent on its account. */
async function openWhole(path: string): Promise<{ readonly file: FileHandle; readonly text: string }> {
  const file = await open(path, 'a+', 0o600);
  const text = await file.readFile('utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) {
    await file.truncate(Buffer.byteLength(whole));
    await file.sync();
  }
  return { file, text: whole };
}

/** Opens the record in a draft's directory, alone. Raises UsageError. */
export async function openJournal(directory: string): Promise<Journal> {
  const release = await takeLock(join(directory, 'submission-lock.json'));
  try {
    const path = join(directory, 'submission.jsonl');
    const { file, text } = await openWhole(path);
    let records: readonly SubmissionRecord[];
    try {
      records = readRecords(text);
    } catch (error) {
      await file.close();
      throw new UsageError(
        `${printable(path)}: ${(error as Error).message}; it tells what was filed: restore it before you go on`,
      );
    }
    await syncDirectory(directory);
    return {
      records,
      async append(record) {
        await file.appendFile(`${JSON.stringify(record)}\n`);
        await file.datasync();
      },
      async close() {
        await file.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
