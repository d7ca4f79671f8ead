import { readFile } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import { reasonOf } from './reasons.js';

/** Reads a text file that the user named. Raises UsageError. */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${what} ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}
