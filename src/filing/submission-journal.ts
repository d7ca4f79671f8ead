import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { holderText, type Lock, LockHeld, takeLock } from '../files/index.js';
import { readRecords, type SubmissionRecord } from './submission.js';

/** The record of filing, on disk beside the draft. One process at a time holds it. */
export interface Journal {
  readonly records: readonly SubmissionRecord[];
  /** Resolves when the record has reached the disk. */
  append(record: SubmissionRecord): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is written to it: claims come to lie beside it (src/files/lock.ts). */
export const lockName = 'submission-lock.json';

/**
 * Two runs at once would file twice. The lock of another machine or container, or of this one before it was last
 * started, is never taken over: that process may only have been suspended, and then goes on to file.
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
