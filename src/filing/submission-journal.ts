import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { holderText, type Lock, LockHeld, takeLock } from '../files/index.js';
import { readRecords, type SubmissionRecord } from './submission.js';

/** The record of filing on disk, beside the draft. Only one process at a time can open it. */
export interface Journal {
  readonly records: readonly SubmissionRecord[];
  /** Resolves when the record is on the disk. */
  append(record: SubmissionRecord): Promise<void>;
  close(): Promise<void>;
}

/** Name of the lock. The file itself is never written; claims are put beside it (src/files/lock.ts). */
export const lockName = 'submission-lock.json';

/**
 * Locks a draft, because two simultaneous runs would file it twice. Never takes over a lock of another machine or
 * container, or of this one before its last start: that process may only be suspended, and would then go on filing.
 */
async function lockDraft(directory: string): Promise<Lock> {
  const path = join(directory, lockName);
  if (existsSync(path))
    throw new UsageError(
      `an earlier version of hashsieve began a submission of this draft; if none is running, remove ${printable(path)}`,
    );
  try {
    return await takeLock(path, { staysElsewhere: true });
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new UsageError(`another submission of this draft is running: ${holderText(error.holder)}`);
  }
}

/**
 * Opens the record and cuts off a last line that a power cut left incomplete. Its request was not sent, because a
 * request is only sent once it is on record.
 */
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

/** Opens the record in a draft's directory. Raises UsageError where another process holds it. */
export async function openJournal(directory: string): Promise<Journal> {
  const lock = await lockDraft(directory);
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
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
