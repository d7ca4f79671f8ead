import { endOf } from '../core/index.js';
import type { CustodyRecord, Retention } from './types.js';

/** What is to be done with a package, by the law's period, the operator's wish and the holds. */
export interface Keeping {
  /** `waiting`: the period has not begun, or is not known. `kept` until the time; `due`: it may be destroyed now. */
  readonly state: 'waiting' | 'kept' | 'held' | 'due' | 'destroying' | 'destroyed';
  /** When it may be destroyed, ISO 8601, as far as that is known. */
  readonly until?: string;
  /** Why it waits, or who holds it and why. */
  readonly why?: string;
}

const latest = (...times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** Until when a package must be kept at least; undefined where that is not known yet. */
export function keepUntil({ period, completedAt, atLeastUntil }: Retention): string | undefined {
  if (period) return completedAt === undefined ? undefined : latest(endOf(period, completedAt), atLeastUntil);
  return atLeastUntil;
}

/**
 * What is to be done with a package.
 * @param records those about the package, oldest first. @param now milliseconds since 1970. @param completedAt when its
 * report was completed, by the record beside the draft; ISO 8601.
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

/** The hold that is in force; several can be, and a release ends all. */
function holdOf(records: readonly CustodyRecord[], now: number): CustodyRecord | undefined {
  const released = records.findLastIndex(({ action }) => action === 'release');
  return records
    .slice(released + 1)
    .findLast(({ action, until }) => action === 'hold' && (until === undefined || Date.parse(until) > now));
}
