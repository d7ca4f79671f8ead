import { forgivableReasons, UsageError } from '../core/index.js';

/** Turns the text of an option into its value, in the same way for flags, environment and configuration file. */
export const kinds = {
  /** true or false; takes no argument. */
  flag: (text: string, name: string): boolean => {
    if (/^(1|true|yes|on)$/i.test(text)) return true;
    if (/^(0|false|no|off|)$/i.test(text)) return false;
    throw new UsageError(`${name}: "${text}" is neither true nor false`);
  },
  text: (text: string, name: string): string => {
    if (text === '') throw new UsageError(`${name}: the value is empty`);
    return text;
  },
  /** Can be given several times; the configuration file takes an array. */
  texts: (text: string, name: string): string[] => [kinds.text(text, name)],
  /** Comma-separated names; can be given several times. */
  names: (text: string, name: string): string[] => {
    const names = text.split(',').map((part) => part.trim());
    if (names.some((part) => part === ''))
      throw new UsageError(`${name}: "${text}" has an empty name; write names separated by commas`);
    return names;
  },
  /** Reasons that are forgiven: true for all that can be, or their names. */
  reasons: (text: string, name: string): string[] =>
    /^(1|true|yes|on)$/i.test(text)
      ? [...forgivableReasons]
      : /^(0|false|no|off)$/i.test(text)
        ? []
        : kinds.names(text, name),
  /** A whole number, 1 or more. */
  count: (text: string, name: string): number => {
    if (!/^\d{1,15}$/.test(text) || Number(text) < 1)
      throw new UsageError(`${name}: "${text}" is no whole number of at least 1`);
    return Number(text);
  },
  /** A number above 0. */
  number: (text: string, name: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
      throw new UsageError(`${name}: "${text}" is no number above 0`);
    return value;
  },
  /** A size in bytes: `100MB`, `64KiB`, `5000`. */
  bytes: (text: string, name: string): number => {
    const parts = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])(i?)B?|B)?$/i.exec(text.trim());
    if (!parts) throw new UsageError(`${name}: "${text}" is no size; write for example 100MB or 64KiB`);
    const power = parts[2] ? 'KMGT'.indexOf(parts[2].toUpperCase()) + 1 : 0;
    const value = Math.floor(Number(parts[1]) * (parts[3] ? 1024 : 1000) ** power);
    if (value < 1) throw new UsageError(`${name}: "${text}" is less than one byte`);
    return value;
  },
  /** A duration in seconds: `30`, `30s`, `20m`, `2h`, `7d`. */
  duration: (text: string, name: string): number => {
    const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim());
    const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[(parts?.[2] ?? 's').toLowerCase()] ?? 1;
    const value = parts ? Number(parts[1]) * unit : 0;
    if (value <= 0) throw new UsageError(`${name}: "${text}" is no duration; write for example 30s or 20m`);
    return value;
  },
  /** `key=value` pairs, comma-separated; can be given several times; the configuration file takes an object. */
  pairs: (text: string, name: string): Record<string, string> => {
    const pairs: Record<string, string> = {};
    for (const part of text.split(',')) {
      const at = part.indexOf('=');
      if (at < 1 || at === part.length - 1)
        throw new UsageError(`${name}: "${part}" is not of the form name=value`);
      pairs[part.slice(0, at).trim()] = part.slice(at + 1).trim();
    }
    return pairs;
  },
} as const;

/** Name of a kind of option. */
export type Kind = keyof typeof kinds;
/** Type of the values of a kind. */
export type ValueOf<K extends Kind> = ReturnType<(typeof kinds)[K]>;

/** Adds a further value of a repeated option to its earlier ones. */
export function accumulate(previous: unknown, value: unknown): unknown {
  if (Array.isArray(previous) && Array.isArray(value)) return [...previous, ...value];
  if (isRecord(previous) && isRecord(value)) return { ...previous, ...value };
  return value;
}

/** Converts a value of the configuration file to the option's kind. Raises UsageError naming the key. */
export function fromConfig(kind: Kind, value: unknown, name: string): unknown {
  const wrong = (wanted: string): never => {
    throw new UsageError(`${name}: expected ${wanted}, found ${JSON.stringify(value)}`);
  };
  if (kind === 'flag') return typeof value === 'boolean' ? value : wrong('true or false');
  if (kind === 'reasons' && typeof value === 'boolean') return kinds.reasons(String(value), name);
  if (kind === 'pairs') {
    if (!isRecord(value)) return wrong('an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) =>
        typeof item === 'string' || typeof item === 'number'
          ? [key, String(item)]
          : wrong('an object of texts'),
      ),
    );
  }
  if (kind === 'texts' || kind === 'names' || kind === 'reasons') {
    const items = Array.isArray(value) ? value : [value];
    if (items.length === 0) return wrong('a text or a list of texts that is not empty');
    return items.flatMap((item) =>
      typeof item === 'string' ? kinds[kind](item, name) : wrong('a list of texts'),
    );
  }
  if (typeof value !== 'string' && typeof value !== 'number') return wrong('a text or a number');
  return kinds[kind](String(value), name);
}

/** True for an object that is no array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
