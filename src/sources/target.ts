import { promises as fs } from 'node:fs';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { absolutePath } from './paths.js';
import { checkUrl } from './url.js';

/** What a command-line argument names. Paths are absolute, raw bytes. */
export type Target =
  | { readonly kind: 'directory' | 'file'; readonly path: Uint8Array }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'stdin' };

/**
 * Tells what `text` names: `-`, an http(s) URL, an existing directory, or anything else that exists (links are
 * followed). Raises UsageError naming it where it is nothing of these.
 */
export async function tellTarget(text: string, cwd: string): Promise<Target> {
  if (text === '-') return { kind: 'stdin' };
  if (text === '') throw new UsageError('a target is empty; name a file, a directory or a URL');
  if (/^https?:\/\//i.test(text)) {
    const checked = checkUrl(text);
    if (!checked.ok) throw new UsageError(`bad URL: ${checked.message}`);
    return { kind: 'url', url: checked.uri };
  }
  const path = absolutePath(text, cwd);
  try {
    return { kind: (await fs.stat(path)).isDirectory() ? 'directory' : 'file', path };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
    if (scheme) throw new UsageError(`${scheme}: URLs are not fetched, only http and https`);
    const why =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file or directory' : `cannot be read (${code})`;
    throw new UsageError(`${printable(text)}: ${why}`);
  }
}
