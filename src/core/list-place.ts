import { UsageError } from './errors.js';

/** What the file system says of a path. */
interface Stats {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/**
 * Raises UsageError for a path that is no regular file: reading a pipe or a device may never end, and opening one can
 * have effects. `label` is the path, ready to be shown.
 */
export function requireListFile(stats: Stats, label: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new UsageError(`${label}: a hash list must be a file, this is a directory`);
  const kind = stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device';
  throw new UsageError(
    `${label}: a hash list must be a file, this is ${kind}: name it - and give the list on standard input ` +
      '(COMMAND | hashsieve … --list -), or keep it in a file',
  );
}
