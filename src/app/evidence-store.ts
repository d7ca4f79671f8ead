import { userInfo } from 'node:os';
import { printable, readTime, UsageError } from '../core/index.js';
import { openStore, type Store } from '../evidence/index.js';
import type { Around } from './surroundings.js';

/** Which store of evidence, and who works on it. */
export interface EvidenceOptions {
  /** Path of the directory of the store. */
  readonly evidenceStore?: string | undefined;
  /** Who does it, as the custody log says. Default where nobody has to be named: the user of this process. */
  readonly actor?: string | undefined;
  /** Why, as the custody log says. */
  readonly reason?: string | undefined;
}

/** Opens the store. `make` creates its directory. Raises UsageError. */
export function storeOf(options: EvidenceOptions, make = false): Promise<Store> {
  if (options.evidenceStore === undefined) throw new UsageError('no evidence store: give --store DIRECTORY');
  return openStore(options.evidenceStore, Date.now, make);
}

/** Who does something that a timer may do as well. */
export function actorOf({ actor }: EvidenceOptions): string {
  if (actor !== undefined) return actor;
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a container without an entry for the user
  }
}

/** Who does something, and why, where a person must answer for it. Raises UsageError. */
export function personOf({ actor, reason }: EvidenceOptions): {
  readonly by: string;
  readonly reason: string;
} {
  if (actor === undefined || actor.trim() === '')
    throw new UsageError('the custody log must say who does this: give --as NAME');
  if (reason === undefined || reason.trim() === '')
    throw new UsageError('the custody log must say why: give --reason TEXT');
  return { by: actor, reason };
}

/** A time or a date, as ISO 8601 in UTC; of a date its end. Raises UsageError naming the option. */
export function timeOf(text: string, flag: string): string {
  const time = readTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (time.ok) return time.utc;
  throw new UsageError(`${flag} ${printable(text)}: ${time.problem}`);
}

/** Reads secret keys of age from the files of `--identity`. Raises UsageError. */
export async function readIdentities(paths: readonly string[], around: Around): Promise<readonly string[]> {
  const { identitiesIn } = await import('../evidence/index.js');
  const keys: string[] = [];
  for (const path of paths) keys.push(...identitiesIn(await identityText(path, around)));
  return keys;
}

async function identityText(path: string, { openInput }: Around): Promise<string> {
  const { readBoundedText, reasonOf } = await import('../files/index.js');
  if (path !== '-')
    return readBoundedText(path, 1_000_000).catch((error) => {
      throw new UsageError(`--identity ${printable(path)} cannot be read: ${reasonOf(error)}`);
    });
  const pieces: Uint8Array[] = [];
  for await (const piece of openInput()) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
