import { type FileHandle, open } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import type { Credentials, ExchangeType } from '../exchanges/types.js';
import { reasonOf } from './config.js';
import { environmentName } from './option-spec.js';

/** Environment variable for a credential of a list: `HASHSIEVE_LIST_NCMEC_PASSWORD`. */
export const credentialVariable = (list: string, name: string): string =>
  `HASHSIEVE_LIST_${list.replaceAll('-', '_').toUpperCase()}_${environmentName(name).replace('HASHSIEVE_', '')}`;

/**
 * Reads the credentials of a list from the environment, or from a file of `name=value` lines that only its owner can
 * read. Raises UsageError, which never quotes a credential.
 */
export async function readListCredentials(
  list: { readonly name: string; readonly credentialsFile?: string },
  exchange: ExchangeType,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  const names = [...new Set(exchange.credentials.flat())];
  const set = names.flatMap((name) => {
    const value = environment[credentialVariable(list.name, name)];
    return value ? [[name, value] as const] : [];
  });
  const { credentialsFile } = list;
  const found: Credentials =
    set.length > 0 || credentialsFile === undefined
      ? Object.fromEntries(set)
      : await readFile(credentialsFile, names);
  const has = Object.keys(found);
  const fits = exchange.credentials.some(
    (wanted) => wanted.length === has.length && wanted.every((name) => has.includes(name)),
  );
  if (fits) return found;
  const wanted = exchange.credentials.filter(({ length }) => length > 0).map((one) => one.join(' and '));
  const variables = names.map((name) => credentialVariable(list.name, name)).join(', ');
  throw new UsageError(
    `list ${list.name} needs the credentials ${wanted.join(', or ')}: set them in the environment (${variables}), ` +
      'or name a file of mode 0600 with lines name=value as "credentialsFile"',
  );
}

async function readFile(path: string, names: readonly string[]): Promise<Credentials> {
  const label = `credentials ${printable(path)}`;
  let file: FileHandle | undefined;
  let text: string;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (!stats.isFile()) throw new UsageError(`${label}: expected a file`);
    // Windows does not have these modes.
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
      throw new UsageError(`${label}: others may read it; run chmod 600 on it`);
    text = await file.readFile('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${label} cannot be read: ${reasonOf(error)}`);
  } finally {
    await file?.close();
  }
  const found: Record<string, string> = {};
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = /^\s*(\w+)\s*=\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || !names.includes(name) || name in found)
      throw new UsageError(`${label} line ${at + 1}: write ${names.join(', ')}, each once, as name=value`);
    // The HTTP client's error for a value that a header cannot hold would quote it.
    if (!/^[\x20-\x7e]+$/.test(value) && name !== 'user' && name !== 'password')
      throw new UsageError(
        `${label} line ${at + 1}: the value of ${name} has a character that cannot be sent`,
      );
    found[name] = value;
  }
  return found;
}
