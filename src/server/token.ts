import { readFile, stat } from 'node:fs/promises';
import { reasonOf } from '../app/index.js';
import { printable, UsageError } from '../core/index.js';

/** The shortest token, in characters: guessing must take longer than anybody has. */
const shortest = 24;

/** Reads the secret of `--token-file`, or of another option. Raises UsageError where it is short, or where others can read the file. */
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
