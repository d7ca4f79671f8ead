import { open } from 'node:fs/promises';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { reasonOf } from './config.js';

/**
 * Lists of one's own are JSON lines: people read them, `diff` compares them, every command takes them. Raises
 * UsageError for a file that is something else, which adding a line would spoil.
 */
export async function requireOwnList(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      if (
        bytesRead === 0 ||
        /^\s*\{[^\n]*("id"|"md5"|"sha|"pdq"|hash")/.test(buffer.toString('utf8', 0, bytesRead))
      )
        return;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UsageError(`${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageError(
    `${printable(path)} is not a list in JSON lines: make one of it with hashsieve list export ${printable(path)} -o FILE.jsonl`,
  );
}
