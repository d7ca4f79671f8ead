import { printable } from '../core/index.js';

/** Describes an error of the operating system in a few words, without its path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is no directory',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than is allowed',
    EROFS: 'the file system is read-only',
    ELOOP: 'too many symbolic links',
  };
  return (code && known[code]) ?? printable(message ?? String(error));
}

/** True where the disk, or the user's share of it, is full. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
