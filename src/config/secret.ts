import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { type Config, reasonOf } from './config.js';
import { isRecord } from './option-kinds.js';

/** Where a secret is, so that no configuration has to hold it: an environment variable, or a file. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** Reads `{"env": NAME}` or `{"file": PATH}`. Raises UsageError, which never quotes the value: it may be the secret. */
export function secretPlace(value: unknown, key: string, config: Config): SecretPlace {
  const [name, ...more] = isRecord(value) ? Object.keys(value) : [];
  const place = isRecord(value) && name !== undefined && more.length === 0 ? value[name] : undefined;
  if ((name === 'env' || name === 'file') && typeof place === 'string' && place !== '')
    return name === 'env' ? { env: place } : { file: resolve(dirname(config.path ?? '.'), place) };
  throw new UsageError(`${key}: a secret does not belong here: say {"env": NAME} or {"file": PATH}`);
}

/** Reads a secret from its place. Raises UsageError, which never quotes it. */
export function readSecret(
  place: SecretPlace,
  key: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const secret = 'env' in place ? environment[place.env] : readFile(place.file, key);
  if (secret === undefined || secret === '')
    throw new UsageError(
      'env' in place
        ? `${key}: the environment variable ${printable(place.env)} is not set`
        : `${key}: ${printable(place.file)} is empty`,
    );
  // The HTTP client's error for a value that a header cannot hold would quote it.
  if (!/^[\x20-\x7e]+$/.test(secret))
    throw new UsageError(`${key}: the secret has a character that cannot be sent`);
  return secret;
}

function readFile(path: string, key: string): string {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new UsageError(`${key}: ${printable(path)} is no file`);
    // Windows does not have these modes.
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
      throw new UsageError(`${key}: others can read ${printable(path)}; run chmod 600 on it`);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${key}: ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}
