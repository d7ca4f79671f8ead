import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/index.js';
import { reasonOf } from '../files/index.js';
import type { CustodyLog } from './custody-log.js';
import { digestOf, piecesOf } from './digest-of.js';
import { decrypt, unwrapKey } from './encryption.js';
import { names, packagePath, readCustody, recordsOf, type Store, withLog } from './store.js';
import type { CustodyRecord } from './types.js';

/** Who opens a package, and what for. */
export interface Opening {
  /** Id of the package. */
  readonly id: string;
  /** The person who opens it. */
  readonly by: string;
  readonly reason: string;
  /** Who gets the copy; absent where nobody else gets one. */
  readonly to?: string | undefined;
  /** Secret keys of age. */
  readonly identities: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Reads and decrypts the key of a package. Raises UsageError where it cannot be read or no identity opens it. */
export async function packageKey(store: Store, id: string, identities: readonly string[]): Promise<string> {
  let wrapped: Uint8Array;
  try {
    wrapped = await readFile(join(packagePath(store, id), names.key));
  } catch (error) {
    throw new UsageError(`the key of ${id} cannot be read: ${reasonOf(error)}`);
  }
  return unwrapKey(wrapped, identities);
}

/**
 * Decrypts a package. Returns the bytes of its archive, and writes none of them to a disk; a piece is valid until the
 * next one. Before the first byte it compares the sealed file with the custody log, and notes in the log who opens the
 * package and why. Raises UsageError where the package is not as it was sealed, where it was destroyed, and where no
 * identity opens it.
 */
export async function openPackage(store: Store, opening: Opening): Promise<AsyncIterable<Uint8Array>> {
  const { id, by, reason, to, identities, signal } = opening;
  const sealed = join(packagePath(store, id), names.sealed);
  await withLog(store, async () => {}); // completes what a killed process left
  const facts = standing(await readCustody(store), id).find(({ action }) => action === 'seal')?.facts;
  const is = await digestOf(sealed, signal).catch((error) => {
    throw new UsageError(`${id} cannot be read: ${reasonOf(error)}`);
  });
  if (is.sha256 !== facts?.sealed.sha256)
    throw new UsageError(`${id} is not as it was sealed, and is not opened: run evidence verify`);
  const secret = await packageKey(store, id, identities);
  await withLog(store, async (custody) => {
    standing(custody.log, id);
    await custody.append({
      ...{ action: to === undefined ? 'open' : 'copy', package: id, by, reason },
      ...(to === undefined ? {} : { to }),
    });
  });
  return decrypt(() => piecesOf(sealed), secret);
}

/** The records of a package that was not destroyed. Raises UsageError for any other. */
function standing(log: Pick<CustodyLog, 'records'>, id: string): readonly CustodyRecord[] {
  const records = recordsOf(log, id);
  if (!records.some(({ action }) => action === 'destroy')) return records;
  throw new UsageError(`${id} was destroyed: its certificate is ${names.certificates}/${id}.json`);
}
