import { UsageError } from '../core/index.js';
import { keepingOf } from './retention.js';
import { recordsOf, type Store, withLog } from './store.js';

/** Who changes how long a package is kept, and why. */
export interface KeepChange {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

/** Holds a package: nobody can destroy it until the time (ISO 8601), or until it is released. Raises UsageError. */
export const holdPackage = (
  store: Store,
  change: KeepChange & { readonly until?: string | undefined },
): Promise<void> => put(store, change, { action: 'hold', ...(change.until ? { until: change.until } : {}) });

/** Ends all holds of a package. Raises UsageError where there is none. */
export const releasePackage = (store: Store, change: KeepChange): Promise<void> =>
  put(store, change, { action: 'release' });

/** Notes when the report was completed, from which time on the law's period runs. Raises UsageError. */
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
