import { UsageError } from '../core/index.js';
import { stampHead, type Verified, verifyStore } from '../evidence/index.js';
import { actorOf, type EvidenceOptions, readIdentities, storeOf } from './evidence-store.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** What is verified. */
export interface VerifyOptions extends EvidenceOptions {
  /** Paths of files with secret keys of age: the packages are decrypted too, in memory. */
  readonly identity?: readonly string[] | undefined;
  /** Hash of a line of the custody log that somebody noted, hex. */
  readonly head?: string | undefined;
  /** Address of a service for time stamps: the log's last line is stamped afterwards. */
  readonly evidenceTimestamp?: string | undefined;
  /** Allows private and loopback addresses. */
  readonly allowPrivate?: boolean | undefined;
}

/**
 * Compares every byte of the store with what the custody log says, and puts the result on record.
 * @param ids packages. Default: all
 * @throws UsageError where there is no store, or no such package
 * @example
 * const verified = await verifyEvidence([], { evidenceStore: '/srv/evidence', head: notedLastMonth });
 */
export async function verifyEvidence(
  ids: readonly string[],
  options: VerifyOptions,
  given: Surroundings = {},
): Promise<Verified> {
  const around = surrounded(given);
  const { head, evidenceTimestamp: url, allowPrivate } = options;
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new UsageError('--head: expected the 64 digits that evidence seal or verify printed');
  const store = await storeOf(options);
  const identities = options.identity ? await readIdentities(options.identity, around) : undefined;
  const { signal } = around;
  const only = ids.length > 0 ? ids : undefined;
  const by = actorOf(options);
  const verified = await verifyStore(store, { by, only, identities, head, signal });
  if (url !== undefined) await stampHead(store, by, { url, allowPrivate, signal });
  return verified;
}
