const dateTime = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?$/;

/** A time as UTC text, or what is wrong with the text that was read. */
export type Time =
  | { readonly ok: true; readonly utc: string }
  | { readonly ok: false; readonly problem: string };

/** Milliseconds since 1970 as ISO 8601 text, to the second where they are full seconds, else to the millisecond. */
export const utcText = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('.000Z', 'Z');

/**
 * Reads an ISO 8601 time as UTC. A time without a zone is a problem unless `zone` (`UTC`, `Z` or `+hh:mm`) gives it:
 * nobody may guess when something happened. A leap second (23:59:60 UTC) becomes the second before it, because neither
 * XML nor JavaScript has one.
 */
export function readTime(text: string, zone?: string): Time {
  const parts = dateTime.exec(text);
  if (!parts) return { ok: false, problem: 'is no date and time like 2026-01-31T12:00:00Z' };
  const offset = parts[3] ?? (zone === 'UTC' ? 'Z' : zone);
  if (offset === undefined) {
    return { ok: false, problem: 'has no time zone; add Z or an offset like +02:00, or give --time-zone' };
  }
  const isLeap = /:60(\.\d+)?$/.test(parts[2]!);
  const clock = isLeap ? parts[2]!.replace(/:60(\.\d+)?$/, ':59') : parts[2];
  const at = Date.parse(`${parts[1]}T${clock}${offset}`);
  const [year, month, day] = parts[1]!.split('-').map(Number) as [number, number, number];
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  const isMisplaced = isLeap && at % 86_400_000 !== 86_399_000;
  if (Number.isNaN(at) || !exists || isMisplaced) return { ok: false, problem: 'is no time that exists' };
  return { ok: true, utc: utcText(at) };
}

/** A period as laws name it. */
export type Period = { readonly years: number } | { readonly days: number };

/** When a period that begins at a time (ISO 8601) ends; of 29 February in a year without one, 1 March. */
export function endOf(period: Period, at: string): string {
  const time = new Date(at);
  if ('years' in period) time.setUTCFullYear(time.getUTCFullYear() + period.years);
  else time.setUTCDate(time.getUTCDate() + period.days);
  return time.toISOString();
}

/** True where `readTime` accepts `zone`. */
export const isZone = (zone: string): boolean =>
  zone === 'UTC' || zone === 'Z' || /^[+-](0\d|1[0-4]):[0-5]\d$/.test(zone);
