import { readFile, stat } from 'node:fs/promises';
import { reasonOf } from '../app/index.js';
import { printable, UsageError } from '../core/index.js';

/** The fewest characters of a token: nobody can guess one of this length. */
const shortest = 24;

/**
 * Reads a secret from the file that `option` names. Raises UsageError where the file cannot be read, where everybody on
 * this machine can read it, and where the secret has blanks or fewer than 24 characters.
 */
export async function readToken(path: string, option = '--token-file'): Promise<string> {
  const name = `${option} ${printable(path)}`;
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o007) !== 0)
      throw new UsageError(`${name}: everybody on this machine can read it; chmod 600 it`);
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name} cannot be read: ${reasonOf(error)}`);
  }
  if (text.length < shortest || /\s/.test(text))
    throw new UsageError(
      `${name}: write at least ${shortest} characters without blanks (openssl rand -hex 32)`,
    );
  return text;
}
