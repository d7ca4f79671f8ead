import type { TakedownCase } from './case.js';
import { isPressing } from './clock.js';

/** Counts of the cases of a period, for the operator's account of what was done. */
export interface TakedownCounts {
  /** All requests that came in. */
  readonly requests: number;
  /** Requests that were not withdrawn. */
  readonly valid: number;
  readonly closed: number;
  readonly open: number;
  /** Cases that were closed after the time that the law gives. */
  readonly late: number;
  /** Median hours from the request to its end, in tenths; absent where no case was closed. */
  readonly medianHours?: number;
  /** Copies with the bytes of a reported picture. */
  readonly copiesByDigest: number;
  /** Copies that only matched by their look. */
  readonly copiesByLook: number;
  /** Files that a person marked `not-a-copy`. */
  readonly notCopies: number;
}

/** Counts cases that came in from `from` to before `to`, milliseconds since 1970. */
export function countTakedowns(
  cases: readonly TakedownCase[],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): TakedownCounts {
  const some = cases.filter(({ received }) => Date.parse(received) >= from && Date.parse(received) < to);
  const closed = some.filter(({ state }) => state === 'closed');
  const hours = closed
    .map(({ ended, received }) => (ended!.at - Date.parse(received)) / 3_600_000)
    .sort((a, b) => a - b);
  const middle = hours.length / 2;
  const median = Number.isInteger(middle)
    ? (hours[middle - 1]! + hours[middle]!) / 2
    : hours[Math.floor(middle)];
  const copies = some.flatMap((one) => one.copies);
  const real = copies.filter(({ mark }) => mark?.as !== 'not-a-copy');
  const byDigest = real.filter(({ view }) => view === undefined).length;
  return {
    requests: some.length,
    valid: some.filter(({ state }) => state !== 'withdrawn').length,
    closed: closed.length,
    open: some.filter(({ state }) => state === 'open').length,
    late: closed.filter(({ ended, due }) => ended!.at > due).length,
    ...(hours.length === 0 ? {} : { medianHours: Math.round(median! * 10) / 10 }),
    copiesByDigest: byDigest,
    copiesByLook: real.length - byDigest,
    notCopies: copies.length - real.length,
  };
}

/**
 * The state of the cases as metrics of Prometheus (text exposition format 0.0.4). @param now milliseconds since 1970.
 */
export function takedownMetrics(cases: readonly TakedownCase[], now: number): string {
  const open = cases.filter(({ state }) => state === 'open');
  const next = open.length === 0 ? undefined : Math.min(...open.map(({ due }) => due));
  const rows: readonly (readonly [name: string, help: string, value: number | undefined])[] = [
    ['open', 'Take-down cases that are open.', open.length],
    [
      'pressing',
      'Open cases that are due within 6 hours, or late.',
      open.filter(({ due }) => isPressing(due, now)).length,
    ],
    ['late', 'Open cases that are late.', open.filter(({ due }) => due < now).length],
    [
      'unmarked_copies',
      'Copies of open cases of which nothing is said yet.',
      open.flatMap(({ copies }) => copies.filter(({ mark }) => !mark)).length,
    ],
    [
      'next_due_timestamp_seconds',
      'When the first open case is due.',
      next === undefined ? undefined : next / 1000,
    ],
  ];
  return rows
    .filter(([, , value]) => value !== undefined)
    .map(([name, help, value]) => {
      const series = `hashsieve_takedown_${name}`;
      return `# HELP ${series} ${help}\n# TYPE ${series} gauge\n${series} ${value}\n`;
    })
    .join('');
}
