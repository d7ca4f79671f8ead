import { printable, readTime, UsageError, utcText } from '../core/index.js';

/** Hours that every law of `laws` gives to remove the copies. */
export const hoursToAct = 48;
/** A case is due soon where fewer hours than these are left. */
export const hoursOfWarning = 6;

const hour = 3_600_000;

/**
 * When a case is due, milliseconds since 1970. It counts hours of UTC, so that no change to summer time moves the end.
 */
export const dueOf = (received: string): number => Date.parse(received) + hoursToAct * hour;

/** True where fewer than `hoursOfWarning` hours are left to `due`, or none. Both times are milliseconds since 1970. */
export const isPressing = (due: number, now: number): boolean => due - now < hoursOfWarning * hour;

/** The time that is left, in words: `3 h 20 min left` or `1 h 5 min late`. Both times are milliseconds since 1970. */
export function remaining(due: number, now: number): string {
  const minutes = Math.floor(Math.abs(due - now) / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min ${due >= now ? 'left' : 'late'}`;
}

/** A time (milliseconds since 1970) as text in UTC, and in brackets in the time zone of this machine. */
export function bothClocks(at: number): string {
  const local = new Date(at).toLocaleString('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZoneName: 'short',
  });
  return `${utcText(Math.floor(at / 1000) * 1000)} (${local})`;
}

/**
 * When a request came in, as UTC text; `now` (milliseconds since 1970) where `given` is undefined. Raises UsageError
 * for text that is no time, for a time without a zone, which may be hours off, and for a time more than 5 minutes
 * ahead.
 */
export function receivedAt(given: string | undefined, now: number): string {
  if (given === undefined) return utcText(Math.floor(now / 1000) * 1000);
  const time = readTime(given);
  if (!time.ok)
    throw new UsageError(
      `--received "${printable(given)}" ${time.problem.replace(/, or give --time-zone/, '')}`,
    );
  if (Date.parse(time.utc) > now + 5 * 60_000)
    throw new UsageError(
      `--received "${printable(given)}" lies ahead: the clock begins when the request came in`,
    );
  return time.utc;
}
