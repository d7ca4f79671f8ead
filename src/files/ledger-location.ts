import { dirname, posix, resolve, win32 } from 'node:path';

/**
 * Absolute path of the ledger where nobody names one: in the platform's state directory, which is neither synchronised
 * nor cleaned up. Undefined where the environment names no home, as in some containers.
 */
export function defaultLedgerPath(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (platform === 'win32') {
    const { LOCALAPPDATA } = environment;
    return LOCALAPPDATA ? win32.join(LOCALAPPDATA, 'hashsieve', 'ledger.sqlite') : undefined;
  }
  const { XDG_STATE_HOME, HOME } = environment;
  // The specification says that a relative path must be ignored.
  if (XDG_STATE_HOME && posix.isAbsolute(XDG_STATE_HOME))
    return posix.join(XDG_STATE_HOME, 'hashsieve', 'ledger.sqlite');
  if (!HOME || !posix.isAbsolute(HOME)) return undefined;
  const state = platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'state'];
  return posix.join(HOME, ...state, 'hashsieve', 'ledger.sqlite');
}

/**
 * Absolute path of the list with this name where nobody names a file for it: in the folder `lists` beside the default
 * ledger. Undefined where there is no default ledger.
 */
export function defaultListPath(
  name: string,
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const ledger = defaultLedgerPath(platform, environment);
  return ledger === undefined ? undefined : resolve(dirname(ledger), 'lists', `${name}.jsonl`);
}
