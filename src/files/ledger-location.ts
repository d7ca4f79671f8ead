import { posix, win32 } from 'node:path';

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
