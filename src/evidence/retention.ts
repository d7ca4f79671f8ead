import { endOf } from '../core/index.js';
import type { CustodyRecord, Retention } from './types.js';

/** Whether a package must be kept: the law's period, the operator's wish and the holds decide. */
export interface Keeping {
  /**
   * - `waiting`: the period has not begun, or is not known.
   * - `kept`: the package must be kept until `until`.
   * - `held`: a hold is in force.
   * - `due`: the package may be destroyed now.
   * - `destroying`: its destruction has begun.
   * - `destroyed`: its destruction is complete.
   */
  readonly state: 'waiting' | 'kept' | 'held' | 'due' | 'destroying' | 'destroyed';
  /** When it may be destroyed, ISO 8601; absent where that is not known. */
  readonly until?: string;
  /** `waiting`: why it waits. `held`: who holds it and why. */
  readonly why?: string;
}

const latest = (...times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** The time until which a package must be kept, ISO 8601; undefined where that is not known yet. */
export function keepUntil({ period, completedAt, atLeastUntil }: Retention): string | undefined {
  if (period) return completedAt === undefined ? undefined : latest(endOf(period, completedAt), atLeastUntil);
  return atLeastUntil;
}

/**
 * Finds out whether a package must be kept.
 * @param records those about the package, oldest first
 * @param now milliseconds since 1970
 * @param completedAt when its report was completed, as the record beside the draft says; ISO 8601
 */
export function keepingOf(
  records: readonly CustodyRecord[],
  now: number,
  completedAt?: string | undefined,
): Keeping {
  const facts = records.find(({ action }) => action === 'seal')?.facts;
  if (records.some(({ action }) => action === 'destroyed')) return { state: 'destroyed' };
  if (records.some(({ action }) => action === 'destroy')) return { state: 'destroying' };
  const told = records.findLast((one) => one.action === 'retain' && one.completedAt !== undefined);
  const completed = told?.completedAt ?? facts?.retention.completedAt ?? completedAt;
  const retention: Retention = {
    jurisdiction: 'unknown',
    ...facts?.retention,
    ...(completed === undefined ? {} : { completedAt: completed }),
  };
  const until = keepUntil(retention);
  const hold = holdOf(records, now);
  if (hold) {
    const end = hold.until === undefined ? '' : ` until ${hold.until}`;
    const why = `held by ${hold.by}${end}: ${hold.reason ?? 'no reason given'}`;
    return { state: 'held', why, ...(until === undefined ? {} : { until }) };
  }
  if (until !== undefined) return { state: Date.parse(until) <= now ? 'due' : 'kept', until };
  const why = retention.period
    ? 'its report is not completed: the period begins then'
    : 'no period is known: ask the authority, then evidence hold --until';
  return { state: 'waiting', why };
}

/** The last hold that is in force. Several can be in force; a release ends all of them. */
function holdOf(records: readonly CustodyRecord[], now: number): CustodyRecord | undefined {
  const released = records.findLastIndex(({ action }) => action === 'release');
  return records
    .slice(released + 1)
    .findLast(({ action, until }) => action === 'hold' && (until === undefined || Date.parse(until) > now));
}
