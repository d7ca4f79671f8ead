import { UsageError } from '../core/index.js';
import { keepingOf } from './retention.js';
import { recordsOf, type Store, withLog } from './store.js';

/** A change of how long a package is kept. */
export interface KeepChange {
  /** Id of the package. */
  readonly id: string;
  /** The person who changes it. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Holds a package: nobody can destroy it until `until` (ISO 8601), or until somebody releases it. Raises UsageError
 * for a package that is unknown or destroyed.
 */
export const holdPackage = (
  store: Store,
  change: KeepChange & { readonly until?: string | undefined },
): Promise<void> => put(store, change, { action: 'hold', ...(change.until ? { until: change.until } : {}) });

/** Ends all holds of a package. Raises UsageError where nothing holds it, and for one that is unknown or destroyed. */
export const releasePackage = (store: Store, change: KeepChange): Promise<void> =>
  put(store, change, { action: 'release' });

/**
 * Notes when the report was completed (ISO 8601): the law's period begins then. Raises UsageError for a package that is
 * unknown or destroyed.
 */
export const noteCompleted = (
  store: Store,
  change: KeepChange & { readonly completedAt: string; readonly report?: string | undefined },
): Promise<void> =>
  put(store, change, {
    ...{ action: 'retain', completedAt: change.completedAt },
    ...(change.report === undefined ? {} : { report: change.report }),
  });

function put(
  store: Store,
  { id, by, reason }: KeepChange,
  what: { action: 'hold' | 'release' | 'retain'; until?: string; completedAt?: string; report?: string },
): Promise<void> {
  return withLog(store, async ({ log, append }) => {
    const { state } = keepingOf(recordsOf(log, id), store.now());
    if (state === 'destroyed' || state === 'destroying') throw new UsageError(`${id} was destroyed`);
    if (what.action === 'release' && state !== 'held') throw new UsageError(`${id} is not held`);
    await append({ package: id, by, reason, ...what });
  });
}
