import { UsageError } from '../core/index.js';
import { openPackage } from '../evidence/index.js';
import { type EvidenceOptions, personOf, readIdentities, storeOf } from './evidence-store.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** Who opens a package, and for whom. */
export interface OpenOptions extends EvidenceOptions {
  /** Paths of files with secret keys of age. */
  readonly identity?: readonly string[] | undefined;
  /** Who gets the copy, where it is handed on: an authority. */
  readonly handedTo?: string | undefined;
}

/**
 * Opens a package: returns the bytes of its archive (tar), of which nothing is written to a disk here; a piece may
 * be overwritten by the next. The custody log
 * says who opened it and why before the first byte comes.
 * @throws UsageError where nobody is named, the key is wrong, or the package is not as it was sealed
 * @example
 * const options = { evidenceStore: '/srv/evidence', actor: 'anna', reason: 'the police asked for it', identity: ['anna.key'] };
 * for await (const piece of await openEvidence(id, options)) process.stdout.write(piece);
 */
export async function openEvidence(
  id: string,
  options: OpenOptions,
  given: Surroundings = {},
): Promise<AsyncIterable<Uint8Array>> {
  const around = surrounded(given);
  const person = personOf(options);
  if (!options.identity || options.identity.length === 0)
    throw new UsageError('no secret key: give --identity FILE, as age-keygen wrote it');
  const store = await storeOf(options);
  const identities = await readIdentities(options.identity, around);
  return openPackage(store, { id, ...person, to: options.handedTo, identities, signal: around.signal });
}
