import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { reasonOf } from '../files/index.js';
import { checkBag } from './check-bag.js';
import type { CustodyLog } from './custody-log.js';
import { digestOf, piecesOf } from './digest-of.js';
import { decrypt } from './encryption.js';
import { packageKey } from './open-package.js';
import {
  names,
  packageIds,
  packagePath,
  readCustody,
  recordsOf,
  type Store,
  strayNames,
  withLog,
} from './store.js';
import type { CustodyRecord } from './types.js';

/** The result of a check. */
export interface Verified {
  /** Number of packages that were read. */
  readonly packages: number;
  /** The faults of the store, a sentence each; empty where it is as it was sealed. */
  readonly found: readonly string[];
  /** Hash of the last line of the custody log, hex. */
  readonly head: string;
}

/** Options of `verifyStore`. */
export interface VerifyOptions {
  /** The person who checks. */
  readonly by: string;
  /** Ids of the packages to check; without it, all. */
  readonly only?: readonly string[] | undefined;
  /** Secret keys of age: the packages are decrypted too, in memory, and every digest in them is compared. */
  readonly identities?: readonly string[] | undefined;
  /** A hash of the log's last line that somebody noted earlier, hex: the log must still hold that line. */
  readonly head?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares every byte of the packages, the log and the time stamps with the custody log, and records the result in it.
 * Raises UsageError where the store cannot be read, and for an unknown id.
 */
export async function verifyStore(store: Store, options: VerifyOptions): Promise<Verified> {
  await withLog(store, async () => {}); // completes what a killed process left
  const before = await readCustody(store);
  const wanted = options.only ?? packageIds(before);
  const damaged = new Map<string, readonly string[]>();
  let packages = 0;
  for (const id of new Set(wanted)) {
    options.signal?.throwIfAborted();
    const records = recordsOf(before, id);
    if (!isGone(records)) packages++;
    damaged.set(id, await faultsOf(store, id, records, options));
  }
  return withLog(store, async (custody) => {
    const { log } = custody;
    const found = [
      ...logFaults(log, options.head),
      ...(await strayNames(store, log)).map((name) => `${printable(name)} is not on record`),
      ...(await stampFaults(store, log)),
      // A package that somebody destroyed during the check has no faults.
      ...[...damaged].flatMap(([id, faults]) =>
        isGone(recordsOf(log, id)) && !isGone(recordsOf(before, id)) ? [] : faults,
      ),
    ];
    await custody.append({
      ...{ action: 'verify', by: options.by, packages, found },
      ...(options.only?.length === 1 ? { package: options.only[0]! } : {}),
      ...(options.identities ? { decrypted: true } : {}),
    });
    return { packages, found, head: custody.log.hashes.at(-1)! };
  });
}

const isGone = (records: readonly CustodyRecord[]): boolean =>
  records.some(({ action }) => action === 'destroy' || action === 'destroyed');

function logFaults({ damage, hashes, records }: CustodyLog, noted: string | undefined): string[] {
  const earlier = records.flatMap((one) => (one.action === 'damage' ? (one.found ?? []) : []));
  const gone =
    noted !== undefined && !hashes.includes(noted.toLowerCase())
      ? ['the custody log does not hold the line whose hash was given']
      : [];
  return [...new Set([...damage, ...earlier]), ...gone];
}

async function stampFaults(store: Store, { records, hashes }: CustodyLog): Promise<string[]> {
  const faults: string[] = [];
  for (const { action, head = '', sha256 } of records) {
    if (action !== 'stamp') continue;
    const path = join(store.path, names.stamps, `${head.replaceAll(/[^0-9a-f]/g, '')}.tsr`);
    const digest = await digestOf(path).catch(() => undefined);
    if (digest?.sha256 !== sha256) faults.push(`time stamp of ${head} is missing or not as it was`);
    if (!hashes.includes(head)) faults.push(`the line that was stamped as ${head} is not in the log`);
  }
  return faults;
}

/** The faults of a package, a sentence each. */
async function faultsOf(
  store: Store,
  id: string,
  records: readonly CustodyRecord[],
  { identities, signal }: VerifyOptions,
): Promise<readonly string[]> {
  const directory = packagePath(store, id);
  if (records.some(({ action }) => action === 'destroyed')) {
    const isThere = await lstat(directory).then(
      () => true,
      () => false,
    );
    return isThere ? [`${id} was destroyed, and its directory is there`] : [];
  }
  if (isGone(records)) return [`${id}: its destruction was interrupted; run evidence destroy again`];
  const facts = records.find(({ action }) => action === 'seal')?.facts;
  if (!facts) return [`${id}: the custody log does not say what was sealed`];
  const faults: string[] = [];
  for (const [name, expected] of [
    [names.sealed, facts.sealed],
    [names.key, facts.key],
  ] as const) {
    try {
      const { sha256, bytes } = await digestOf(join(directory, name), signal);
      if (sha256 !== expected.sha256 || bytes !== expected.bytes)
        faults.push(`${id}/${name} is not as it was sealed`);
    } catch (error) {
      if (signal?.aborted) throw error;
      faults.push(`${id}/${name} cannot be read: ${reasonOf(error)}`);
    }
  }
  if (!identities || faults.length > 0) return faults;
  return inside(store, id, identities, signal);
}

/** Decrypts a package and compares its files with their digests. It writes nothing to a disk. Returns the faults. */
async function inside(store: Store, id: string, identities: readonly string[], signal?: AbortSignal) {
  try {
    const secret = await packageKey(store, id, identities);
    const sealed = join(packagePath(store, id), names.sealed);
    const plain = await decrypt(() => piecesOf(sealed), secret);
    return (await checkBag(plain, signal)).map((fault) => `${id}: ${fault}`);
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof UsageError) return [`${id}: ${error.message}`];
    return [`${id} cannot be decrypted: ${reasonOf(error)}`];
  }
}
