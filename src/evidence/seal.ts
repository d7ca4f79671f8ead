import { createHash, randomBytes } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/index.js';
import { reasonOf } from '../files/index.js';
import { type BagInfo, bagOf, ChangedMeanwhile, type Payload } from './bag.js';
import { checkRecipients, makePackageKey } from './encryption.js';
import { keepUntil } from './retention.js';
import {
  dropPart,
  names,
  packagePart,
  putInPlace,
  readCustody,
  type Store,
  syncDirectory,
  withLog,
} from './store.js';
import type { EvidenceFile, SealedFacts } from './types.js';

/** The facts about a package that the caller knows. The custody log and the package record them. */
export type SealFacts = Omit<SealedFacts, 'sealed' | 'key' | 'recipients' | 'payload'> & {
  /** The person who seals it. */
  readonly by: string;
  readonly reason?: string | undefined;
  /** Name of the operator, who keeps the package. */
  readonly organisation?: string | undefined;
};

/** A package that `sealPackage` has put into the store. */
export interface SealedPackage {
  readonly id: string;
  /** SHA-256 of the encrypted archive, hex. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly bytes: number;
  /** Hash of the last line of the custody log, hex. */
  readonly head: string;
}

/** How a package is sealed. */
export interface SealOptions {
  /** Public keys of age, two or more. */
  readonly recipients: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const idAt = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${randomBytes(4).toString('hex')}`;

/**
 * Seals files into the store, as one package. Their bytes go through memory in pieces and reach the disk only
 * encrypted. The package is part of the store as soon as the custody log names it. Where a process is killed before
 * that, the next one removes what it left. Raises UsageError where the recipients are no two public keys, where a file
 * has changed, and where the disk fails.
 */
export async function sealPackage(
  store: Store,
  files: readonly EvidenceFile[],
  given: SealFacts,
  options: SealOptions,
): Promise<SealedPackage> {
  const { by, reason, organisation, ...facts } = given;
  const recipients = await checkRecipients(options.recipients);
  const at = store.now();
  const id = idAt(at);
  const part = packagePart(store, id);
  const info = bagInfo(id, { ...facts, by, organisation }, at);
  try {
    await mkdir(part, { mode: 0o700 });
    const key = await makePackageKey(recipients);
    const payload: Payload = { files: 0, bytes: 0 };
    const bag = key.encrypt(bagOf(id, files, info, at, payload));
    const sealed = await writeHashed(join(part, names.sealed), bag, options.signal);
    const wrapped = await writeHashed(join(part, names.key), [key.wrapped]);
    await syncDirectory(part);
    return await withLog(store, async (custody) => {
      options.signal?.throwIfAborted();
      const about = { sealed, key: wrapped, recipients, payload, ...facts };
      await custody.append({
        ...{ action: 'seal', package: id, by },
        ...(reason === undefined ? {} : { reason }),
        facts: about,
      });
      await putInPlace(store, id, part);
      return { id, ...sealed, head: custody.log.hashes.at(-1)! };
    });
  } catch (error) {
    if (!(await isOnRecord(store, id))) await dropPart(part);
    if (options.signal?.aborted || error instanceof UsageError) throw error;
    const what = error instanceof ChangedMeanwhile ? error.message : reasonOf(error);
    throw new UsageError(`nothing was sealed: ${what}`);
  } finally {
    packagePart(store, id, true);
  }
}

/**
 * True where the log names the package, or cannot be read. Then its directory stays, and the next command moves it to
 * its place.
 */
const isOnRecord = (store: Store, id: string): Promise<boolean> =>
  readCustody(store).then(
    ({ records }) => records.some((one) => one.package === id),
    () => true,
  );

function bagInfo(
  id: string,
  facts: Omit<SealFacts, 'reason'> & { readonly organisation?: string | undefined },
  at: number,
): BagInfo {
  return {
    'Source-Organization': facts.organisation,
    'External-Identifier': id,
    'External-Description': 'Evidence that hashsieve sealed; contents.json says what each file is',
    'Bagging-Date': new Date(at).toISOString().slice(0, 10),
    'Bag-Software-Agent': `hashsieve ${facts.tool}`,
    'Sealed-At': new Date(at).toISOString(),
    'Sealed-By': facts.by,
    Jurisdiction: facts.retention.jurisdiction,
    'Report-Number': facts.report,
    Case: facts.draft?.case,
    'Retain-Until': keepUntil(facts.retention),
    'Authority-Order': facts.order,
  };
}

/**
 * Writes pieces to a new file, and waits until they are on the disk. Returns their SHA-256 (hex) and their size in
 * bytes.
 */
async function writeHashed(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file: FileHandle = await open(path, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      hash.update(piece);
      for (let done = 0; done < piece.length; ) {
        const { bytesWritten } = await file.write(piece, done, piece.length - done, bytes + done);
        done += bytesWritten;
      }
      bytes += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(path, 0o400);
  return { sha256: hash.digest('hex'), bytes };
}
