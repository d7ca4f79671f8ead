import { open } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import { readToLimit } from './bounded-text.js';
import { reasonOf } from './reasons.js';

/** The most bytes of a text that the user names on the command line. */
const longestText = 100_000_000;

/** Reads a text file, or a pipe, that the user named. Raises UsageError, also where it is longer than 100 MB. */
export async function readText(path: string, what: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await readToLimit(file, longestText);
    } finally {
      await file.close();
    }
  } catch (error) {
    const reason = error instanceof UsageError ? error.message : reasonOf(error);
    throw new UsageError(`${what} ${printable(path)} cannot be read: ${reason}`);
  }
}
