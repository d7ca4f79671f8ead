import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { defaultLedgerPath } from './ledger-location.js';
import { reasonOf } from './reasons.js';

/** Number of bytes of the key. */
const length = 32;

/**
 * Absolute path of the key that seals what people decide, where nobody names one: in the platform's state directory.
 * It does not lie beside a ledger that the user puts elsewhere: whoever can write that ledger must not find it.
 * Undefined where the environment names no home.
 */
export function defaultDecisionKeyPath(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const ledger = defaultLedgerPath(platform, environment);
  return ledger === undefined ? undefined : resolve(dirname(ledger), 'decisions.key');
}

/** The key in the file; undefined where there is no such file. Raises UsageError for a file that holds no key. */
export function readDecisionKey(path: string): Uint8Array | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (new RegExp(`^[0-9a-f]{${length * 2}}$`).test(text)) return Buffer.from(text, 'hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`decision key ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageError(`decision key ${printable(path)} is no key: restore it from a copy, or move it away`);
}

/** As `readDecisionKey`, and makes the file where there is none; only its owner can read it. */
export function makeDecisionKey(path: string): Uint8Array {
  const known = readDecisionKey(path);
  if (known) return known;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(length).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new UsageError(`decision key ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
  return readDecisionKey(path)!;
}
