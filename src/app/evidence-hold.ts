import { UsageError } from '../core/index.js';
import { holdPackage, noteCompleted, releasePackage } from '../evidence/index.js';
import { type EvidenceOptions, personOf, storeOf, timeOf } from './evidence-store.js';

/** What changes about how long a package is kept. */
export interface HoldOptions extends EvidenceOptions {
  /** Until when it is held; ISO 8601 or a date. Default: until it is released. */
  readonly holdUntil?: string | undefined;
  /** Ends all holds. */
  readonly release?: boolean | undefined;
  /** Notes when the report was completed, instead of a hold; ISO 8601 or a date. */
  readonly completed?: string | undefined;
  /** The number of the report. */
  readonly report?: string | undefined;
}

/**
 * Holds a package, so that nobody destroys it; or releases it; or notes when its report was completed, from which time on
 * the law's period runs. The custody log says who did it and why.
 * @throws UsageError where nobody is named, and for a package that is unknown or destroyed
 * @example
 * await holdEvidence(id, { evidenceStore: '/srv/evidence', actor: 'anna', reason: 'order of the court, 12 March' });
 */
export async function holdEvidence(id: string, options: HoldOptions): Promise<void> {
  const change = { id, ...personOf(options) };
  const { holdUntil, release, completed, report } = options;
  if ([holdUntil, release || undefined, completed].filter((one) => one !== undefined).length > 1)
    throw new UsageError('give one of --until, --release and --completed');
  const store = await storeOf(options);
  if (release) return releasePackage(store, change);
  if (completed !== undefined) {
    const completedAt = timeOf(completed, '--completed');
    if (Date.parse(completedAt) > Date.now() + 86_400_000)
      throw new UsageError('--completed is in the future');
    return noteCompleted(store, { ...change, completedAt, report });
  }
  const until = holdUntil === undefined ? undefined : timeOf(holdUntil, '--until');
  return holdPackage(store, { ...change, until });
}
