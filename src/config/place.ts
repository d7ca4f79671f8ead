import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { boundedText, longestConfig, reasonOf } from '../files/index.js';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable that names a configuration, as `--config` does. */
export const configVariable = 'HASHSIEVE_CONFIG';

/**
 * Absolute paths at which a configuration is looked for when nobody names one, the user's and the system's. The first
 * that exists is used.
 */
export function configPlaces(platform: NodeJS.Platform, environment: Environment): string[] {
  if (platform === 'win32') {
    const { APPDATA } = environment;
    return APPDATA && win32.isAbsolute(APPDATA) ? [win32.join(APPDATA, 'hashsieve', 'config.json')] : [];
  }
  const { XDG_CONFIG_HOME, HOME } = environment;
  const system = '/etc/hashsieve/config.json';
  // The XDG base directory specification says that a relative path must be ignored.
  if (XDG_CONFIG_HOME && posix.isAbsolute(XDG_CONFIG_HOME))
    return [posix.join(XDG_CONFIG_HOME, 'hashsieve', 'config.json'), system];
  if (!HOME || !posix.isAbsolute(HOME)) return [system];
  return [posix.join(HOME, '.config', 'hashsieve', 'config.json'), system];
}

/**
 * Reads a configuration that nobody named; undefined where there is none. A configuration can run programs and suppress
 * matches, so this raises UsageError where anybody but root and the user could have written it or put it there.
 */
export async function readTrusted(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (!stats.isFile()) throw new UsageError('expected a file');
    // On Windows Node sees neither owner nor mode; %APPDATA% belongs to the user alone.
    if (process.platform !== 'win32') {
      requireOurs(path, stats, false);
      await requireOurFolders(dirname(path));
      await requireOurFolders(dirname(await realpath(path)));
    }
    return await boundedText(file, longestConfig);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // A folder that this user may not enter is another user's: sudo -u keeps HOME.
    if (code === 'EACCES' && (await isHidden(path))) return undefined;
    if (error instanceof UsageError)
      throw new UsageError(
        `configuration ${printable(path)} is not trusted: ${error.message}; put that right, or name a configuration with --config`,
      );
    throw new UsageError(
      `configuration ${printable(path)} cannot be read: ${reasonOf(error)}; put that right, or name another with --config`,
    );
  } finally {
    await file?.close();
  }
}

/**
 * Raises UsageError where anybody but root and the user could have written the file, or put it there. `path` is absolute.
 */
export async function requireTrusted(path: string): Promise<void> {
  const stats = await stat(path);
  if (!stats.isFile()) throw new UsageError(`${printable(path)} is no file`);
  if (process.platform === 'win32') return;
  requireOurs(path, stats, false);
  await requireOurFolders(dirname(path));
  await requireOurFolders(dirname(await realpath(path)));
}

const isHidden = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    () => true,
  );

interface Owned {
  readonly uid: number;
  readonly mode: number;
}

/** Raises UsageError where others can write to the path. In a sticky folder they cannot change what exists. */
function requireOurs(path: string, { uid, mode }: Owned, mayBeSticky: boolean): void {
  const label = printable(path);
  const us = process.getuid?.() ?? uid;
  if (uid !== 0 && uid !== us)
    throw new UsageError(`${label} is of another user (${uid}), neither of you (${us}) nor of root`);
  if ((mode & 0o022) !== 0 && !(mayBeSticky && (mode & 0o1000) !== 0))
    throw new UsageError(`others can write ${label} (run chmod go-w on it)`);
}

/** Checks a folder and every folder above it: whoever can write to one of them can replace what it holds. */
async function requireOurFolders(folder: string): Promise<void> {
  const path = await realpath(folder);
  const isHolder = (one: string) => one === path;
  for (let one = path; ; one = dirname(one)) {
    requireOurs(one, await stat(one), !isHolder(one));
    if (one === dirname(one)) return;
  }
}
