import { createHash, randomBytes } from 'node:crypto';
import { chmod, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/index.js';
import { keepingOf } from './retention.js';
import {
  names,
  type OpenLog,
  packagePath,
  recordsOf,
  type Store,
  syncDirectory,
  withLog,
  writeKept,
} from './store.js';
import type { CustodyRecord } from './types.js';

/** Who destroys a package, and on what ground. */
export interface Destruction {
  /** Id of the package. */
  readonly id: string;
  /** The person who destroys it. */
  readonly by: string;
  readonly reason: string;
  /** The authority's order to destroy the package before its time. */
  readonly order?: string | undefined;
  /** When the report was completed, as the record beside the draft says; ISO 8601. */
  readonly completedAt?: string | undefined;
}

/** The certificate of a destruction, which remains of a package. */
export interface Certificate {
  readonly schema: 'hashsieve/destruction/1';
  /** Id of the package. */
  readonly package: string;
  /** SHA-256 of the encrypted archive, hex. */
  readonly sealedSha256: string;
  /** SHA-256 of the encrypted key, hex. */
  readonly keySha256: string;
  /** ISO 8601, UTC. */
  readonly sealedAt: string;
  /** ISO 8601, UTC. */
  readonly destroyedAt: string;
  /** The person who destroyed it. */
  readonly by: string;
  readonly reason: string;
  /** The authority's order, where one was the ground. */
  readonly order?: string;
  /** Number of the report, as the authority gave it. */
  readonly report?: string;
  /** What the destruction did, in words. */
  readonly method: string;
  /** Hash of the line of the custody log that orders the destruction, hex. */
  readonly record: string;
}

const method =
  'The key of this package was overwritten once and removed, then the encrypted archive was removed. No other key opens ' +
  'it: copies of the archive, on backups or in blocks that a drive kept, cannot be decrypted, unless somebody copied ' +
  'the file key.age as well, or opened the package before. Backups of key.age are the matter of whoever made them.';

/**
 * Returns the records of a package that may be destroyed. Raises UsageError where it is destroyed already or held, and,
 * without an order, where it must still be kept.
 * @param now milliseconds since 1970
 */
export function requireDestroyable(
  log: Pick<OpenLog['log'], 'records'>,
  { id, order, completedAt }: Destruction,
  now: number,
): readonly CustodyRecord[] {
  const records = recordsOf(log, id);
  const { state, until, why } = keepingOf(records, now, completedAt);
  if (state === 'destroyed')
    throw new UsageError(`${id} is destroyed already: ${names.certificates}/${id}.json`);
  if (state === 'held')
    throw new UsageError(`${id} is ${why}; a person must release it: evidence hold ${id} --release`);
  if ((state === 'kept' || state === 'waiting') && order === undefined)
    throw new UsageError(
      `${id} must be kept${until === undefined ? `: ${why}` : ` until ${until}`}; ` +
        'where an authority orders its destruction, name it with --order "authority, reference"',
    );
  return records;
}

/**
 * Destroys a package for good: its key first, then the archive. Before that it writes the line `destroy` to the custody
 * log. So the log shows an interrupted destruction, and the same call completes it. Raises UsageError as
 * `requireDestroyable` does.
 */
export function destroyPackage(store: Store, destruction: Destruction): Promise<Certificate> {
  const { id, by, reason, order } = destruction;
  return withLog(store, async (custody) => {
    let records = requireDestroyable(custody.log, destruction, store.now());
    if (!records.some(({ action }) => action === 'destroy')) {
      await custody.append({
        ...{ action: 'destroy', package: id, by, reason },
        ...(order === undefined ? {} : { order }),
      });
      records = recordsOf(custody.log, id);
    }
    await shred(join(packagePath(store, id), names.key));
    await rm(packagePath(store, id), { recursive: true, force: true });
    await syncDirectory(store.path);
    const certificate = certificateOf(records, custody, store.now());
    const bytes = Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`);
    await writeKept(store, names.certificates, `${id}.json`, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await custody.append({ action: 'destroyed', package: id, by, sha256 });
    return certificate;
  });
}

function certificateOf(records: readonly CustodyRecord[], { log }: OpenLog, now: number): Certificate {
  const sealed = records.find(({ action }) => action === 'seal')!;
  const ordered = records.find(({ action }) => action === 'destroy')!;
  const report = records.findLast(({ action }) => action === 'retain')?.report ?? sealed.facts?.report;
  return {
    schema: 'hashsieve/destruction/1',
    package: sealed.package!,
    sealedSha256: sealed.facts?.sealed.sha256 ?? '',
    keySha256: sealed.facts?.key.sha256 ?? '',
    sealedAt: sealed.at,
    destroyedAt: new Date(now).toISOString(),
    by: ordered.by,
    reason: ordered.reason ?? '',
    ...(ordered.order === undefined ? {} : { order: ordered.order }),
    ...(report === undefined ? {} : { report }),
    method,
    record: log.hashes[ordered.n - 1]!,
  };
}

/** Overwrites a small file and removes it. Where the file is gone, an interrupted destruction has removed it. */
async function shred(path: string): Promise<void> {
  try {
    await chmod(path, 0o600);
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
