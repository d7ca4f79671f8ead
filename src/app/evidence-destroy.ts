import { type Certificate, destroyPackage, readCustody, requireDestroyable } from '../evidence/index.js';
import { filedSince } from './evidence-list.js';
import { type EvidenceOptions, personOf, storeOf } from './evidence-store.js';

/** Who destroys a package, and on what ground. */
export interface DestroyOptions extends EvidenceOptions {
  /** The authority's order, by name and reference, where it is destroyed before its time. */
  readonly order?: string | undefined;
}

/** How a person confirms. */
export interface DestroyPorts {
  /** Called before anything is removed, with the SHA-256 of the package, hex. It must reject unless a person agreed. */
  confirm(sha256: string): Promise<void>;
}

/**
 * Destroys a package for good, and returns the certificate, which stays in the store.
 * @throws UsageError where the package must be kept, is held, or nobody is named
 * @example
 * const certificate = await destroyEvidence(id, { ...store, actor: 'anna', reason: 'its year is over' }, {
 *   confirm: (sha256) => askAnna(`Destroy ${id}, ${sha256}?`),
 * });
 */
export async function destroyEvidence(
  id: string,
  options: DestroyOptions,
  { confirm }: DestroyPorts,
): Promise<Certificate> {
  const person = personOf(options);
  const store = await storeOf(options);
  const log = await readCustody(store);
  const { order } = options;
  const own = log.records.filter((one) => one.package === id);
  const destruction = { id, ...person, order, completedAt: (await filedSince(own))?.at };
  const records = requireDestroyable(log, destruction, store.now());
  await confirm(records.find(({ action }) => action === 'seal')?.facts?.sealed.sha256 ?? '');
  return destroyPackage(store, destruction);
}
